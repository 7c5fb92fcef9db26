from __future__ import annotations

import ast
import json
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from qa import errors
from qa.days import period
from qa.i18n import LANGUAGES, _, language_of, ngettext, number, use
from tests import catalogue

TRANSLATED = sorted(LANGUAGES.keys() - {"en"})
QA = Path(catalogue.__file__).parents[1] / "qa"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "id_ID.UTF-8"}, "id"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "id_ID.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "id_ID"}, "id"),
        ({"LC_ALL": "en_US.UTF-8", "LANGUAGE": "de:id:en"}, "id"),
        ({"LANG": "id_ID.UTF-8", "LC_ALL": ""}, "id"),
    ],
)
def test_the_language_is_that_of_the_environment(
    environment: dict[str, str], language: str
) -> None:
    """LANGUAGE before LC_ALL before LC_MESSAGES before LANG; English for what qa does not speak."""
    assert language_of(environment) == language


@pytest.fixture
def indonesian() -> Iterator[None]:
    """Speak Indonesian in one test."""
    use("id")
    yield
    use("en")


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_what_qa_says(language: str) -> None:
    """Every message has a translation and no translation is without its message."""
    held = catalogue.translations(language)
    assert catalogue.missing(held) == []
    assert {one.id for one in held if one.id} == {one.id for one in catalogue.messages() if one.id}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_compiled(language: str) -> None:
    """What gettext reads is what translators wrote."""
    compiled = catalogue.catalogue(language).with_suffix(".mo").read_bytes()
    assert compiled == catalogue.compiled(catalogue.translations(language))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_takes_what_its_message_takes(language: str) -> None:
    """The same placeholders, as they are converted; a plural may use those of both forms."""
    for one in catalogue.translations(language):
        if not one.id:
            continue
        given, told = _forms(one.id), _forms(one.string or "")
        for form in told:
            assert _places(form) <= set().union(*map(_places, given)), form
            assert form.count("%s") == given[0].count("%s"), form
        assert set().union(*map(_places, told)) >= _places(given[-1]), given


def _forms(message: str | list[str] | tuple[str, ...]) -> list[str]:
    return [message] if isinstance(message, str) else list(message)


def _places(message: str) -> set[tuple[str, str | None]]:
    return {(name, how) for _, name, _, how in string.Formatter().parse(message) if name}


@pytest.mark.usefixtures("indonesian")
def test_messages_numbers_and_days_are_in_the_language_in_use() -> None:
    """Words, the form of a plural, the marks in a number, the names of months."""
    assert _("Not found in these articles.") == "Tidak ditemukan dalam artikel-artikel ini."
    assert ngettext("{count} event", "{count} events", 2).format(count=2) == "2 peristiwa"
    assert number(1204567) == "1.204.567"
    assert number(0.875, 2) == "0,88"
    assert period(date(2022, 5, 2), None) == "sejak 2 Mei 2022"
    use("en")
    assert number(1204567.25, 1) == "1,204,567.2"
    assert period(date(2022, 5, 2), None) == "since 2 May 2022"


def _said(language: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    silent = ("LANGUAGE", "LC_ALL", "LC_MESSAGES")
    environment = {name: value for name, value in os.environ.items() if name not in silent}
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "qa", *arguments],
        env=environment | {"LANG": language},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_help_and_errors_are_in_the_language_of_the_environment(tmp_path: Path) -> None:
    """Our words and click's, from the help to what is wrong with an option or an index."""
    assert "Hanya artikel dari sumber ini." in _said("id_ID.UTF-8", "ask", "--help").stdout
    assert "Only articles of this source." in _said("C.UTF-8", "ask", "--help").stdout
    assert "Tidak ada opsi '--colour'." in _said("id_ID.UTF-8", "ask", "x", "--colour").stderr
    missing = _said("id_ID.UTF-8", "ask", "x", "--index", str(tmp_path))
    assert missing.returncode == errors.IndexMissing.exit_code
    assert missing.stderr.startswith("qa: Tidak ada indeks di ")


def test_an_answer_is_told_in_the_language_and_json_is_the_same_in_all(
    desk_index: Path, reader: str
) -> None:
    """A person reads Indonesian; a program reads the same bytes, but for how long it took."""
    asked = ("ask", "Siapa presiden Wakanda?", "--index", str(desk_index), "--reader", reader)
    told = _said("id_ID.UTF-8", *asked, "--why")
    assert "mungkin jawabannya · keyakinan 0," in told.stdout
    assert "Yang diperlukan sebuah jawaban:" in told.stdout
    documents = [_said(one, *asked, "--why", "--json").stdout for one in ("id_ID.UTF-8", "C.UTF-8")]
    spent = re.compile(r'"timings_ms": \{[^}]*\}')
    indonesian, english = (spent.sub("", each) for each in documents)
    assert indonesian == english
    assert json.loads(documents[0])["status"] == "unsure"


_FOR_MAKERS = ("train/", "evaluate/")
"""Tell whoever trains or measures models, in English."""
_TOLD = {"BadParameter", "NotText", "echo"} | {
    name for name, of in vars(errors).items() if isinstance(of, type)
}
_ROLES = {"answer", "quote", "cite", "dim", "good", "fair", "poor"}


def _shown(tree: ast.AST) -> Iterator[ast.expr]:
    """The expressions that a person reads: errors, what is printed, runs of a line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
            yield from node.args[:1] if name in _TOLD else ()
            yield from node.args[1:2] if name in {"Skipped", "Note"} else ()
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            words, role = node.elts
            if isinstance(role, ast.Constant) and role.value in _ROLES:
                yield words


def _fixed(node: ast.expr) -> str:
    """The words of a literal that are the same whatever goes into it."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def _untranslated(source: str) -> list[str]:
    """Words of a module that a person would read in English whatever the language."""
    tree = ast.parse(source)
    found = [each for each in _shown(tree) if re.search("[a-z]", _fixed(each).replace("qa: ", ""))]
    for node in ast.walk(tree):
        calls = [node] if isinstance(node, ast.Call) else []
        # Whoever collects messages does not look into f-strings.
        if isinstance(node, ast.JoinedStr):
            calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
        for call in calls:
            if not (isinstance(call.func, ast.Name) and call.func.id in {"_", "N_", "ngettext"}):
                continue
            literal = isinstance(call.args[0], ast.Constant)
            if isinstance(call.args[0], ast.JoinedStr) or (
                literal and isinstance(node, ast.JoinedStr)
            ):
                found.append(call)
    return [f"{each.lineno}: {ast.unparse(each)}" for each in found]


@pytest.mark.parametrize(
    "module",
    [
        str(path.relative_to(QA))
        for path in sorted(QA.rglob("*.py"))
        if not path.relative_to(QA).as_posix().startswith(_FOR_MAKERS)
    ],
)
def test_what_a_person_reads_goes_through_gettext(module: str) -> None:
    """No literal is raised, printed or put on a line as it is, and none is hidden from gettext."""
    assert _untranslated((QA / module).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'raise UsageError("No such day.")',
        'click.echo(f"{n} articles")',
        'Line.of(("Other answers:", "dim"))',
        '_(f"{n} articles")',
        "words = f\"{_('below')} {n}\"",
    ],
)
def test_what_would_not_be_translated_is_found(source: str) -> None:
    """The check above sees each way of forgetting."""
    assert _untranslated(source)
