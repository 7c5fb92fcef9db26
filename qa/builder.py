"""Articles -> a published index, in two passes over a draft of the store.

The first pass stores the articles and counts the lines that recur in a source; the second masks,
cuts, encodes and indexes. Vectors of passages whose text has not changed come from the index that
is there.

Vectors and the counts of words wait in files of the draft, so that memory holds of each only the
index that is made.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from qa import __version__
from qa.articles import ocr
from qa.chunk import encoder_text, passages
from qa.clean import Recurring, masks
from qa.copies import Sketch, groups, sketch
from qa.encoders import lasting, open_encoder
from qa.errors import CorpusError, StoreError
from qa.i18n import N_, _
from qa.indexes import build_index
from qa.lexical.build import LexicalBuilder
from qa.parallel import in_order
from qa.protocols import Encoder, Vectors
from qa.settings import BuildSettings
from qa.store import (
    Draft,
    Generation,
    Manifest,
    Suggest,
    draft,
    open_generation,
    passage_digest,
)
from qa.store.schema import parts_as_json
from qa.store.scratch import VectorFile
from qa.types import Article, Folder, Loaded, Mask, Note, Passage, Skipped, Span

_Item = TypeVar("_Item")

Progress = Callable[[str, int, int], None]
"""Called with the stage, how many are done, and of how many (0 where that is not known)."""

_RECOGNISED = ".ocr"
"""The folder in that of an index where what tesseract read is kept."""

BATCH = 256
"""Articles whose passages are encoded together."""

_PROCESSES = 2
"""Processes that prepare articles; this one does the other half of the work."""

_AT_ONCE = 64
"""Passages that a slow encoder is given at once: a second of work, so that little is lost."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build found and did. Counts are of articles, but for `passages` and `reused`.

    `published` is False where nothing had changed and the index was left as it was. `notes` are of
    files in which something was new; `notes_before` counts those of files as the index knew them.
    """

    articles: int
    passages: int
    added: int
    changed: int
    removed: int
    unchanged: int
    duplicates: int
    undated: int
    skipped: tuple[Skipped, ...]
    notes: tuple[Note, ...]
    notes_before: int
    reused: int
    seconds: float
    published: bool

    def as_json(self) -> dict[str, Any]:
        """The report as JSON; `skipped` holds `{path, reason}`, `notes` hold `{path, text}`."""
        return asdict(self)


def build(
    corpus: Iterable[Loaded],
    index: Path,
    settings: BuildSettings,
    *,
    root: str,
    folders: Sequence[Folder] = (),
    suggest: Suggest = lambda _generation: (),
    full: bool = False,
    progress: Progress | None = None,
) -> BuildReport:
    """Index articles and publish the index; after any failure the one that was there is in use.

    Args:
        corpus: Articles, what could not be loaded, and notes, as `qa.articles.folder.load` yields
            them.
        index: Folder to publish in; made if absent.
        settings: Which encoder, and how passages are cut.
        root: The folder that the paths of articles are relative to.
        folders: What was read and how, kept in the manifest, an encoder's folder by its absolute
            path; that root if there are none.
        suggest: Makes questions that the index answers, to be kept in it.
        full: Reuse nothing of the index that is there; of a build that was broken off, the vectors
            that a slow encoder had made go on.
        progress: Told how far each stage is.

    Raises:
        CorpusError: If there is no article at all.
        ModelError: If the encoder cannot be loaded.
        StoreError: If another build is running, or the folder cannot be written.
    """
    started = perf_counter()
    tell = progress or (lambda _stage, _done, _total: None)
    settings = replace(settings, encoder=lasting(settings.encoder))
    encoder = open_encoder(settings.encoder)
    folders = [
        replace(folder, settings=of_index(folder.settings, settings))
        for folder in folders or [Folder(root, settings)]
    ]
    with (
        draft(index) as new,
        _previous(index) as old,
        ocr.kept_in(index / _RECOGNISED, anew=full) as recognised,
    ):
        # Damage would go on under a new checksum.
        serves = old and not full and old.manifest.encoder == encoder.id and old.is_whole()
        reusable = old if serves else None
        intake = _Intake(new, old, root, full=full)
        with intake.warnings.held_back():
            for item in corpus:
                intake.take(item)
                tell(N_("reading"), intake.count, 0)
        if not intake.articles:
            raise CorpusError(nothing(root, intake.skipped))
        undated = new.undated()
        if reusable is not None and _same(reusable.manifest, root, folders, intake.digest):
            passage_count = reused = reusable.manifest.passages
            published = False
        else:
            if encoder.is_slow:
                new.keep_vectors(encoder.id, encoder.dim)
            passage_count, reused = _index(new, encoder, reusable, settings, intake, tell)
            new.publish(
                root=root,
                folders=folders,
                digest=intake.digest,
                encoder=encoder.id,
                dim=encoder.dim,
                suggest=lambda whole: _suggested(suggest, whole, intake.notes),
            )
            published = True
        if any(folder.settings.ocr for folder in folders):
            recognised.forget_others()
        return BuildReport(
            articles=intake.articles,
            passages=passage_count,
            added=intake.added,
            changed=intake.changed,
            removed=intake.removed,
            unchanged=intake.unchanged,
            duplicates=intake.duplicates,
            undated=undated,
            skipped=tuple(intake.skipped),
            notes=tuple(intake.notes),
            notes_before=intake.notes_before + intake.warnings.rest(),
            reused=reused,
            seconds=perf_counter() - started,
            published=published,
        )


def _index(
    new: Draft,
    encoder: Encoder,
    reusable: Generation | None,
    settings: BuildSettings,
    intake: _Intake,
    tell: Progress,
) -> tuple[int, int]:
    """The second pass, of which memory holds nothing afterwards: passages, those reused."""
    indexing = Indexing(
        encoder, reusable, new, lambda done: tell(N_("indexing"), done, intake.articles)
    )
    work = partial(prepare, settings=settings, recurring=intake.recurring.settled())
    found = batches(new.articles(), BATCH)
    for batch in in_order(work, found, most=_PROCESSES):
        indexing.add(batch)
    tell(N_("writing"), 0, 0)
    new.add_groups(groups(indexing.sketches))
    indexing.sketches.clear()
    with new.writing():
        new.add_vectors(build_index(indexing.vectors))
        new.add_lexical(indexing.lexical.build())
    return indexing.passages, indexing.reused


def _suggested(suggest: Suggest, whole: Generation, notes: list[Note]) -> tuple[str, ...]:
    """The questions kept with an index: an extra, so a fault there costs them, not the index."""
    try:
        return suggest(whole)
    except Exception as error:
        fault = f"{type(error).__name__}: {error}"
        told = _("the index is sound, but has no questions to suggest: {fault}")
        notes.append(Note(_("suggestions"), told.format(fault=fault)))
        return ()


def of_index(of: BuildSettings, settings: BuildSettings) -> BuildSettings:
    """The settings of a folder, with what must be the same in all folders of an index."""
    return replace(
        of,
        encoder=settings.encoder,
        max_chars=settings.max_chars,
        overlap_sentences=settings.overlap_sentences,
    )


@contextmanager
def _previous(index: Path) -> Iterator[Generation | None]:
    """The generation in use; None where there is none that can be read."""
    try:
        generation = open_generation(index)
    except StoreError:
        yield None
        return
    with generation:
        yield generation


def _places(old: Generation) -> dict[str, str]:
    """Where the articles of an index stand, with its root, and the id of each.

    None where damage that opening did not see hides it.
    """
    try:
        return {f"{old.manifest.root}/{place}": id_ for place, id_ in old.places().items()}
    except StoreError:
        return {}


def _same(manifest: Manifest, root: str, folders: Sequence[Folder], digest: str) -> bool:
    """Whether an index is what a build would write."""
    before = [replace(folder, articles=0) for folder in manifest.folders]
    now = [replace(folder, articles=0) for folder in folders]
    return (manifest.root, before, manifest.digest) == (root, now, digest)


class _Warnings(logging.Filter):
    """Buffers what is logged of reading a file until something in the file is new."""

    _logger = logging.getLogger("qa.articles.folder")

    def __init__(self) -> None:
        super().__init__()
        self._buffered: list[logging.LogRecord] = []
        self._taken = 0
        self._path = ""
        self._thread = threading.get_ident()

    def filter(self, record: logging.LogRecord) -> bool:
        """Hold a record back, unless it is of another thread, which reads files of its own."""
        if record.thread != self._thread:
            return True
        self._buffered.append(record)
        return False

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Hold back what is logged meanwhile."""
        self._logger.addFilter(self)
        try:
            yield
        finally:
            self._logger.removeFilter(self)

    def take(self, path: str, *, is_new: bool) -> int:
        """Log what is buffered if an item of a file is new.

        Returns:
            How many warnings on files without anything new have been dropped.
        """
        dropped = 0
        if path != self._path:
            # A warning comes before the item that it is about.
            dropped = self._taken
            del self._buffered[:dropped]
            self._path = path
        if is_new:
            for record in self._buffered:
                self._logger.callHandlers(record)
            self._buffered.clear()
        self._taken = len(self._buffered)
        return dropped

    def rest(self) -> int:
        """How many are left, which are of the last file."""
        return len(self._buffered)


class _Intake:
    """The first pass: stores articles, counts what is new, and digests the corpus."""

    def __init__(self, new: Draft, old: Generation | None, root: str, *, full: bool) -> None:
        """Begin with nothing; `full` takes every note, be it of a file as it was before."""
        self._new = new
        self._full = full
        self._fresh = ""
        self.warnings = _Warnings()
        self._tells_all = full or old is None
        self._root = root
        self._before = _places(old) if old else {}
        # Another release may mask and cut otherwise.
        self._digest = hashlib.sha256(__version__.encode())
        self.recurring = Recurring()
        self.articles = self.duplicates = self.added = self.changed = self.unchanged = 0
        self.notes: list[Note] = []
        self.notes_before = 0
        self.skipped: list[Skipped] = []

    @property
    def count(self) -> int:
        """Articles and skipped files so far."""
        return self.articles + self.duplicates + len(self.skipped)

    @property
    def removed(self) -> int:
        """Places of the index before that have not come again."""
        return len(self._before)

    @property
    def digest(self) -> str:
        """Of all that came, in the order in which it came, and of the release that took it."""
        return self._digest.hexdigest()

    def take(self, item: Loaded) -> None:
        """Take one article, or what could not be loaded, or a note."""
        if isinstance(item, Note):
            # Its file's articles came just before it.
            if self._full or item.path == self._fresh:
                self.notes.append(item)
            else:
                self.notes_before += 1
            return
        self._digest.update(identity(item))
        if isinstance(item, Skipped):
            self._warn(item.path, is_new=False)
            self.skipped.append(item)
            self._new.add_skipped(item)
            return
        before = self._before.pop(f"{self._root}/{item.place}", None)
        self._warn(item.path, is_new=before != item.id)
        if before == item.id:
            self.unchanged += 1
        else:
            self._fresh = item.path
            self.added += before is None
            self.changed += before is not None
        if self._new.add_article(item):
            self.articles += 1
            self.recurring.add(item.text, item.source)
        else:
            self.duplicates += 1

    def _warn(self, path: str, *, is_new: bool) -> None:
        self.notes_before += self.warnings.take(path, is_new=is_new or self._tells_all)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article as it is to be indexed; `texts` and `digests` are one a passage."""

    id: str
    language: str
    masks: tuple[Mask, ...]
    spans: list[Span]
    texts: list[str]
    digests: list[bytes]
    sketch: Sketch | None


def prepare(
    batch: Sequence[Article], settings: BuildSettings, recurring: Recurring
) -> list[Prepared]:
    """Mask, cut and sketch articles: half the work of indexing, which needs no other article."""
    return [_prepared(stored, settings, recurring) for stored in batch]


def _prepared(stored: Article, settings: BuildSettings, recurring: Recurring) -> Prepared:
    article = replace(
        stored,
        masks=masks(
            stored.text,
            title=stored.title,
            known=stored.masks,
            recurring=recurring,
            source=stored.source,
        ),
    )
    spans = passages(
        article.text,
        article.masks,
        max_chars=settings.max_chars,
        overlap_sentences=settings.overlap_sentences,
    )
    texts = [encoder_text(Passage(0, article, span)) for span in spans]
    return Prepared(
        id=article.id,
        language=article.language,
        masks=article.masks,
        spans=spans,
        texts=texts,
        digests=[passage_digest(text) for text in texts],
        sketch=sketch(article),
    )


class Indexing:
    """The second pass: passages, their vectors and their words, in the order of their rows."""

    def __init__(
        self, encoder: Encoder, old: Generation | None, new: Draft, tell: Callable[[int], None]
    ) -> None:
        """Begin with nothing; `tell` is called with how many articles are done."""
        self._encoder = encoder
        self._new = new
        self._tell = tell
        self._old = (old.rows_by_digest(), old.vectors()) if old else None
        self.vectors = VectorFile(new.scratch(), encoder.dim)
        self.lexical = LexicalBuilder(new.scratch())
        self.sketches: list[Sketch] = []
        self.articles = self.passages = self.reused = 0

    def add(self, batch: Sequence[Prepared]) -> None:
        """Encode and index some articles."""
        for one in batch:
            if one.sketch is not None:
                self.sketches.append(one.sketch)
            self._new.add_passages(one.id, one.spans, masks=one.masks, digests=one.digests)
        texts = [text for one in batch for text in one.texts]
        digests = [digest for one in batch for digest in one.digests]
        languages = [one.language for one in batch for _text in one.texts]
        vectors = self._encode(
            texts, digests, lambda share: self._tell(self.articles + int(share * len(batch)))
        )
        with self._new.writing():
            self.lexical.add(texts, languages)
            self.vectors.add(vectors)
        self.articles += len(batch)
        self._tell(self.articles)
        self.passages += len(texts)

    def _encode(
        self,
        texts: Sequence[str],
        digests: Sequence[bytes],
        tell: Callable[[float], None],
    ) -> Vectors:
        """Vectors of passages; those that the index before holds are taken from there."""
        vectors = np.empty((len(texts), self._encoder.dim), np.float32)
        known = np.zeros(len(texts), bool)
        if self._old is not None:
            old_rows, old_vectors = self._old
            rows = old_rows.find(digests)
            known = rows >= 0
            vectors[known] = old_vectors.vectors(rows[known])
            self.reused += int(known.sum())
        missing = np.flatnonzero(~known).tolist()
        wanted = {digests[at]: texts[at] for at in missing}
        some = _AT_ONCE if self._encoder.is_slow else len(wanted)
        made: dict[bytes, NDArray[np.float32]] = {}
        for part in batches(wanted.items(), some):
            made |= self._new.embedded(dict(part), self._encoder.encode_passages)
            tell(len(made) / len(wanted))
        for at in missing:
            vectors[at] = made[digests[at]]
        return vectors


def identity(item: Article | Skipped) -> bytes:
    """All that an answer, or the list of what was skipped, may show of it."""
    if isinstance(item, Skipped):
        # The reason is given in the language of the build.
        fields: tuple[str | None, ...] = (item.path,)
    else:
        published = item.published.isoformat() if item.published else None
        shown = (item.title, item.source, item.url, published, item.language, item.captured)
        parts = parts_as_json(item.parts) if item.parts else None
        # What its format masks: of the same text another loader may mask other lines.
        masked = json.dumps([(mask.start, mask.end, mask.rule) for mask in item.masks])
        fields = (item.place, item.sha256, *shown, parts, masked)
    return (json.dumps(fields) + "\n").encode()


def nothing(root: str, skipped: Sequence[Skipped]) -> str:
    """The message for a corpus without an article."""
    if not skipped:
        return _(
            "No articles in {root}. qa reads text, HTML, JSON, CSV, PDF, Word, mail and more."
        ).format(root=root)
    first = skipped[0]
    return _("No readable article in {root}: {count} skipped, the first {path}: {reason}").format(
        root=root, count=len(skipped), path=first.path, reason=first.reason
    )


def batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Items in order, so many at a time."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch
