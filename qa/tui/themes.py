"""The chat's own looks, dark and light; every one of Textual's can be chosen beside them."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="qa-dark",
    dark=True,
    foreground="#d6dbe4",
    background="#12151b",
    surface="#181c24",
    panel="#222834",
    primary="#6cb2ff",
    secondary="#7c8aa5",
    accent="#ffc66d",
    success="#7fd88f",
    warning="#f0a35e",
    error="#f47c7c",
    variables={
        "footer-background": "#12151b",
        "footer-key-foreground": "#6cb2ff",
        "border-blurred": "#3c4556",
    },
)

LIGHT = Theme(
    name="qa-light",
    dark=False,
    foreground="#1f2328",
    background="#fdfdfb",
    surface="#f5f5f1",
    panel="#e9e9e3",
    primary="#0b5cad",
    secondary="#5b6b82",
    accent="#8a5a00",
    success="#1a7f37",
    warning="#a34a00",
    error="#c11f2b",
    variables={
        "footer-background": "#fdfdfb",
        "footer-key-foreground": "#0b5cad",
        "border-blurred": "#c4c4ba",
    },
)

CONTRAST = Theme(
    name="qa-contrast",
    dark=True,
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1a1a1a",
    primary="#7fd4ff",
    secondary="#ffffff",
    accent="#ffe45c",
    success="#7dff8e",
    warning="#ffc061",
    error="#ffa3a3",
    variables={
        "footer-background": "#000000",
        "footer-key-foreground": "#ffe45c",
        "border": "#ffe45c",
        "border-blurred": "#b0b0b0",
        "text-muted": "#e0e0e0",
    },
)
"""Text at 7:1 at least, as WCAG asks at level AAA."""
