"""Which folders an index is to hold, and reading them.

An index never loses the articles of a folder because another one is built into it: that takes a
person's word. The sample that ships with qa gives way without it.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from qa.articles.folder import load, root_of
from qa.builder import BuildReport, Progress
from qa.builder import build as build_articles
from qa.errors import CorpusError, UsageError
from qa.i18n import _, ngettext
from qa.places import is_shipped, shipped_corpus
from qa.settings import BuildSettings
from qa.store import Origin, has_index, origin_of
from qa.suggest import suggest
from qa.types import Article, Folder, Loaded


def build(
    folders: Sequence[Folder],
    index: Path,
    settings: BuildSettings,
    *,
    full: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Read the articles of folders into an index, which then holds these and no others.

    Args:
        folders: At least one, each with how its articles are read.
        index: Folder to publish in; made if absent.
        settings: Which encoder, and how passages are cut.
        full: Reuse nothing of the index that is there.
        progress: Told how far each stage is.

    Raises:
        CorpusError: If one of them is absent, or there is no article in it.
        UsageError: If they lie on different drives.
        ModelError: If the encoder cannot be loaded.
        StoreError: If another build is running, or the index cannot be written.
    """
    # All of them before the first is read: what is absent should not cost the time of the others.
    loaded = [_load(folder, index, alone=len(folders) == 1) for folder in folders]
    root = common_root(folders)
    return build_articles(
        _every(folders, loaded, root, index),
        index,
        settings,
        root=root,
        folders=folders,
        suggest=suggest,
        full=full,
        progress=progress,
    )


def named(corpus: Path, settings: BuildSettings) -> Folder:
    """A folder, or one file, that a person names.

    Raises:
        CorpusError: If there is none.
    """
    load(corpus, settings)
    return Folder(str(corpus.resolve()), settings, is_sample=is_shipped(corpus))


def again(before: Origin) -> tuple[Folder, ...]:
    """The folders that an index holds, to be read again; the sample from where it lies now."""
    return tuple(_now(folder) if folder.is_sample else folder for folder in before.folders)


def remembered(corpus: Path, before: Origin | None) -> BuildSettings:
    """How the articles of a folder were read before; else how the index holds others, by default.

    Args:
        corpus: The folder, or one file.
        before: What the index holds.
    """
    if before is None:
        return BuildSettings()
    if known := before.folder(str(corpus.resolve())):
        return known.settings
    index = before.settings
    return BuildSettings(
        encoder=index.encoder,
        max_chars=index.max_chars,
        overlap_sentences=index.overlap_sentences,
    )


def is_another(folder: Folder, before: Origin) -> bool:
    """Whether an index would lose articles if it held a folder alone, the sample not counted."""
    return not before.is_sample and before.folder(folder.path) is None


def chosen(
    folder: Folder,
    before: Origin | None,
    index: Path,
    *,
    add: bool,
    replace: bool,
    full: bool = False,
) -> tuple[Folder, ...]:
    """What an index is to hold once a folder is built into it.

    Args:
        folder: Other than those that it holds only where a person agreed, as `is_another` asks.
        before: What it holds.
        index: Its folder.
        add: Whether the folder joins what it holds, the sample too.
        replace: Whether it takes the place of all that it holds.
        full: Whether it takes the place of what cannot be read.

    Raises:
        UsageError: If it lies in one of those that the index holds, or one of them in it; if the
            index cannot be read, and this is not to take its place.
    """
    if before is None and has_index(index) and (add or not (replace or full)):
        raise unreadable(index)
    if before is None or replace or (before.is_sample and not add):
        return (folder,)
    return _beside(folder, before, index)


def without(corpus: Path, before: Origin, index: Path) -> tuple[Folder, ...]:
    """The folders that an index holds but for one.

    Raises:
        UsageError: If it does not hold that, or nothing else.
    """
    path = str(corpus.resolve())
    left = tuple(folder for folder in again(before) if folder.path != path)
    if len(left) == len(before.folders):
        raise UsageError(
            _("{held} It does not hold {folder}.").format(held=holds(before, index), folder=path)
        )
    if not left:
        raise UsageError(
            _(
                "{held} Without it nothing is left: delete the index, or let another folder take "
                "its place: qa index FOLDER --replace"
            ).format(held=holds(before, index))
        )
    return left


def unreadable(index: Path) -> UsageError:
    """The message where an index cannot say what it holds."""
    return UsageError(
        _(
            "The index in {index} cannot be read, so it does not say which articles it held. "
            "Name their folder: qa index FOLDER --full"
        ).format(index=index)
    )


def holds(before: Origin, index: Path) -> str:
    """What an index holds, in a sentence."""
    return ngettext(
        "The index in {index} holds the {count} article of {folders}.",
        "The index in {index} holds the {count} articles of {folders}.",
        before.articles,
    ).format(
        index=index,
        count=f"{before.articles:,}",
        folders=", ".join(folder.path for folder in before.folders),
    )


def _now(sample: Folder) -> Folder:
    """The sample as it is: where it lay, a person may have put articles of their own into it."""
    if Path(sample.path).is_dir():
        return replace(sample, is_sample=is_shipped(Path(sample.path)))
    return replace(sample, path=str(shipped_corpus().resolve()))


def _beside(folder: Folder, before: Origin, index: Path) -> tuple[Folder, ...]:
    """A folder and those that an index holds, in the order that they have."""
    stored = again(before)
    if any(other.path == folder.path for other in stored):
        return tuple(folder if other.path == folder.path else other for other in stored)
    for other in stored:
        if _lies_in(folder, other) or _lies_in(other, folder):
            raise UsageError(
                _(
                    "{folder} and {other}, which the index in {index} holds, lie one in the other, "
                    "and an article has one place. Let it take the place of all that the index "
                    "holds (--replace), or choose another folder for the index (--index DIR)."
                ).format(folder=folder.path, other=other.path, index=index)
            )
    return (*stored, folder)


def _lies_in(one: Folder, other: Folder) -> bool:
    return Path(one.path).is_relative_to(other.path)


def _load(folder: Folder, index: Path, *, alone: bool) -> Iterator[Loaded]:
    """The articles of a folder; an error where it is absent, and what to do."""
    try:
        return load(Path(folder.path), folder.settings)
    except CorpusError as error:
        if alone:
            raise
        raise CorpusError(
            _("{error} The index in {index} holds it beside others, and is as it was.").format(
                error=error, index=index
            )
            + " "
            + _back(folder, index)
        ) from error


def _back(folder: Folder, index: Path) -> str:
    """What to do where the articles of a folder have gone, or there never were any."""
    before = origin_of(index)
    if before is None or all(other.path != folder.path for other in again(before)):
        return _("Put articles in it, or name another folder.")
    drop = shlex.join(["qa", "index", "--drop", folder.path, "--index", str(index)])
    return _("Put its articles back, or take it out: {drop}").format(drop=drop)


def _every(
    folders: Sequence[Folder], loaded: Sequence[Iterator[Loaded]], root: str, index: Path
) -> Iterator[Loaded]:
    """What comes of some folders, one after the other, with paths relative to a common root."""
    for folder, items in zip(folders, loaded, strict=True):
        inside = replace(folder, path=str(root_of(Path(folder.path)))).within(root)
        found = False
        for item in items:
            found = found or isinstance(item, Article)
            yield replace(item, path=f"{inside}/{item.path}") if inside else item
        if not found and len(folders) > 1:
            # As that of a disk that is not there: its articles would be lost without a word.
            raise CorpusError(
                _("No readable article in {folder}; the index in {index} is as it was.").format(
                    folder=folder.path, index=index
                )
                + " "
                + _back(folder, index)
            )


def common_root(folders: Sequence[Folder]) -> str:
    """The nearest folder that holds all of some folders.

    Raises:
        UsageError: If they lie on different drives.
    """
    roots = [str(root_of(Path(folder.path))) for folder in folders]
    try:
        return os.path.commonpath(roots)
    except ValueError as error:
        raise UsageError(
            _("{folders} lie on different drives, which one index cannot hold.").format(
                folders=", ".join(roots)
            )
        ) from error
