"""What several test modules share."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import qa
from qa.articles.folder import load
from qa.builder import build
from qa.places import shipped_corpus
from qa.settings import BuildSettings
from tests.tiny_reader import write_reader

ROOT = Path(__file__).parents[1]

# Looking through all that the libraries hold takes a third of an app's start (2026-11).
gc.set_threshold(50_000, 20, 20)

# To force a file to disk takes 6 ms (2026-11), thousands of times, and only a power failure would
# tell the difference. Processes that tests start do it.
os.fsync = os.fstat  # type: ignore[assignment]

# To compile qa takes each process that tests start a quarter of a second where none may keep the
# bytecode (2026-11), as in images of Docker.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Tests read what qa says, in this process and in those they start.
os.environ["LANGUAGE"] = "en"


_SAID: dict[tuple[str, bytes], Any] = {}
"""What a reader has said of windows of tokens, for `read_once`."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two processes for the suite; none for named modules, nor where `-m faults` fills a table."""
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return 2 if whole and not config.option.markexpr else 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A Ray cluster takes half a minute to start: only `-m cluster` starts one."""
    if "cluster" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("cluster"):
                item.add_marker(pytest.mark.skip(reason="run by -m cluster alone"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data that lies beside a checkout on the project's own machines."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared beside this checkout")
    return folder


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a tiny reader."""
    return str(write_reader(tmp_path_factory.mktemp("tiny") / "reader"))


@pytest.fixture(scope="module")
def read_once() -> Iterator[None]:
    """What the bundled reader says of a window of tokens is taken down, for tests that ask again.

    Of one window at a time it says the same each time, which tests/test_readers_models.py shows.
    """
    from qa.readers.onnx import OnnxReader

    score = OnnxReader.score

    def remembered(self: OnnxReader, ids: Any, mask: Any, types: Any) -> Any:
        key = self.id, ids.tobytes()
        if key not in _SAID:
            _SAID[key] = score(self, ids, mask, types)
        return _SAID[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OnnxReader, "score", remembered)
        yield


def _built_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder of all processes of the suite, made by whichever of them comes first."""
    base = factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen-") else base) / name
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            make(folder)
    return folder


@pytest.fixture(scope="session")
def desk_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the shipped articles and those that conversations are about."""

    def make(folder: Path) -> None:
        folders = (ROOT / "corpus", ROOT / "tests" / "data" / "conversation-articles.jsonl")
        articles = chain.from_iterable(load(each, BuildSettings()) for each in folders)
        build(articles, folder, BuildSettings(), root="")

    return _built_once(tmp_path_factory, "desk-index", make)


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index that qa builds of the shipped articles, with questions; copy it to change it."""
    return _built_once(
        tmp_path_factory, "sample-index", lambda folder: qa.build(shipped_corpus(), folder)
    )
