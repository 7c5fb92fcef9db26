"""What several test modules share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tiny_reader import write_reader


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data that lies beside a checkout on the project's own machines."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("no ../shared beside this checkout")
    return folder


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a tiny reader."""
    return str(write_reader(tmp_path_factory.mktemp("tiny") / "reader"))
