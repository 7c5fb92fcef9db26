"""An index of one edition, a corpus of the next, and builds that meet a fault between them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qa.store import verify
from tests.faults.builder import NONE, Builder, Ended, Fault
from tests.faults.small import texts_in, unswept, write_corpus, write_encoder
from tests.tiny_deep import write_deep
from tests.tiny_reader import write_reader


@dataclass(frozen=True, slots=True)
class Stage:
    """An index of the old edition, a corpus of the new one, and what `qa` is to run."""

    folder: Path
    old: list[str]
    new: list[str]
    builder: Builder

    @property
    def index(self) -> Path:
        """The folder in which builds meet a fault."""
        return self.folder / "index"

    def set(self, *, empty: bool = False) -> None:
        """Put the old index, or none at all, where builds will meet a fault."""
        self.index.mkdir(exist_ok=True)
        for path in self.index.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if not empty:
            shutil.copytree(self.folder / "template", self.index, dirs_exist_ok=True)

    def build(
        self,
        fault: Fault = NONE,
        *,
        into: str = "index",
        encoder: str = "encoder",
        corpus: str = "corpus",
    ) -> Ended:
        """Run `qa index`; another corpus takes the place of the one that the index holds."""
        arguments = ["index", f"{self.folder}/{corpus}", "--index", f"{self.folder}/{into}"]
        arguments += ["--replace"] if corpus != "corpus" else []
        named = ["--encoder", f"{self.folder}/{encoder}"]
        return self.builder.run([*arguments, *named], self.folder / into, fault)

    def is_as_before(self) -> bool:
        """Whether the old index is in use and sound, and nothing lies about."""
        whole = texts_in(self.index) == self.old and verify(self.index) == []
        return whole and not unswept(self.index)

    def is_mended(self) -> bool:
        """Whether the next build gives the new index and sweeps what lay about."""
        ended = self.build()
        whole = verify(self.index) == [] and texts_in(self.index) == self.new
        return ended.code == 0 and whole and not unswept(self.index)


@contextmanager
def open_stage(folder: Path, preload: Path | None = None) -> Iterator[Stage]:
    """Build twice, so that there is a generation in use and one before."""
    write_encoder(folder / "encoder")
    write_deep(folder / "deep", write_reader(folder / "reader"))
    with Builder(preload) as builder:
        for edition in (1, 2):
            old = write_corpus(folder / "corpus", edition)
            assert Stage(folder, old, old, builder).build(into="template").code == 0
        yield Stage(folder, old, write_corpus(folder / "corpus", 3), builder)
