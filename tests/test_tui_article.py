"""The article view: the answer in sight and marked, finding, copying, editing, opening."""

from __future__ import annotations

import os
import pty
import select
import shlex
import subprocess
import sys
import termios
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from qa.chat.archive import Archive
from qa.cite import cite
from qa.tui.app import ChatApp
from qa.tui.screens.address import AddressScreen
from qa.tui.screens.article import ArticleScreen
from qa.tui.widgets.article_text import ArticleText
from qa.types import Article, Citation, Part, Span
from tests.builders import article
from tests.chat import on_screen, shows, strips, until
from tests.work import calls

PARAGRAPHS = [f"Alinea {n}: kereta pagi berangkat dari kota Bandung." for n in range(60)]
PARAGRAPHS[40] = "Wali kota Ani Tumbelaka membuka pasar itu. Kemarin hujan turun."
PARAGRAPHS[55] = "Menurut Café Merdeka, wali kota itu Ani Tumbelaka."
TRAIN = replace(
    article("\n\n".join(PARAGRAPHS), title="Pasar [b]baru[/]", source="Kabar"),
    published=date(2024, 11, 21),
)
HOSTILE = (
    "[bold red]Ketua[/] \x1b]52;c;aGk=\x07\x9b31m\u202e\r\n\u2028"
    "漢字漢字漢字 e\u0301e\u0301 👍\t\x00 Budi Santoso [@click=app.quit]x[/] \ud800 " + "a" * 300
)


class Host(App[None]):
    """An app with nothing in it but the article, and the help."""

    SCREENS = ChatApp.SCREENS

    def __init__(self, screen: ArticleScreen) -> None:
        super().__init__()
        self._opens_with = screen

    def on_mount(self) -> None:
        """Open it."""
        self.push_screen(self._opens_with)


def places(of: Article, *words: str) -> list[Citation]:
    """Citations of words where they first stand, or last for words that begin with `<`."""
    found = []
    for n, wanted in enumerate(words, start=1):
        bare = wanted.removeprefix("<")
        start = of.text.rindex(bare) if wanted != bare else of.text.index(bare)
        found.append(cite(Span(start, start + len(bare)), of, n))
    return found


def host(
    of: Article,
    citations: Sequence[Citation] = (),
    current: int = 0,
    *,
    root: str = "/corpus",
    environment: dict[str, str] | None = None,
    browse: Callable[[str], bool] = lambda _: True,
) -> Host:
    """An app that shows an article, with no editor and no browser but those given."""
    screen = ArticleScreen(
        of, citations, current, root=root, environment=environment or {}, browse=browse
    )
    return Host(screen)


def rows(app: App[None]) -> list[str]:
    """What is on the screen."""
    return on_screen(app).split("\n")


def marked(app: App[None], *, reverse: bool | None = None) -> str:
    """The words on the screen in bold and underlined, or those reversed."""
    return "".join(
        segment.text
        for strip in strips(app)
        for segment in strip
        if (style := segment.style)
        and ((style.bold and style.underline) if reverse is None else style.reverse)
    )


async def look_for(pilot: Pilot[None], words: str) -> None:
    """Have some words in the line that asks what to find."""
    await pilot.press("slash")
    pilot.app.screen.query_one(Input).value = words
    await pilot.pause()


@pytest.mark.parametrize("size", [(120, 34), (80, 24), (40, 12), (25, 9)])
async def test_the_answer_is_on_the_screen_marked_and_in_the_middle(size: tuple[int, int]) -> None:
    """Bold and underlined, at every width."""
    app = host(TRAIN, places(TRAIN, "Ani Tumbelaka"))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: marked(app).replace(" ", "") == "AniTumbelaka")
        at = next(n for n, row in enumerate(rows(app)) if "Ani" in row)
        assert abs(at - size[1] / 2) <= 2
        assert next(row for row in rows(app) if "▌" in row).count("▌") == 1


async def test_the_head_says_what_the_article_is_and_which_match() -> None:
    """Title, source, date, place; markup in a title is text."""
    app = host(TRAIN, places(TRAIN, "Ani Tumbelaka", "<Ani Tumbelaka"), 1)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "match 2/2" in on_screen(app))
        assert "Pasar [b]baru[/]" in rows(app)[0]
        assert "Kabar · 2024-11-21 · /corpus/a.txt:111" in rows(app)[1]


async def test_a_passage_that_is_only_near_is_not_marked_as_an_answer() -> None:
    """A bar beside it, and the head says what it is."""
    screen = ArticleScreen(
        TRAIN,
        places(TRAIN, PARAGRAPHS[40]),
        0,
        root="/corpus",
        kind=lambda _: "nearest",
        environment={},
    )
    app = Host(screen)
    async with app.run_test(size=(80, 20)) as pilot:
        await until(pilot, lambda: "nearest 1/1" in on_screen(app))
        assert "▌ Wali kota Ani" in on_screen(app)
        assert marked(app) == ""


async def test_n_and_p_go_round_the_quotes_of_all_sources_in_order() -> None:
    """From article to article; the one asked for is where it begins, and a full stop goes back."""
    other = replace(article("Ani Tumbelaka menutup pasar itu.", title="Lain"), source="Warta")
    cited = [*places(TRAIN, "<Ani Tumbelaka", "Alinea 3:"), *places(other, "Ani Tumbelaka")]
    app = host(TRAIN, cited, 1)
    async with app.run_test(size=(80, 20)) as pilot:
        await until(pilot, lambda: "match 2/3" in on_screen(app))
        assert marked(app) == "Alinea 3:"
        await pilot.press("n")
        await until(pilot, lambda: "match 3/3" in on_screen(app))
        assert "Lain" in rows(app)[0]
        assert "Warta" in rows(app)[1]
        assert "menutup pasar" in on_screen(app)
        await pilot.press("n")
        await until(pilot, lambda: "match 1/3" in on_screen(app))
        assert "Pasar [b]baru[/]" in rows(app)[0]
        await pilot.press("g", "full_stop")
        await until(pilot, lambda: "Café Merdeka" in on_screen(app))


async def test_a_very_long_article_is_wrapped_beside_what_is_typed() -> None:
    """It comes at its quote; one that is overtaken by another article never shows."""
    long = article(
        "Baris yang panjang sekali.\n" * 20_000 + "Ani Tumbelaka hadir.", title="Panjang"
    )
    app = host(TRAIN, [*places(TRAIN, "Alinea 3:"), *places(long, "Ani Tumbelaka")])
    async with app.run_test(size=(80, 20)) as pilot:
        await until(pilot, lambda: "match 1/2" in on_screen(app))
        with calls("qa.tui") as typing:
            await pilot.press("n", "n")
        assert typing["wrap"] == 1
        await pilot.pause(0.2)
        assert marked(app) == "Alinea 3:"
        await pilot.press("n")
        await until(pilot, lambda: marked(app) == "Ani Tumbelaka")


async def test_the_palette_names_the_keys_of_an_article() -> None:
    """What the keys do, and which they are."""
    app = ChatApp(Archive(Path("index"), lambda _index, _tell: None))  # type: ignore[arg-type, return-value]
    async with app.run_test(size=(100, 50)) as pilot:
        screen = ArticleScreen(TRAIN, places(TRAIN, "Alinea 3:", "Ani Tumbelaka"), 0, root="/c")
        app.push_screen(screen)
        await until(pilot, lambda: "match 1/2" in on_screen(app))
        await until(
            pilot,
            lambda: all(
                named in rows(app)[-1] for named in ("Quote", "Find", "Copy", "Edit", "Back")
            ),
        )
        await pilot.press("ctrl+p")
        await shows(pilot, "Next quote", "Find in this article", "Edit the file", "Screenshot")
        await pilot.press(*"next quo", "enter")
        await until(pilot, lambda: "match 2/2" in on_screen(app))


async def test_keys_scroll_by_row_page_and_to_the_ends() -> None:
    """As in a pager."""
    app = host(TRAIN)
    async with app.run_test(size=(80, 20)) as pilot:
        text = app.screen.query_one(ArticleText)

        async def pressed(*keys: str) -> int:
            await pilot.press(*keys)
            return text.scroll_offset.y

        page = text.size.height - 1
        assert await pressed("j", "j", "down") == 3
        assert await pressed("k", "up") == 1
        assert await pressed("space", "pagedown") == 1 + 2 * page
        assert await pressed("b", "pageup") == 1
        assert await pressed("G") == text.max_scroll_y
        assert "Alinea 59" in on_screen(app)
        assert await pressed("g") == 0
        assert await pressed("ctrl+d") > 3
        assert await pressed("home") == 0
        assert await pressed("end") == text.max_scroll_y


async def test_finding_ignores_case_and_accents_and_steps_through_what_is_found() -> None:
    """With a count; Esc closes it first, and the article only then."""
    app = host(TRAIN, places(TRAIN, "Ani Tumbelaka"))
    async with app.run_test(size=(80, 20)) as pilot:
        await look_for(pilot, "cafe")
        await until(pilot, lambda: marked(app, reverse=True).startswith("Café"))
        assert "1/1" in rows(app)[-2]
        app.screen.query_one(Input).value = "WALI KOTA"
        await until(pilot, lambda: "1/2" in rows(app)[-2])
        await pilot.press("down", "up")
        await pilot.press("enter", "n")
        await until(pilot, lambda: "2/2" in rows(app)[-2])
        assert "Café Merdeka" in on_screen(app)
        await pilot.press("n")
        await until(pilot, lambda: "1/2" in rows(app)[-2])
        await pilot.press("p")
        await until(pilot, lambda: "2/2" in rows(app)[-2])
        await pilot.press("escape")
        await until(pilot, lambda: "2/2" not in on_screen(app))
        assert isinstance(app.screen, ArticleScreen)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ArticleScreen))


async def test_a_key_typed_at_once_after_another_goes_where_it_belongs() -> None:
    """As a fast hand sends them: no word gets the n that is to step on."""
    app = host(TRAIN)
    async with app.run_test(size=(80, 20)) as pilot:
        await look_for(pilot, "ani t")
        app.post_message(events.Key("enter", "\r"))
        app.post_message(events.Key("n", "n"))
        await until(pilot, lambda: "2/2" in rows(app)[-2])
        assert app.screen.query_one(Input).value == "ani t"


async def test_what_is_not_in_the_article_is_said_to_be_not_found() -> None:
    """Then n and p stay where they are."""
    app = host(TRAIN, places(TRAIN, "Ani Tumbelaka"))
    async with app.run_test(size=(80, 20)) as pilot:
        await look_for(pilot, "xyz")
        await until(pilot, lambda: "not found" in on_screen(app))
        await pilot.press("enter", "n", "p", "escape")
        await until(pilot, lambda: not app.screen.query_one(Input).has_focus)
        assert "not found" not in on_screen(app)


async def test_what_was_looked_for_is_there_again_to_be_replaced() -> None:
    """A second slash; typing replaces it, Enter takes it up."""
    app = host(TRAIN)
    async with app.run_test(size=(80, 20)) as pilot:
        await look_for(pilot, "pasar")
        await pilot.press("escape", "slash")
        await until(pilot, lambda: "1/1" in rows(app)[-2])
        await pilot.press("x")
        assert app.screen.query_one(Input).value == "x"


async def test_the_quote_is_copied_with_its_source() -> None:
    """And the toast does not promise what a terminal may not do."""
    app = host(TRAIN, places(TRAIN, "Ani Tumbelaka"))
    async with app.run_test(size=(80, 20), notifications=True) as pilot:
        await pilot.press("y")
        await shows(pilot, "clipboard")
        assert app.clipboard.splitlines() == [
            "“Ani Tumbelaka”",
            "Wali kota »Ani Tumbelaka« membuka pasar itu.",
            "— Pasar [b]baru[/] · Kabar · 2024-11-21 · /corpus/a.txt:81",
        ]


async def test_words_selected_with_the_mouse_are_copied_with_their_source() -> None:
    """Over rows, in order, whichever way the mouse went; the margin counts as the first word."""
    app = host(TRAIN)
    async with app.run_test(size=(40, 20)) as pilot:
        text = app.screen.query_one(ArticleText)
        await pilot.mouse_down(text, offset=(10, 0))
        await pilot.hover(text, offset=(8, 1))
        await pilot.mouse_up(text, offset=(8, 1))
        selected = text.selected
        assert selected is not None
        words = TRAIN.text[selected.start : selected.end]
        assert words.startswith(("0: kereta", ": kereta"))
        assert PARAGRAPHS[0].startswith(TRAIN.text[: selected.end])
        await pilot.press("y")
        assert app.clipboard.startswith(f"“{words.strip()}”")
        await pilot.mouse_down(text, offset=(20, 2))
        await pilot.hover(text, offset=(0, 0))
        await pilot.mouse_up(text, offset=(0, 0))
        assert text.selected is not None
        assert text.selected.start == 0
        assert app.screen.get_selected_text() == TRAIN.text[: text.selected.end].rstrip()
        await pilot.resize_terminal(50, 20)
        await until(pilot, lambda: text.selected is None)


async def test_every_key_is_told_of_on_f1() -> None:
    """And Esc comes back to the article."""
    app = host(TRAIN)
    async with app.run_test(size=(100, 50)) as pilot:
        await pilot.press("f1")
        await until(pilot, lambda: "In an article" in on_screen(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))


async def test_with_nothing_marked_there_is_nothing_to_copy() -> None:
    """It says how to come to something."""
    app = host(TRAIN)
    async with app.run_test(size=(80, 20), notifications=True) as pilot:
        await pilot.press("y")
        await shows(pilot, "Nothing to copy")
        assert app.clipboard == ""


@pytest.mark.parametrize(
    ("path", "environment", "says"),
    [
        ("a.txt", {}, "export EDITOR=nano"),
        ("a.txt", {"EDITOR": "ed"}, "cannot be lent"),
        ("../a.txt", {"EDITOR": "ed"}, "no longer"),
    ],
)
async def test_an_editor_that_cannot_be_opened_says_why(
    path: str, environment: dict[str, str], says: str, tmp_path: Path
) -> None:
    """No editor; a terminal that cannot be lent, as this one; a file that is not there."""
    root = tmp_path / "corpus"
    root.mkdir()
    (root / "a.txt").write_text("x")
    app = host(replace(TRAIN, path=path), root=str(root), environment=environment)
    async with app.run_test(size=(80, 20), notifications=True) as pilot:
        await pilot.press("e")
        await shows(pilot, says)


async def test_an_address_is_shown_whole_and_opened_only_once_confirmed() -> None:
    """Esc opens nothing."""
    opened: list[str] = []

    def browse(url: str) -> bool:
        opened.append(url)
        return True

    address = "https://example.org/" + "a" * 150 + "?end"
    app = host(replace(TRAIN, url=address), browse=browse)
    async with app.run_test(size=(60, 24), notifications=True) as pilot:
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, AddressScreen))
        inside = app.screen.query_one("#address-whole").region
        shown = (row[inside.x : inside.right].strip() for row in rows(app))
        assert address in "".join([*shown][inside.y : inside.bottom])
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        assert opened == []
        await pilot.press("o", "enter")
        await shows(pilot, "Asked your browser")
        assert opened == [address]


async def test_a_pdf_is_opened_at_the_page_of_the_quote(tmp_path: Path) -> None:
    """Itself, where it still lies in the corpus; its address on the web is not asked."""
    opened: list[str] = []

    def browse(url: str) -> bool:
        opened.append(url)
        return True

    (tmp_path / "kabar 1.pdf").write_bytes(b"%PDF")
    half = TRAIN.text.index(PARAGRAPHS[30])
    parts = (Part(0, page=1), Part(half, page=2))
    of = replace(TRAIN, path="kabar 1.pdf", parts=parts, url="https://example.org/")
    for current, page in ((0, 1), (1, 2)):
        cited = places(of, PARAGRAPHS[3], "Ani Tumbelaka")
        app = host(of, cited, current, root=str(tmp_path), browse=browse)
        async with app.run_test(size=(240, 20), notifications=True) as pilot:
            await shows(pilot, f"kabar 1.pdf, p. {page}")
            await pilot.press("o")
            await shows(pilot, "Open this address")
            await pilot.press("enter")
            await shows(pilot, "Asked your browser")
    begin = f"{tmp_path.as_uri()}/kabar%201.pdf#page="
    assert opened == [f"{begin}1", f"{begin}2"]


async def test_a_pdf_that_is_gone_is_told(tmp_path: Path) -> None:
    """And nothing is opened."""
    app = host(replace(TRAIN, path="a.pdf"), root=str(tmp_path))
    async with app.run_test(size=(100, 20), notifications=True) as pilot:
        await pilot.press("o")
        await shows(pilot, "is no longer in")


async def test_without_a_browser_the_address_is_copied() -> None:
    """As on a server."""
    app = host(replace(TRAIN, url="https://example.org/"), browse=lambda _: False)
    async with app.run_test(size=(80, 20), notifications=True) as pilot:
        await pilot.press("o", "y")
        await shows(pilot, "no browser")
        assert app.clipboard == "https://example.org/"


async def test_an_address_that_is_not_of_the_web_is_never_opened() -> None:
    """Whatever an article calls its address."""
    app = host(replace(TRAIN, url="file:///etc/passwd\x1b"))
    async with app.run_test(size=(80, 20), notifications=True) as pilot:
        await pilot.press("o")
        await shows(pilot, "Not an address")
        assert "\x1b" not in on_screen(app)
        assert isinstance(app.screen, ArticleScreen)


@pytest.mark.parametrize("size", [(80, 24), (30, 10), (7, 5)])
async def test_hostile_words_are_shown_and_not_obeyed(size: tuple[int, int]) -> None:
    """Markup stays text, no control reaches the terminal, and the answer is still marked."""
    of = replace(article(HOSTILE, title=f"[b]\x1b]0;x\x07{HOSTILE}"), source="\x1b[31m[/]")
    app = host(of, places(of, "Budi Santoso"))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "".join(marked(app).split()) == "BudiSantoso")
        assert not any(ord(character) < 32 and character != "\n" for character in on_screen(app))
        assert not set(on_screen(app)) & {"\x7f", "\x9b", "\u202e", "\u2028", "\ud800"}
        await look_for(pilot, "ketua")
        await until(pilot, lambda: "Ketua" in "".join(marked(app, reverse=True).split()))
        await pilot.press("y")
        assert "\x1b" not in app.clipboard


@pytest.mark.parametrize("text", ["", "\n", "\u0301"])
async def test_an_article_of_next_to_nothing_stands(text: str) -> None:
    """Empty ones are never indexed, but a view must not be what finds out."""
    app = host(article(text), [cite(Span(0, len(text)), article(text), 1)])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n", "slash", "x", "escape", "G", "y")
        assert isinstance(app.screen, ArticleScreen)


async def test_the_place_is_kept_through_every_change_of_size() -> None:
    """The answer stays in the middle, until the person scrolls; then the first row stays."""
    app = host(TRAIN, places(TRAIN, "Ani Tumbelaka"))
    async with app.run_test(size=(120, 34)) as pilot:
        for size in ((30, 12), (1, 1), (10, 4), (80, 24)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda size=size: app.screen.size == size)  # type: ignore[misc]
        await until(pilot, lambda: marked(app) == "Ani Tumbelaka")
        await pilot.press("g", "pagedown", "pagedown")
        first = rows(app)[2].split(":")[0]
        assert "Alinea" in first
        await pilot.resize_terminal(40, 15)
        await until(pilot, lambda: app.screen.size == (40, 15))
        await until(pilot, lambda: first.strip() in on_screen(app))
        assert first.strip() in rows(app)[2]


async def test_the_end_stays_the_end_through_changes_of_size() -> None:
    """Fewer rows than before, then more, then as many as the screen holds."""
    app = host(article("\n".join(f"Baris {n} panjang sekali." for n in range(40))))
    async with app.run_test(size=(20, 10)) as pilot:
        await pilot.press("G")
        for size in ((80, 12), (20, 8), (120, 60), (20, 8), (80, 20)):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda size=size: app.screen.size == size)  # type: ignore[misc]
            await pilot.pause()
            assert app.screen.query_one(ArticleText).first_in_sight >= 0
        await pilot.press("G")
        await until(pilot, lambda: "Baris 39" in on_screen(app))


@pytest.mark.parametrize("size", [(40, 12), (10, 4), (1, 1)])
async def test_no_size_is_too_small(size: tuple[int, int]) -> None:
    """It may be useless at 1x1, but it stands."""
    of = replace(TRAIN, url="https://example.org/")
    app = host(of, places(of, "Ani Tumbelaka", "<Ani Tumbelaka"))
    async with app.run_test(size=size, notifications=True) as pilot:
        await look_for(pilot, "ani")
        await pilot.press("enter", "n", "escape", "G", "y", "o")
        await until(pilot, lambda: isinstance(app.screen, AddressScreen))
        await pilot.press("escape")
        assert isinstance(app.screen, ArticleScreen)


async def test_quitting_while_it_opens_is_quiet() -> None:
    """A hasty hand: the app ends before the screen is made."""
    app = Host(ArticleScreen(article("x"), [], 0, root="/corpus"))
    async with app.run_test(size=(80, 24)):
        app.push_screen(ArticleScreen(TRAIN, places(TRAIN, "Ani Tumbelaka"), 0, root="/corpus"))
        app.exit()


async def test_an_article_of_two_thousand_paragraphs_opens_and_scrolls_at_once() -> None:
    """A page draws the rows that are seen, though the article is wrapped to thousands."""
    long = "Menteri itu mengatakan “kereta pagi” berangkat dari kota Bandung pada Selasa. " * 5
    of = article("\n\n".join([long] * 1999 + ["Wali kota Ani Tumbelaka membuka pasar itu."]))
    app = Host(ArticleScreen(article("x"), [], 0, root="/corpus"))
    async with app.run_test(size=(120, 34)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ArticleScreen))
        with calls("qa.tui") as opening:
            app.push_screen(ArticleScreen(of, places(of, "Ani Tumbelaka"), 0, root="/corpus"))
            await until(pilot, lambda: marked(app) == "Ani Tumbelaka")
        await pilot.pause()
        with calls("qa.tui") as scrolling:
            for _ in range(5):
                await pilot.press("pageup")
    assert (opening["wrap"], scrolling["wrap"]) == (0, 0)
    assert opening["ArticleText.render_line"] <= 2 * 34
    assert scrolling["ArticleText.render_line"] <= 5 * 34


CHILD = """
import sys
from tests.test_tui_article import HOSTILE, host, places
from tests.builders import article
of = article(HOSTILE, title=HOSTILE, source=HOSTILE)
host(of, places(of, "Budi Santoso"), root=sys.argv[1], environment={"EDITOR": sys.argv[2]}).run()
"""


def test_on_a_real_terminal_nothing_leaks_and_an_editor_gets_it(tmp_path: Path) -> None:
    """The bytes that a terminal sees; the quote among them only as the clipboard's base64."""
    (tmp_path / "a.txt").write_text("x")
    started, script = tmp_path / "arguments", tmp_path / "ed.py"
    script.write_text(f"import sys; open({str(started)!r}, 'w').write(repr(sys.argv[1:]))")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    chat = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", CHILD, tmp_path, shlex.join([sys.executable, str(script)])],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color"},
    )
    os.close(theirs)
    shown, begun = b"", 0

    def wait_for(words: bytes) -> None:
        nonlocal shown, begun
        while (at := shown.find(words, begun)) < 0:
            assert select.select([ours], [], [], 20)[0], shown[-2000:]
            shown += os.read(ours, 65536)
        begun = at + len(words)

    try:
        wait_for(b"Budi")
        os.write(ours, b"y")
        wait_for(b"\x1b]52;c;")
        os.write(ours, b"e")
        # It leaves the screen to the editor, and takes it back.
        wait_for(b"\x1b[?1049l")
        wait_for(b"\x1b[?1049h")
        assert started.read_text() == repr(["+2", str(tmp_path / "a.txt")])
        # A chat whose last screen nobody reads never ends; its end is an error on Linux.
        with suppress(OSError):
            for _ in range(20):
                # Until the terminal is raw again Ctrl+Q says to go on with output, and is lost.
                os.write(ours, b"\x11")
                while select.select([ours], [], [], 1)[0] and (last := os.read(ours, 65536)):
                    shown += last
        assert chat.wait(20) == 0
    finally:
        chat.kill()
        chat.wait()
        os.close(ours)
    for leak in (b"\x1b]52;c;aGk=", b"\x1b]0;", b"\xc2\x9b", "\u202e".encode(), b"\x00"):
        assert leak not in shown
