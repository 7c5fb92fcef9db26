"""Question files -> reports, in one of four modes.

`open` asks an index as `qa ask` does, `retrieval` stops at the hits, `reading` gives the reader
each row's own context, `conversation` asks a row after those before it of the same conversation.
Questions are asked one at a time, so that latency is that of one question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from qa.articles.folder import load, root_of
from qa.builder import Progress, build
from qa.engine import Engine
from qa.errors import UsageError
from qa.evaluate.questions import Row, read_questions
from qa.evaluate.ranking import digest, has_text, is_named, rank_of
from qa.evaluate.report import Outcome, Report
from qa.language.detect import detect
from qa.places import default_index
from qa.protocols import Reader
from qa.readers import open_reader
from qa.retrieve import FUSED
from qa.settings import BUNDLED, AskSettings, BuildSettings
from qa.types import Answer, Article, Loaded, Passage, Span, Status

MODES = ("open", "reading", "retrieval", "conversation")
ALONE = "alone"
"""How a report calls the follow-ups of a conversation asked without what came before."""

# Scores should not depend on how busy the machine is.
_ASKING = AskSettings()
_RANKING = AskSettings(retrieved=100)
"""Hits to rank articles by: twice what `qa ask` takes, as several hits may be of one article."""


def evaluate(
    files: Sequence[Path],
    mode: str = "open",
    *,
    index: Path | None = None,
    corpus: Path | None = None,
    contexts: bool = False,
    limit: int | None = None,
    encoder: str | None = None,
    reader: str = BUNDLED,
    retriever: str = FUSED,
    settings: AskSettings = _ASKING,
    progress: Progress | None = None,
) -> list[Report]:
    """Measure answers against question files: one report a file, in order.

    In mode `conversation` a file gives two: its follow-up questions asked each alone, and asked
    after the turns before it; a row without a `conversation` belongs to that of all such rows.

    Args:
        files: JSONL, gzip-compressed where the name ends in `.gz`; see `qa.evaluate.questions`.
        mode: `open`, `reading`, `retrieval` or `conversation`.
        index: The index to ask, None for the usual one; `corpus` and `contexts` go before it.
        corpus: Articles to ask through a temporary index.
        contexts: Ask a temporary index of all distinct contexts of the file, one article each, and
            of the articles of `corpus` where that is given too.
        limit: Ask only the first questions of each file. All contexts are indexed even so.
        encoder: Of temporary indexes (None: the bundled one); else the one that the index must
            have been built with (None: whichever it was).
        reader: `bundled`, or a model by name or path; mode `retrieval` opens none.
        retriever: `fused`, or one of its parts alone: `dense` or `lexical`.
        settings: How questions are answered in modes `open` and `conversation`.
        progress: Told how building and asking go.

    Raises:
        UsageError: If a file is not as described, or the options do not go together.
        QAError: As `build`, `Engine.open` and `open_reader` raise it.
    """
    if mode not in MODES:
        raise UsageError(f"--mode is one of {', '.join(MODES)}; got {mode!r}.")
    if mode == "reading" and (contexts or corpus):
        raise UsageError(
            "--mode reading gives the reader each row's own context: "
            "leave out --contexts and --corpus."
        )
    # All files before the first build: a bad line should not cost the time of one.
    tests = [(file, read_questions(file)) for file in files]
    if contexts or mode == "reading":
        _require_contexts(tests)

    def reports_on(
        file: Path, rows: Sequence[Row], engine: Engine, *, by_context: bool
    ) -> list[Report]:
        rows = rows[:limit]
        ask = _asker(engine, mode, settings, by_context=by_context)
        if mode != "conversation":
            return [Report.of(str(file), mode, _each(rows, ask, progress))]
        follow_ups = _follow_ups(rows)
        if not follow_ups:
            raise UsageError(f"{file} holds no question after another of its conversation.")
        alone = _asker(engine, "open", settings, by_context=by_context)
        said = _each(rows, ask, progress)
        return [
            Report.of(
                f"{file} ({ALONE})", ALONE, _each([rows[i] for i in follow_ups], alone, None)
            ),
            Report.of(str(file), mode, [said[i] for i in follow_ups]),
        ]

    if mode == "reading":
        opened = open_reader(reader)
        return [
            Report.of(
                str(file), mode, _each(rows[:limit], lambda row: _read(opened, row), progress)
            )
            for file, rows in tests
        ]
    opening = None if mode == "retrieval" else reader
    build_settings = BuildSettings(encoder=encoder or BUNDLED)
    if contexts:
        reports: list[Report] = []
        for file, rows in tests:
            distractors: Iterable[Loaded] = load(corpus, build_settings) if corpus else ()
            articles = chain(context_articles(rows), distractors)
            with _temporary(articles, build_settings, opening, retriever, progress) as engine:
                reports += reports_on(file, rows, engine, by_context=True)
        return reports
    with (
        _temporary(
            load(corpus, build_settings),
            build_settings,
            opening,
            retriever,
            progress,
            root=str(root_of(corpus)),
        )
        if corpus
        else closing(
            Engine.open(
                index or default_index(), reader=opening, encoder=encoder, retriever=retriever
            )
        )
    ) as engine:
        return [
            report
            for file, rows in tests
            for report in reports_on(file, rows, engine, by_context=False)
        ]


def context_articles(rows: Iterable[Row]) -> Iterator[Article]:
    """One article for each distinct context, in order of first use."""
    distinct = dict.fromkeys(row.context for row in rows if row.context)
    for number, context in enumerate(distinct):
        yield _article(context, f"context-{number:06}")


def _article(text: str, path: str) -> Article:
    sha256 = digest(text)
    return Article(sha256[:16], path, title="", text=text, sha256=sha256, language=detect(text))


def _require_contexts(tests: Iterable[tuple[Path, Sequence[Row]]]) -> None:
    for file, rows in tests:
        for row in rows:
            if not (row.context and row.context.strip()):
                raise UsageError(
                    f'{file}: question {row.id} has no "context", which this measurement needs. '
                    "Ask an index instead: leave out --contexts and --mode reading."
                )


def _each(
    rows: Sequence[Row], measure: Callable[[Row], Outcome], progress: Progress | None
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for row in rows:
        outcomes.append(measure(row))
        if progress:
            progress("asking", len(outcomes), len(rows))
    return outcomes


@contextmanager
def _temporary(
    articles: Iterable[Loaded],
    settings: BuildSettings,
    reader: str | None,
    retriever: str,
    progress: Progress | None,
    *,
    root: str = "",
) -> Iterator[Engine]:
    """An engine over an index that lives as long as the block."""
    with TemporaryDirectory(prefix="qa-evaluate-") as folder:
        index = Path(folder)
        build(articles, index, settings, root=root, progress=progress)
        with closing(Engine.open(index, reader=reader, retriever=retriever)) as engine:
            yield engine


def _read(reader: Reader, row: Row) -> Outcome:
    """The reader alone on the row's context; retrieval has no say."""
    context = row.context or ""
    started = perf_counter()
    passage = Passage(0, _article(context, "context"), Span(0, len(context)))
    finding = reader.read([row.question], [passage])[0]
    answer = ""
    if finding and finding.margin >= reader.calibration.alone:
        answer = context[finding.span.start : finding.span.end]
    return Outcome(row, perf_counter() - started, answer)


def _follow_ups(rows: Sequence[Row]) -> list[int]:
    """The places of rows that have another row of their conversation before them."""
    first: dict[str | None, int] = {}
    for at, row in enumerate(rows):
        first.setdefault(row.conversation, at)
    return [at for at, row in enumerate(rows) if first[row.conversation] != at]


def _asker(
    engine: Engine, mode: str, settings: AskSettings, *, by_context: bool
) -> Callable[[Row], Outcome]:
    """How one row is measured on an engine; in mode `conversation` rows come in their order."""
    talks: defaultdict[str | None, list[Answer]] = defaultdict(list)

    def ask(row: Row) -> Outcome:
        started = perf_counter()
        answer: str | None = None
        sure: dict[int, float] = {}
        first: Article | None = None
        is_sure = False
        if mode == "retrieval":
            hits = engine.retrieve_many([row.question], _RANKING)[0]
            answered = perf_counter()
        else:
            said = engine.ask(row.question, settings, after=talks[row.conversation])
            answer = said.best.text if said.best else ""
            first = said.best.citation.article if said.best else None
            is_sure = said.status is Status.ANSWERED
            answered = perf_counter()
            sure = {one.hit.row: one.confidence or 0.0 for one in said.trace}
            hits = engine.retrieve_many([said.understood or row.question], _RANKING)[0]
            if mode == "conversation":
                talks[row.conversation].append(said)
        seconds = answered - started
        target = row.context if by_context else row.article
        if not (row.answers and target):
            return Outcome(row, seconds, answer, sure=is_sure)
        articles = [one.article for one in engine.generation.passages([hit.row for hit in hits])]
        is_right = has_text(target) if by_context else is_named(target, engine.info.root)
        rank = rank_of(is_right, articles)
        # Those read by how sure the reader is of what it found, then the others as retrieved.
        order = sorted(range(len(hits)), key=lambda at: -sure.get(hits[at].row, -1.0))
        reread = rank_of(is_right, [articles[at] for at in order])
        return Outcome(
            row,
            seconds,
            answer,
            ranked=True,
            rank=rank,
            read_rank=reread,
            cited=is_right(first) if first else None,
            sure=is_sure,
        )

    return ask
