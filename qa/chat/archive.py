"""The index that a chat asks: opened, opened anew once it was rebuilt, built, changed for another.

Not handled: an index that is deleted while it is open; what was read of it still answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

from qa.errors import IndexMissing, UsageError
from qa.i18n import _, ngettext, number
from qa.places import index_of
from qa.settings import Filters
from qa.show import article_count
from qa.types import Article, SourceSize

if TYPE_CHECKING:
    from qa.builder import BuildReport, Progress
    from qa.engine import Engine

OpenIndex: TypeAlias = "Callable[[Path, Progress], Engine]"
"""Opens the engine of an index; where it must be built first, tells how far each stage is."""


@dataclass(frozen=True, slots=True)
class Made:
    """The index of a path, and what the build did, if it had to be built.

    There is no path where it is the index that was open.
    """

    path: Path | None
    index: Path
    report: BuildReport | None = None


class Archive:
    """One thread has the engine, and opens others; `made`, `article` and `sizes` are for any.

    Args:
        index: The folder of the index to ask first, in which `qa index FOLDER` would build.
        open_index: Opens one.
        server: Opens an archive elsewhere, to be asked until a person opens another.
    """

    def __init__(
        self, index: Path, open_index: OpenIndex, *, server: Callable[[], Engine] | None = None
    ) -> None:
        self.index = index
        self._server = server
        self._home = index
        self._open_index = open_index
        self._engine: Engine | None = None
        self._exchange = Lock()

    @property
    def engine(self) -> Engine | None:
        """What answers; None until the index is opened."""
        return self._engine

    def open(self, tell: Progress) -> Engine:
        """Open the index, or the server where there is one.

        Raises:
            QAError: If it cannot be opened, or built where there is none.
        """
        if self._server is not None:
            return self._turn_to(self.index, self._server())
        return self._turn_to(self.index, self._open_index(self.index, tell))

    def renew(self) -> Engine | None:
        """Open the generation in use, if that is another than the one that is open; else None.

        Raises:
            QAError: If it cannot be opened; the engine stays what it was.
        """
        if self._engine is None or not self._engine.generation.is_superseded():
            return None
        engine = self._server() if self._server else self._open_index(self.index, _untold)
        return self._turn_to(self.index, engine)

    def take(self, made: Made) -> Engine:
        """Ask the generation in use of an index that was made, in place of what is open.

        Raises:
            QAError: If it cannot be opened; the engine stays what it was.
        """
        if self._engine is not None and made.index == self.index and self._server is None:
            return self.renew() or self._engine
        engine = self._turn_to(made.index, self._open_index(made.index, _untold))
        self._server = None
        return engine

    def close(self) -> None:
        """Let go of the index."""
        if self._engine is not None:
            self._engine.close()

    def article(self, id_: str) -> Article | None:
        """The article of an id, None if the index has none."""
        with self._exchange:
            return self._engine.article(id_) if self._engine else None

    def sizes(self, filters: Filters) -> Sequence[SourceSize]:
        """How many articles of each source some filters let through; none until it is open."""
        with self._exchange:
            return self._engine.generation.sizes(filters) if self._engine else ()

    def made(self, path: Path | None, tell: Progress) -> Made:
        """The index of a path: of an index that itself, of articles the one that they are put into.

        They are put where `qa index PATH` would, but where that holds articles of other folders
        into an index of their own: what somebody has built never gives way here.

        Args:
            path: Of an index, of a folder of articles or of a file of them; None builds the index
                that is open from what it holds.
            tell: Told how far each stage is.

        Raises:
            QAError: If it cannot be built; what was there is still in use.
        """
        from qa import folders
        from qa.store import has_index, origin_of

        if path is None:
            if self._server is not None:
                raise UsageError(_("The articles are with a server, which has to index them."))
            before = origin_of(self.index)
            if before is None:
                raise folders.unreadable(self.index) if has_index(self.index) else _no_index()
            chosen = folders.again(before)
            report = folders.build(chosen, self.index, before.settings, progress=tell)
            return Made(None, self.index, report)
        if has_index(path):
            return Made(path, path)
        index, before = self._home, origin_of(self._home)
        folder = folders.named(path, folders.remembered(path, before))
        if folders.is_another(folder, before) if before else has_index(index):
            index = index_of(Path(folder.path))
            before = origin_of(index)
            folder = folders.named(path, folders.remembered(path, before))
        # One that cannot be read was of this folder alone.
        chosen = folders.chosen(folder, before, index, add=False, replace=False, full=True)
        return Made(path, index, folders.build(chosen, index, folder.settings, progress=tell))

    def _turn_to(self, index: Path, engine: Engine) -> Engine:
        with self._exchange:
            before, self._engine, self.index = self._engine, engine, index
        if before is not None and before is not engine:
            before.close()
        return engine


def rebuilt(engine: Engine) -> str:
    """What to say of an index that was rebuilt."""
    return _("The index was rebuilt: {articles}.").format(
        articles=article_count(engine.info.articles)
    )


def turned(made: Made, engine: Engine, before: Engine | None) -> str:
    """What to say once an index that was made is open; nothing where that has been shown.

    Args:
        made: The index.
        engine: What is open now.
        before: What was open.
    """
    report, articles = made.report, article_count(engine.info.articles)
    if made.path is not None:
        words = _("Questions go to {path} now: {articles}.").format(
            path=made.path, articles=articles
        )
        if report is not None:
            words += " " + _("Its index is {index}").format(index=made.index)
    elif before is not engine:
        words = rebuilt(engine)
    elif report is None or not report.published:
        words = _("Nothing has changed: {articles}.").format(articles=articles)
    else:
        words = ""
    if report and report.skipped:
        skipped = len(report.skipped)
        words += " " + ngettext(
            "{count} file or record could not be read: qa check --skipped",
            "{count} files or records could not be read: qa check --skipped",
            skipped,
        ).format(count=number(skipped))
    return words.strip()


def unopened(error: Exception) -> str:
    """What to say where an index that was rebuilt cannot be opened."""
    return _("The index was rebuilt but cannot be opened, so the old one answers: {error}").format(
        error=error
    )


def _no_index() -> IndexMissing:
    return IndexMissing(_("There is no index yet. Name a folder of articles: /open FOLDER"))


def _untold(_stage: str, _done: int, _total: int) -> None:
    """Tell nobody how far a stage is."""
