"""The quotations of a draft, checked: a report as JSON, as Markdown and as a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from qa.i18n import _, language, ngettext, number
from qa.language.text import one_line
from qa.quote.draft import Drafted
from qa.quote.result import Quoted, Verdict
from qa.show.document import quote_json
from qa.show.markup import html_line, html_page, markdown, markdown_run
from qa.show.quoted import quoted_lines
from qa.types import IndexInfo

DRAFT_SCHEMA = "qa.quote.draft/1"


@dataclass(frozen=True, slots=True)
class Report:
    """A draft's quotations, each with what became of it.

    Attributes:
        draft: The name of its file.
        checked: Its quotations, in order.
        words: What else stands between quotation marks: one word each, which is not checked.
        index: What they were looked for in.
    """

    draft: str
    checked: Sequence[tuple[Drafted, Quoted]]
    words: Sequence[Drafted]
    index: IndexInfo

    def count(self, verdict: Verdict) -> int:
        """How many have a verdict."""
        return sum(quoted.verdict is verdict for _drafted, quoted in self.checked)

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form; `start` and `end` are code points of the draft."""
        return {
            "schema": DRAFT_SCHEMA,
            "draft": self.draft,
            **{verdict.value: self.count(verdict) for verdict in Verdict},
            "quotations": [
                {**_where(drafted), **quote_json(quoted, self.index)}
                for drafted, quoted in self.checked
            ],
            "words": [{**_where(drafted), "quotation": drafted.text} for drafted in self.words],
        }

    def as_markdown(self) -> str:
        """A heading a quotation, what became of it below."""
        parts = [f"# {markdown(self._title)}\n\n{markdown(self._summary)}\n"]
        for drafted, quoted in self.checked:
            parts.append(f"## {markdown(_heading(drafted))}\n")
            for line in quoted_lines(quoted, self.index):
                said = "".join(map(markdown_run, line.runs)).strip()
                # A list keeps what belongs to a place below it.
                parts.append(f"{'  - ' if line.indent else '- '}{said}")
            parts.append("")
        if self.words:
            parts.append(f"## {markdown(_apart())}\n")
            parts += [f"- {markdown(_heading(drafted))}" for drafted in self.words]
            parts.append("")
        return "\n".join(parts)

    def as_html(self) -> str:
        """A page that needs nothing else."""
        body = f"<h1>{escape(self._title)}</h1>\n<p>{escape(self._summary)}</p>\n"
        for drafted, quoted in self.checked:
            lines = "".join(map(html_line, quoted_lines(quoted, self.index)))
            body += f"<section>\n<h2>{escape(_heading(drafted))}</h2>\n{lines}</section>\n"
        if self.words:
            lines = "".join(f"<li>{escape(_heading(drafted))}</li>\n" for drafted in self.words)
            body += f"<section>\n<h2>{escape(_apart())}</h2>\n<ul>\n{lines}</ul>\n</section>\n"
        return html_page(self._title, language(), body)

    @property
    def _title(self) -> str:
        return _("Quotations in {file}").format(file=one_line(self.draft))

    @property
    def _summary(self) -> str:
        total = len(self.checked)
        counted = ngettext("{count} quotation", "{count} quotations", total)
        return _("{total}: {verbatim} verbatim, {altered} altered, {missing} not found.").format(
            total=counted.format(count=number(total)),
            verbatim=number(self.count(Verdict.VERBATIM)),
            altered=number(self.count(Verdict.ALTERED)),
            missing=number(self.count(Verdict.NOT_FOUND)),
        )


def _where(drafted: Drafted) -> dict[str, int]:
    return {"line": drafted.line, "start": drafted.span.start, "end": drafted.span.end}


def _apart() -> str:
    return _("Single words between quotation marks, not checked")


def _heading(drafted: Drafted) -> str:
    return _("Line {line}: “{quotation}”").format(
        line=drafted.line, quotation=one_line(drafted.text)
    )
