"""Ask a folder of news articles; get the exact words that answer, or be told they are not there.

    import qa

    qa.build("articles/", "index/")
    with qa.open("index/") as archive:
        print(archive.ask("Siapa juru bicara Kremlin?").best)

The command line and the chat stand on these calls. Importing this costs next to nothing: each call
imports what it needs. Every error that a caller may meet is a `qa.errors.QAError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from qa.builder import BuildReport, Progress
    from qa.engine import Engine
    from qa.settings import AskSettings, BuildSettings, Filters

__version__ = "0.1.0"

__all__ = ["AskSettings", "BuildSettings", "Filters", "build", "open"]


def __getattr__(name: str) -> object:
    """The settings that the calls below take, imported when they are first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from qa import settings

    return getattr(settings, name)


def build(
    folder: str | Path,
    index: str | Path,
    settings: BuildSettings | None = None,
    *,
    full: bool = False,
    replace: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Read the articles of a folder, or of one file, into an index.

    What has not changed since the last build is kept. After any failure the index that was there is
    still in use.

    Args:
        folder: Files that cannot be read are skipped, and listed in the report.
        index: Folder to publish in; made if absent.
        settings: How to read and cut the articles, kept in the index; None for
            `BuildSettings()` with the encoder of the index that is there.
        full: Reuse nothing of the index that is there.
        replace: Whether articles of another folder that the index holds may give way to these; the
            shipped ones always do.
        progress: Called with the stage, how many are done, and of how many (0 if not known).

    Raises:
        CorpusError: If there is no such folder, or no article in it.
        ModelError: If the encoder cannot be loaded.
        UsageError: If the index holds articles of another folder, and they may not be replaced.
        StoreError: If another build is running, or the index cannot be written.
    """
    from pathlib import Path

    from qa.articles.folder import load, root_of
    from qa.builder import build as build_articles
    from qa.builder import is_another
    from qa.errors import UsageError
    from qa.i18n import _, number
    from qa.settings import BuildSettings
    from qa.store import held

    corpus, where = Path(folder), Path(index)
    before = held(where)
    if settings is None:
        settings = BuildSettings(encoder=before.settings.encoder) if before else BuildSettings()
    articles = load(corpus, settings)
    if before and not replace and is_another(corpus, before):
        raise UsageError(
            _(
                "The index in {where} holds the {articles} articles of {corpus}. Keep "
                "them and choose another folder for the index, or let these take their "
                "place (replace=True)."
            ).format(where=where, articles=number(before.articles), corpus=before.read_from)
        )
    return build_articles(
        articles,
        where,
        settings,
        root=str(root_of(corpus)),
        read_from=str(corpus.resolve()),
        full=full,
        progress=progress,
    )


def open(  # noqa: A001 - as shelve.open
    index: str | Path, *, reader: str | None = "bundled", encoder: str | None = None
) -> Engine:
    """Open an index to ask its articles; a context manager, which closes it.

    A rebuild does not disturb it, and it does not see one. Use it from one thread at a time.

    Args:
        index: The folder that `build` wrote.
        reader: `bundled`, or an extractive-QA model by name or path; None to retrieve only.
        encoder: Fails unless the index was built with it; None takes whichever it was.

    Raises:
        StoreError: If there is no index, or it is damaged or built with another encoder.
        ModelError: If the encoder or the reader cannot be loaded.
    """
    from pathlib import Path

    from qa.engine import Engine

    return Engine.open(Path(index), reader=reader, encoder=encoder)
