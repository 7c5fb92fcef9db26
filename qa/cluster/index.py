"""`qa cluster index`: the tasks of an index in their order, resumed where they were broken off."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Final, TypeAlias

from qa.builder import Progress, nothing
from qa.cluster.assemble import finish, group, shard, train_index
from qa.cluster.layout import ClusterGeneration, ClusterManifest, folder_of, publish
from qa.cluster.plan import PLAN, Plan, Work
from qa.cluster.segments import cut, read, settle, surveyed
from qa.cluster.sources import is_surveyed, listed, named, units
from qa.cluster.steps import Facts
from qa.encoders import lasting, open_encoder
from qa.errors import CorpusError, StoreError, UsageError
from qa.files import replace
from qa.i18n import N_, _
from qa.settings import BuildSettings
from qa.store.current import current
from qa.store.manifest import GENERATION
from qa.types import Note, Skipped

_TASKS: Final = {"survey": surveyed, "read": read, "cut": cut, "shard": shard}

_KEY_IN_NAME: Final = 8
_WORK: Final = re.compile(r"work-[0-9a-f]{16}")

Each: TypeAlias = Callable[[str, Path, Sequence[int]], Iterator[Facts]]
"""Does tasks of a kind in a work folder, by their numbers; what they tell comes in any order."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What indexing for a cluster found and did.

    `skipped` and `notes` are the first of each unit; `skipped_count` is of all. `published` is
    False where the index in use was made from the same files in the same way.
    """

    articles: int
    passages: int
    duplicates: int
    undated: int
    units: int
    shards: int
    skipped: tuple[Skipped, ...]
    skipped_count: int
    notes: tuple[Note, ...]
    seconds: float
    published: bool

    def as_json(self) -> dict[str, Any]:
        """The report as JSON."""
        return asdict(self)


def do(kind: str, folder: Path, number: int) -> Facts:
    """Do one task, on whichever node."""
    return _TASKS[kind](Work(folder), number)


def here(kind: str, folder: Path, numbers: Sequence[int]) -> Iterator[Facts]:
    """Does tasks one after the other in this process."""
    for number in numbers:
        yield do(kind, folder, number)


def index(
    sources: Sequence[str],
    uri: str,
    settings: BuildSettings,
    *,
    shards: int,
    unit: int = 100_000,
    full: bool = False,
    each: Each = here,
    progress: Progress | None = None,
    built: str = "",
) -> IndexReport:
    """Index sources into shards and publish them; started again, it goes on where it was.

    Args:
        sources: Folders and files that every node sees, or URLs that fsspec opens.
        uri: A folder that every node sees; made if absent.
        settings: Which encoder, and how articles are read and cut.
        shards: How many.
        unit: Articles in a unit of work, about.
        full: Make the index anew where nothing has changed, since a file of it is damaged.
        each: Does tasks.
        progress: Told how far each stage is.
        built: What the manifests say of when, in ISO 8601; now if empty.

    Raises:
        UsageError: If the URI is no folder, or a number makes no sense.
        CorpusError: If a source is absent, or there is no article at all.
        ModelError: If the encoder cannot be loaded.
        StoreError: If another process is indexing there, or the folder cannot be written.
    """
    started = perf_counter()
    if not 1 <= shards <= 1_000 or unit < 1:
        raise UsageError(_("Shards are from 1 to 1,000, and a unit has at least one article."))
    root = folder_of(uri).absolute()
    settings = dataclasses.replace(settings, encoder=lasting(settings.encoder))
    paths, found = named(sources, settings)
    encoder = open_encoder(settings.encoder)
    plan = Plan(
        root=paths,
        sources=tuple(found),
        files=tuple(listed(found)),
        settings=settings,
        encoder=encoder.id,
        dim=encoder.dim,
        shards=shards,
        unit=unit,
        built=built or datetime.now(UTC).isoformat(timespec="seconds"),
    )
    try:
        with _alone(root):
            tell = progress or (lambda *_told: None)
            return _index(root, plan, each, tell, started, full=full)
    except OSError as error:
        raise StoreError(
            _(
                "Cannot write {folder}/ ({reason}). The index in use is as it was. Free some "
                "space, then start the same command again: it goes on."
            ).format(folder=root, reason=error.strerror or error)
        ) from error


def _index(
    root: Path, plan: Plan, each: Each, tell: Progress, started: float, *, full: bool
) -> IndexReport:
    before = current(root)
    if before and before.generation.endswith(plan.key[:_KEY_IN_NAME]) and not full:
        with suppress(StoreError):
            return _unchanged(ClusterGeneration.open(str(root)).manifest, perf_counter() - started)
    work = _begun(root, plan)
    plan = work.plan

    def every(stage: str, kind: str, numbers: Sequence[int]) -> list[Facts]:
        told: list[Facts] = []
        tell(stage, 0, len(numbers))
        for facts in each(kind, work.folder, numbers):
            told.append(facts)
            tell(stage, len(told), len(numbers))
        return told

    if not work.has_units:
        lines = [number for number, one in enumerate(plan.files) if is_surveyed(one)]
        found = every(N_("counting"), "survey", lines)
        work.set_units(units(plan.files, {one["file"]: one for one in found}, plan.unit))
    numbers = range(len(work.units))
    came = sorted(every(N_("reading"), "read", numbers), key=lambda one: int(one["unit"]))
    skipped = tuple(Skipped(*one) for each_ in came for one in each_["skipped"])
    if not sum(each_["articles"] for each_ in came):
        raise CorpusError(nothing(plan.root, skipped))
    settled = settle(work)
    every(N_("indexing"), "cut", numbers)
    grouped = group(work)
    train_index(work)
    every(N_("writing"), "shard", range(plan.shards))
    manifest = finish(work)
    if (root / work.name).exists():
        # Of a run that was killed before CURRENT named it.
        shutil.rmtree(root / work.name)
    publish(root, work.generation, manifest)
    _sweep(root)
    return IndexReport(
        articles=manifest.articles,
        passages=manifest.passages,
        duplicates=settled["duplicates"],
        undated=grouped["undated"],
        units=len(numbers),
        shards=plan.shards,
        skipped=skipped,
        skipped_count=manifest.skipped,
        notes=tuple(Note(*one) for each_ in came for one in each_["notes"]),
        seconds=perf_counter() - started,
        published=True,
    )


def _unchanged(manifest: ClusterManifest, seconds: float) -> IndexReport:
    """What is reported where the index in use is what would be built."""
    return IndexReport(
        articles=manifest.articles,
        passages=manifest.passages,
        duplicates=0,
        undated=0,
        units=0,
        shards=len(manifest.shards),
        skipped=(),
        skipped_count=manifest.skipped,
        notes=(),
        seconds=seconds,
        published=False,
    )


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """While no other process indexes into a folder, which is made if absent."""
    import filelock

    root.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(root / ".lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise StoreError(
            _("Another process indexes into {folder}/. Wait for it.").format(folder=root)
        ) from error
    try:
        yield
    finally:
        lock.release()


def _begun(root: Path, plan: Plan) -> Work:
    """The work of a plan: that which was broken off, else new; that of other plans goes."""
    folder = root / f"work-{plan.key}"
    _sweep(root, keep=folder)
    if not (folder / PLAN).is_file():
        name = f"{_last(root) + 1:06}-{plan.key[:_KEY_IN_NAME]}"
        folder.mkdir(exist_ok=True)
        replace(folder / PLAN, json.dumps({"name": name, "plan": plan.as_json()}))
    return Work(folder)


def _last(root: Path) -> int:
    """The number of the newest generation; 0 where there is none."""
    names = [path.name for path in root.iterdir() if GENERATION.fullmatch(path.name)]
    return max((int(name[:6]) for name in names), default=0)


def _sweep(root: Path, keep: Path | None = None) -> None:
    """Remove work that is not to be kept, and generations older than the one before that in use."""
    used = current(root)
    names = sorted(path.name for path in root.iterdir() if GENERATION.fullmatch(path.name))
    old = [name for name in names if used and name < used.generation][:-1]
    work = [path for path in root.iterdir() if _WORK.fullmatch(path.name) and path != keep]
    for path in [*work, *(root / name for name in old)]:
        shutil.rmtree(path, ignore_errors=True)
