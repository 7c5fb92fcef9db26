"""Lines of words with their roles as Markdown and as HTML.

A page needs nothing else: no script, no font, no picture, no network. Every word is escaped, and
the policy in its head lets a browser run and load nothing, whatever the words are.
"""

from __future__ import annotations

import base64
import hashlib
import re
from html import escape

from qa.show.screen import Line, Run

_STYLE = """
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 Georgia, serif;
  color: #1a1a1a; background: #fff; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .25rem; }
p { margin: .25rem 0; } .in { margin-left: 2rem; } .source { margin-top: 1rem; }
.dim, time { color: #595959; font-size: .9rem; } a { color: #0b57a4; }
mark { background: #ffe58a; color: inherit; }
ins { background: #c9efcf; } del { background: #f9d0cc; }
.note { border-left: 3px solid #b58900; padding-left: .5rem; }
@media (prefers-color-scheme: dark) { body { color: #e6e6e6; background: #161616; }
  .dim, time { color: #a6a6a6; } a { color: #8ab8ff; } mark { background: #6b5300; }
  ins { background: #1c4a25; } del { background: #5a211c; } }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"

_TAGS = {"answer": "strong", "quote": "mark", "put_in": "ins", "left_out": "del"}

# The address in a reference stands between two dots.
_SPECIAL = re.compile(r"(?:(?<= · )|^)https?://[^\s<>]+(?= · |$)|[\\`*_\[\]<>~|&#$^]")


def html_page(title: str, language: str, body: str) -> str:
    """A page; `title` is words, `body` HTML."""
    return (
        "<!doctype html>\n"
        f'<html lang="{escape(language)}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}</body>\n</html>\n"
    )


def html_run(run: Run) -> str:
    """Words as HTML, by their role."""
    words, role = run
    said = escape(words)
    if role == "link":
        return f'<a href="{said}" rel="noopener noreferrer">{said}</a>'
    if tag := _TAGS.get(role):
        return f"<{tag}>{said}</{tag}>"
    return f'<span class="{role}">{said}</span>' if role else said


def html_line(line: Line) -> str:
    """A line as a paragraph."""
    inside = "".join(map(html_run, line.runs))
    return f'<p class="in">{inside}</p>\n' if line.indent else f"<p>{inside}</p>\n"


def markdown(words: str) -> str:
    """Words without Markdown; an address becomes a link, within which nothing is escaped."""
    return _SPECIAL.sub(
        lambda found: f"<{found[0]}>" if len(found[0]) > 1 else f"\\{found[0]}", words
    )


def markdown_run(run: Run) -> str:
    """Words as Markdown, by their role."""
    words, role = run
    bare = words.strip()
    if role not in ("answer", "quote", "put_in", "left_out") or not bare:
        return markdown(words)
    mark = "~~" if role == "left_out" else "**"
    gap = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
    return f"{gap[0]}{mark}{markdown(bare)}{mark}{gap[1]}"
