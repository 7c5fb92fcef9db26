"""What a site's robots.txt lets us fetch, and how slowly, as RFC 9309 says.

Not handled: rules for other files than the one they stand in, `Request-rate`, site maps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import unquote

AGENT: Final = "qa"
"""The name by which rules may address us."""


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules that hold for us: each with whether it allows, and the path that it is about."""

    rules: tuple[tuple[bool, str], ...] = ()
    delay_s: float = 0.0

    @classmethod
    def read(cls, text: str) -> Self:
        """The rules for `AGENT`, else those for all."""
        rules: dict[str, list[tuple[bool, str]]] = {}
        delays: dict[str, float] = {}
        agents: list[str] = []
        named = False
        for line in text.removeprefix("\ufeff").splitlines():
            field, colon, value = line.partition("#")[0].partition(":")
            field, value = field.strip().lower(), value.strip()
            if not colon:
                continue
            if field == "user-agent":
                # Names that follow one another share the rules below them.
                agents = [*agents, value.lower()] if named else [value.lower()]
                named = True
                rules.setdefault(value.lower(), [])
                continue
            named = False
            for agent in agents:
                if field in ("allow", "disallow") and value:
                    rules[agent].append((field == "allow", unquote(value)))
                elif field == "crawl-delay":
                    delays[agent] = _seconds(value)
        ours = AGENT if AGENT in rules else "*"
        return cls(tuple(rules.get(ours, ())), delays.get(ours, 0.0))

    def allow(self, path: str) -> bool:
        """Whether a path may be fetched, its query with it: the longest rule that fits says so."""
        path = unquote(path)
        fitting = [(len(rule), allows) for allows, rule in self.rules if _fits(rule, path)]
        return max(fitting, default=(0, True))[1]


UNKNOWN: Final = Robots(((False, "/"),))
"""For a site whose rules cannot be had: until they can, they forbid all."""


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return seconds if seconds > 0 else 0.0


def _fits(rule: str, path: str) -> bool:
    """Whether a path begins as a rule says, `*` anything and `$` the end; in linear time."""
    to_the_end = rule.endswith("$")
    head, *rest = rule.removesuffix("$").split("*")
    if not path.startswith(head):
        return False
    if not rest:
        return not to_the_end or path == head
    at = len(head)
    *middle, last = rest
    for part in middle:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    if to_the_end:
        return len(path) - len(last) >= at and path.endswith(last)
    return path.find(last, at) >= 0
