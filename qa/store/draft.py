"""Writing a generation: everything beside the index in use, then one atomic step.

Not handled: what a disk that lies about fsync loses when the power fails.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from qa.errors import StoreError
from qa.files import PARTIAL, fsync_folder, fsync_tree, replace
from qa.i18n import _
from qa.lexical.index import LexicalIndex
from qa.protocols import VectorIndex, Vectors
from qa.store.checkpoint import VectorCheckpoint
from qa.store.current import (
    CURRENT,
    InUse,
    current,
    file_sum,
    has_index,
)
from qa.store.generation import Generation
from qa.store.making import making
from qa.store.manifest import (
    ARTICLES,
    GENERATION,
    LEXICAL,
    MANIFEST,
    VECTORS,
    FileSum,
    Manifest,
)
from qa.store.writer import ArticleWriter
from qa.types import Article, Copy, Folder, Mask, Skipped, Span

Encode: TypeAlias = Callable[[Sequence[str]], Vectors]
"""Makes vectors of texts, (n, dim)."""

Suggest: TypeAlias = Callable[[Generation], tuple[str, ...]]
"""Makes questions that a generation answers, before it is published."""

Vector: TypeAlias = NDArray[np.float32]
"""One vector, (dim,)."""

_LOCK = ".lock"
_DRAFT = re.compile(rf"({GENERATION.pattern})\.([0-9]+){re.escape(PARTIAL)}")


@contextmanager
def draft(index: Path) -> Iterator[Draft]:
    """A generation to be written, in a folder beside the one in use.

    What builds that were killed left behind is removed first. Unless `publish` was reached, nothing
    of the draft stays, however the block is left.

    Raises:
        StoreError: At once, if another process is building; or if the folder cannot be written.
    """
    # Only builds need it, and a question would wait 10 ms for it.
    import filelock

    lock = filelock.FileLock(index / _LOCK)
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise StoreError(
            _("{who} is building {index}/. Wait for it, or choose another --index.").format(
                who=_builder(index), index=index
            )
        ) from error
    except OSError as error:
        raise _unwritable(index, error) from error
    with ExitStack() as afterwards:
        afterwards.callback(lock.release)
        # Twice, since the first may be what Ctrl-C interrupts.
        afterwards.callback(_sweep, index)
        afterwards.callback(_sweep, index)
        _sweep(index)
        name = _next_name(index)
        folder = index / f"{name}.{os.getpid()}{PARTIAL}"
        with closing(Draft(index, folder, name)) as new:
            yield new


class Draft:
    """A generation while it is written; made by `draft`, or for a part of a cluster's index.

    Args:
        index: The folder that it is to lie in.
        folder: Where it is written; made if absent.
        name: What it is to be called.
    """

    def __init__(self, index: Path, folder: Path, name: str) -> None:
        self._index = index
        self._name = name
        self._folder = folder
        self._checkpoint: VectorCheckpoint | None = None
        self._vectors: tuple[int, str] | None = None
        self._lexical: tuple[int, tuple[str, ...]] | None = None
        self._skipped = 0
        self._scratch = ExitStack()
        try:
            self._folder.mkdir(exist_ok=True)
            self._articles = ArticleWriter.create(self._folder / ARTICLES)
        except OSError as error:
            raise _unwritable(index, error) from error

    def add_article(self, article: Article) -> bool:
        """Take an article; whether its text is new.

        Of a text that is there already only its place is stored, with its metadata there.
        """
        return self._articles.add_article(article)

    def add_copy(self, article: str, copy: Copy) -> None:
        """Take a further place of an article, by its id."""
        self._articles.add_copy(article, copy)

    def add_skipped(self, skipped: Skipped) -> None:
        """Keep what could not be loaded, and why."""
        self._articles.add_skipped(skipped)
        self._skipped += 1

    def articles(self) -> Iterator[Article]:
        """The articles taken so far, in order; `add_passages` may be called on the way."""
        return self._articles.articles()

    def undated(self) -> int:
        """Articles taken so far that have no date."""
        return self._articles.undated()

    def add_passages(
        self,
        article: str,
        spans: Sequence[Span],
        *,
        masks: Sequence[Mask],
        digests: Sequence[bytes],
    ) -> None:
        """Take the passages of an article, which become the next rows in order.

        Args:
            article: Its id.
            spans: One a passage.
            masks: All that is masked in the article, in place of what it came with.
            digests: `passage_digest` of each passage.
        """
        self._articles.add_passages(article, spans, masks, digests)

    def add_groups(self, groups: Mapping[str, str]) -> None:
        """Take which article stands for each that has near-duplicates, as `qa.copies.groups`."""
        self._articles.add_groups(groups)

    def keep_vectors(self, encoder: str, dim: int) -> None:
        """Keep the vectors of an encoder, by its id, that `embedded` makes until this is published.

        Raises:
            StoreError: If they cannot be written.
        """
        with self.writing():
            self._checkpoint = VectorCheckpoint(self._index, encoder, dim)

    def embedded(self, texts: Mapping[bytes, str], encode: Encode) -> dict[bytes, Vector]:
        """The vector of each text by its digest, from a build that was broken off or made now.

        Args:
            texts: By `passage_digest`.
            encode: Makes vectors of those that are not kept.

        Raises:
            StoreError: If they cannot be kept.
        """
        found = self._checkpoint.find(texts) if self._checkpoint else {}
        new = {digest: text for digest, text in texts.items() if digest not in found}
        vectors = encode(list(new.values()))
        if self._checkpoint:
            with self.writing():
                self._checkpoint.add(new, vectors)
        return found | dict(zip(new, vectors, strict=True))

    def scratch(self) -> BinaryIO:
        """A file for what memory should not hold; gone at `publish`, and after a kill too.

        Raises:
            StoreError: If there can be none.
        """
        with self.writing():
            return self._scratch.enter_context(TemporaryFile(dir=self._folder))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Raise a disk's failure as an error with a message for a person.

        Raises:
            StoreError: For an OSError within.
        """
        try:
            yield
        except OSError as error:
            raise _unwritable(self._index, error) from error

    def add_vectors(self, vectors: VectorIndex) -> None:
        """Write the vector index; row i is that of passage i."""
        self._vectors = len(vectors), vectors.kind
        with self.writing():
            vectors.save(self._folder / VECTORS)

    def add_lexical(self, lexical: LexicalIndex) -> None:
        """Write the lexical index; document i is passage i."""
        self._lexical = len(lexical), lexical.stemmers
        with self.writing():
            lexical.save(self._folder / LEXICAL)

    def publish(
        self,
        *,
        root: str,
        folders: Sequence[Folder],
        digest: str,
        encoder: str,
        dim: int,
        suggest: Suggest = lambda _generation: (),
    ) -> Manifest:
        """Make this the generation in use; readers of the one before are not disturbed.

        Args:
            root: The folder that paths are relative to.
            folders: What was read and how; how many articles there are is found here.
            digest: Of the corpus, to see later whether it changed.
            encoder: The id of the encoder whose vectors were added.
            dim: Numbers in a vector.
            suggest: Makes the questions that are kept with it.

        Raises:
            ValueError: As `finish`.
            StoreError: If the disk fails; then nothing has changed, or the message says that this
                is in use.
        """
        manifest = self.finish(
            root=root, folders=folders, digest=digest, encoder=encoder, dim=dim, suggest=suggest
        )
        try:
            sums = file_sum(self._folder / MANIFEST)
            self._folder.rename(self._index / self._name)
            fsync_folder(self._index)
            replace(self._index / CURRENT, InUse(self._name, sums.sha256).as_line())
        except OSError as error:
            raise _unwritable(self._index, error) from error
        try:
            if self._checkpoint:
                self._checkpoint.remove()
            fsync_folder(self._index)
        except OSError as error:
            raise StoreError(
                _(
                    "The new index in {index}/ is in use, but may be lost if the power "
                    "fails ({reason}). Check the disk, then: qa index FOLDER --full"
                ).format(index=self._index, reason=error.strerror or error)
            ) from error
        return manifest

    def finish(
        self,
        *,
        root: str,
        folders: Sequence[Folder],
        digest: str,
        encoder: str,
        dim: int,
        suggest: Suggest = lambda _generation: (),
        built: str = "",
    ) -> Manifest:
        """Write the manifest and force all to disk; the folder is then whole, and not yet in use.

        Args:
            root: As for `publish`, and so are the others.
            folders: What was read and how.
            digest: Of the corpus.
            encoder: The id of the encoder.
            dim: Numbers in a vector.
            suggest: Makes questions.
            built: When, in ISO 8601; now if empty.

        Raises:
            ValueError: If vectors or words are missing, or not one for each passage.
            StoreError: If the disk fails.
        """
        database = self._articles
        if self._vectors is None or self._lexical is None:
            raise ValueError("a generation needs vectors and a lexical index")
        (vectors, kind), (words, stemmers) = self._vectors, self._lexical
        if not vectors == words == database.passage_count:
            raise ValueError("vectors, words and passages differ in number")
        with self.writing():
            self._scratch.close()
        languages = database.languages()
        counted = tuple(
            dataclasses.replace(folder, articles=database.articles_in(folder.within(root)))
            for folder in folders
        )
        self.commit()
        try:
            fsync_tree(self._folder)
            manifest = Manifest(
                generation=self._name,
                built=built or datetime.now(UTC).isoformat(timespec="seconds"),
                root=root,
                folders=counted,
                digest=digest,
                encoder=encoder,
                dim=dim,
                vectors=kind,
                stemmers=stemmers,
                languages=languages,
                articles=database.article_count,
                passages=database.passage_count,
                skipped=self._skipped,
                files=sums_of(self._folder),
                questions=(),
                **making(folders[0].settings, stemmers),
            )
            with Generation(self._folder, manifest) as whole:
                manifest = dataclasses.replace(manifest, questions=suggest(whole))
            replace(self._folder / MANIFEST, manifest.as_json())
            fsync_folder(self._folder)
        except OSError as error:
            raise _unwritable(self._index, error) from error
        return manifest

    def commit(self) -> None:
        """Write the articles and passages; nothing can be added to them any more."""
        self._articles.commit()

    def close(self) -> None:
        """Let go of the files; nothing can be added any more."""
        # What a full disk kept from it is not needed any more, and has been reported.
        with suppress(OSError):
            self._scratch.close()
        self._articles.close()
        if self._checkpoint:
            self._checkpoint.close()


def passage_digest(text: str) -> bytes:
    """Sixteen bytes that tell the text given to an encoder from any other."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def sums_of(folder: Path) -> dict[str, FileSum]:
    """The size and the sha256 of every file of a folder, by its name relative to it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_sum(path) for path in files}


def _next_name(index: Path) -> str:
    """A name that sorts after those of all generations there."""
    last = max((int(path.name[:6]) for path in _generations(index)), default=0)
    return f"{last + 1:06}-{secrets.token_hex(4)}"


def _generations(index: Path) -> list[Path]:
    return [path for path in index.iterdir() if GENERATION.fullmatch(path.name)]


def _sweep(index: Path) -> None:
    """Remove drafts that were not published, and generations that are not in use.

    The one before stays for a reader that may just be opening it. Whoever calls holds the lock, so
    that no draft there can be another's. What cannot be removed stays for the next build to sweep.
    """
    with suppress(OSError):
        for path in index.glob(f".{CURRENT}.*{PARTIAL}"):
            path.unlink(missing_ok=True)
        _remove(path for path in index.iterdir() if _DRAFT.fullmatch(path.name))
        in_use = current(index)
        if in_use is not None:
            names = sorted(path.name for path in _generations(index))
            before = [name for name in names if name < in_use.generation][-1:]
            _remove(index / name for name in names if name not in {in_use.generation, *before})
        elif not has_index(index):
            _remove(_generations(index))


def _remove(folders: Iterable[Path]) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _builder(index: Path) -> str:
    """Who is building, as far as its draft tells."""
    for path in index.iterdir():
        if found := _DRAFT.fullmatch(path.name):
            return _("Process {id}").format(id=found[2])
    return _("Another process")


def _unwritable(index: Path, error: OSError) -> StoreError:
    return StoreError(
        _(
            "Cannot write {index}/ ({reason}). The index in use is as it was. Free "
            "some space, or choose another folder: --index DIR"
        ).format(index=index, reason=error.strerror or error)
    )
