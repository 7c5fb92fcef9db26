"""Packages that bring a loader, an encoder or a reader."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import qa
from qa import plugins
from qa.cli import cli
from qa.errors import ModelError
from qa.readers import open_reader

DOCS = Path(__file__).parents[1] / ".github" / "docs"


def block(page: str, language: str) -> str:
    """The first block of code of a language on a page of the documentation."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.search(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    plugins.named.cache_clear()
    before = set(sys.modules)
    yield folder
    for name in set(sys.modules) - before:
        if name.startswith("qa_"):
            del sys.modules[name]
    plugins.named.cache_clear()


def install(site: Path, name: str, entries: str, code: str) -> None:
    """A package of one module, as pip leaves it."""
    (site / f"{name}.py").write_text(code, encoding="utf-8")
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(entries)


def test_the_example_of_the_documentation_reads_subtitles(site: Path, tmp_path: Path) -> None:
    """Its loader and its entry point as they stand there; the times are no part of an answer."""
    entry = block("installing.md", "toml").partition('[project.entry-points."qa.loaders"]')[2]
    install(
        site,
        "qa_subtitles",
        "[qa.loaders]\n" + entry.strip().replace('"', "") + "\n",
        block("add-a-file-format.md", "python"),
    )
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "pidato.srt").write_text(
        "1\n00:00:01,000 --> 00:00:04,000\nGubernur Sumarno meresmikan jembatan di Kediri.\n\n"
        "2\n00:00:05,000 --> 00:00:09,000\nJembatan itu dibangun selama tiga tahun.\n"
    )
    report = qa.build(folder, tmp_path / "index")
    assert report.articles == 1
    with qa.open(tmp_path / "index") as archive:
        answer = archive.ask("Siapa yang meresmikan jembatan di Kediri?")
    assert answer.best
    assert "Sumarno" in answer.best.text
    (listed,) = plugins.plugins()
    assert (listed.group, listed.name, listed.package) == ("qa.loaders", "srt", "qa_subtitles 1.0")


def test_a_loader_that_fails_costs_its_file_only(site: Path, tmp_path: Path) -> None:
    """The others are read, and the report says whose fault it is."""
    install(
        site,
        "qa_broken",
        "[qa.loaders]\nabc = qa_broken:load\nmd = qa_broken:load\nnone = qa_gone:load\n",
        "def load(file, path, settings):\n    yield 1 / 0\n",
    )
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("a.abc", "b.none", "c.md"):
        (folder / name).write_text("Hujan turun di Bogor sejak pagi.\n")
    report = qa.build(folder, tmp_path / "index")
    assert report.articles == 1
    assert [(one.path, "plugin" in one.reason) for one in report.skipped] == [
        ("a.abc", True),
        ("b.none", True),
    ]


def test_readers_of_packages_are_opened_by_name(site: Path) -> None:
    """Before the hub is asked for a model of that name."""
    install(
        site,
        "qa_reader",
        "[qa.readers]\nmine = qa_reader:open\nbad = qa_reader:fail\n",
        "from qa.readers import open_reader\n\n\ndef open():\n    return open_reader('bundled')\n"
        "\n\ndef fail():\n    raise ValueError('no weights')\n",
    )
    assert open_reader("mine").id == open_reader("bundled").id
    with pytest.raises(ModelError, match=r"bad .*no weights"):
        open_reader("bad")


def test_plugins_are_listed_with_their_faults(site: Path) -> None:
    """Also for programs."""
    assert "No installed package" in CliRunner().invoke(cli, ["plugins"]).output
    install(site, "qa_gone", "[qa.encoders]\nfar = qa_missing:open\n", "")
    plugins.named.cache_clear()
    told = CliRunner().invoke(cli, ["plugins"]).output
    assert "qa.encoders  far  qa_gone 1.0  cannot be used" in told
    (listed,) = json.loads(CliRunner().invoke(cli, ["plugins", "--json"]).output)["plugins"]
    assert (listed["name"], listed["fault"]) == ("far", "No module named 'qa_missing'")
