"""Ask a folder of news articles; get the exact words that answer, or "not found".

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
    folder: str | Path | None,
    index: str | Path,
    settings: BuildSettings | None = None,
    *,
    full: bool = False,
    replace: bool = False,
    add: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Read the articles of a folder, or of one file, into an index.

    What has not changed since the last build is kept, and so are the other folders that the index
    holds, each read again as it was. After any failure the index that was there is still in use.

    Args:
        folder: Files that cannot be read are skipped, and listed in the report. None for those that
            the index holds.
        index: Folder to publish in; made if absent.
        settings: How to read and cut the articles, kept in the index for this folder; the encoder
            and how passages are cut hold for all of its folders. None for those that are kept.
        full: Reuse nothing of the index that is there.
        replace: Whether articles of other folders that the index holds may give way to these; the
            shipped ones always do.
        add: Hold these beside those of other folders.
        progress: Called with the stage, how many are done, and of how many (0 if not known).

    Raises:
        CorpusError: If there is no such folder, or no article in it.
        ModelError: If the encoder cannot be loaded.
        UsageError: If the index holds articles of another folder, and no option says what is to
            become of them; if there is neither a folder nor an index.
        StoreError: If another build is running, or the index cannot be written.
    """
    from pathlib import Path

    from qa import folders
    from qa.errors import UsageError
    from qa.i18n import _
    from qa.store import origin_of

    where = Path(index)
    before = origin_of(where)
    if folder is None:
        if before is None:
            raise UsageError(
                _("There is no index in {index} that tells its folders: name one.").format(
                    index=where
                )
            )
        chosen = folders.again(before)
        settings = settings or before.settings
    else:
        settings = settings or folders.remembered(Path(folder), before)
        named = folders.named(Path(folder), settings)
        if before and folders.is_another(named, before) and not (add or replace):
            raise UsageError(
                _(
                    "{held} Keep them and add these (add=True), let these take their place "
                    "(replace=True), or choose another folder for the index."
                ).format(held=folders.holds(before, where))
            )
        chosen = folders.chosen(named, before, where, add=add, replace=replace, full=full)
    return folders.build(chosen, where, settings, full=full, progress=progress)


def open(  # noqa: A001 - as shelve.open
    index: str | Path,
    *,
    reader: str | None = "bundled",
    encoder: str | None = None,
    token: str = "",
) -> Engine:
    """Open an index to ask its articles; a context manager, which closes it.

    A rebuild does not disturb it, and it does not see one. Use it from one thread at a time.

    Args:
        index: The folder that `build` wrote, or the address of a server, such as
            `http://127.0.0.1:8321`, which has reader and encoder of its own.
        reader: `bundled`, or an extractive-QA model by name or path; None to retrieve only.
        encoder: Fails unless the index was built with it; None takes whichever it was.
        token: What a server asks for.

    Raises:
        StoreError: If there is no index, or it is damaged or built with another encoder.
        ModelError: If the encoder or the reader cannot be loaded.
        ServerError: If the server cannot be reached, or refuses.
    """
    from pathlib import Path
    from typing import cast

    if isinstance(index, str) and index.startswith(("http://", "https://")):
        from qa.remote import Remote

        # It has what is asked of an engine, but not what an engine is made of.
        return cast("Engine", Remote.connect(index, token))
    from qa.engine import Engine

    return Engine.open(Path(index), reader=reader, encoder=encoder)
