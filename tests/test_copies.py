"""Near-duplicates: what edits leave a copy, what makes another article, and how they are kept.

The labelled pairs are made from the shipped articles by the edits that newsrooms and scrapers make.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from qa.builder import build
from qa.clean import masks
from qa.copies import Sketch, groups, repeats, sketch
from qa.settings import BuildSettings
from qa.store import open_generation, verify
from qa.store.writer import ArticleWriter
from qa.types import Article
from tests.builders import article, passage

CORPUS = Path(__file__).parents[1] / "corpus"
TEMPLATES = Path(__file__).parent / "data" / "templates.jsonl"

REWORDED = {
    "mengatakan": "menyatakan",
    "kata": "ujar",
    "sekitar": "kira-kira",
    "tentara": "prajurit",
    "sebelumnya": "sebelum itu",
    "karena": "sebab",
    "tetapi": "namun",
    "negara": "negeri",
    "juga": "pula",
    "dekat": "sekitar",
    "meminta": "mendesak",
    "menolak": "menampik",
    "pemerintah": "otoritas",
    "pertemuan": "rapat",
    "said": "stated",
    "also": "moreover",
    "about": "roughly",
    "soldiers": "troops",
    "near": "close to",
    "after": "following",
    "but": "yet",
    "because": "since",
    "had": "has",
}
DEBRIS = (
    "Baca juga: Kebun Raya Menambah Koleksi Anggrek",
    "Kirim tulisan Anda ke redaksi sebelum pukul 19:30 setiap hari kerja.",
    "Artikel Terkait\nPerajin Rotan Kebanjiran Pesanan\nDesa Wisata Menggelar Pasar Malam",
)


def paragraphs(text: str) -> list[str]:
    """The blocks of a text between blank lines."""
    return [block for block in text.split("\n\n") if block.strip()]


def cut(text: str, share: float) -> str:
    """Its first paragraphs, as long together as a share of the whole."""
    kept: list[str] = []
    for block in paragraphs(text):
        if kept and len("\n\n".join(kept)) >= share * len(text):
            break
        kept.append(block)
    return "\n\n".join(kept)


def reordered(text: str) -> str:
    """The paragraphs below the headline in another order."""
    first, *rest = paragraphs(text)
    return "\n\n".join([first, *rest[1::2], *rest[::-2]])


def thinned(text: str) -> str:
    """Every fourth sentence left out."""
    parts = re.split(r"(?<=[.?!])\s", text)
    return " ".join(part for n, part in enumerate(parts) if n % 4 != 2)


def headlined(text: str) -> str:
    """Under another headline."""
    return "\n\n".join(["Kabar Lengkap dari Meja Redaksi Luar Negeri", *paragraphs(text)[1:]])


def reworded(text: str) -> str:
    """With the words of the table for others."""
    return re.sub(r"\w+", lambda word: REWORDED.get(word.group(), word.group()), text)


def littered(text: str) -> str:
    """With a scraper's debris between the paragraphs and below them."""
    blocks = paragraphs(text)
    return "\n\n".join([*blocks[:2], DEBRIS[0], *blocks[2:], *DEBRIS[1:]])


def retyped(text: str) -> str:
    """Thousands set apart as in the other language."""
    return re.sub(
        r"\b(\d{1,3})([.,])(\d{3})\b",
        lambda number: f"{number[1]}{',' if number[2] == '.' else '.'}{number[3]}",
        text,
    )


EDITS: dict[str, Callable[[str], str]] = {
    "same": lambda text: text + "\n",
    "cut to 60%": lambda text: cut(text, 0.6),
    "cut to 40%": lambda text: cut(text, 0.4),
    "reordered": reordered,
    "thinned": thinned,
    "headline": headlined,
    "reworded": reworded,
    "debris": littered,
    "retyped": retyped,
    "headline, reworded, debris": lambda text: headlined(reworded(littered(text))),
    "cut, reordered, debris": lambda text: littered(reordered(cut(text, 0.7))),
    "cut, reworded": lambda text: reworded(cut(text, 0.7)),
}


def bodies() -> list[str]:
    """The shipped articles without their front matter, by name."""
    paths = sorted(CORPUS.glob("*.md"))
    return [path.read_text(encoding="utf-8").split("---\n", 2)[2].strip() for path in paths]


def other_numbers(text: str) -> Iterator[str]:
    """The text with one number of what is not masked changed, for each in turn."""
    hidden = masked(text).masks
    for number in re.finditer(r"\b\d[\d.,]*\b", text):
        if not any(mask.start <= number.start() < mask.end for mask in hidden):
            digits = number.group()
            changed = f"{(int(digits[0]) + 3) % 9 + 1}{digits[1:]}"
            yield text[: number.start()] + changed + text[number.end() :]


def templated() -> list[list[str]]:
    """Reports of one form with other facts, by form."""
    rows = [json.loads(line) for line in TEMPLATES.read_text(encoding="utf-8").splitlines()]
    return [[row["text"].format(*values) for values in row["values"]] for row in rows]


def labelled() -> Iterator[tuple[str, str, str, bool]]:
    """What was done, two texts, and whether they are copies."""
    every = bodies()
    for text in every:
        for name, edit in EDITS.items():
            if edit(text) != text:
                yield name, text, edit(text), True
        for other in other_numbers(text):
            yield "number changed", text, other, False
    for one, other in combinations(every, 2):
        yield "another article", one, other, False
    for one, other in pairwise(every):
        yield "a paragraph borrowed", one, f"{other}\n\n{paragraphs(one)[-1]}", False
    for form in templated():
        for one, other in combinations(form, 2):
            yield "template", one, other, False
        for text in form:
            for name in ("debris", "headline", "same"):
                yield name, text, EDITS[name](text), True
            for other in other_numbers(text):
                yield "number changed", text, other, False


def masked(text: str, path: str = "a.txt") -> Article:
    """An article as the index holds it."""
    of = article(text, path=path, title=text.split("\n", 1)[0].lstrip("# "))
    return replace(of, masks=masks(of.text, title=of.title))


def sketched(*articles: Article) -> list[Sketch]:
    """The sketches of those that have one."""
    return [found for found in map(sketch, articles) if found is not None]


def are_copies(one: str, other: str) -> bool:
    """Whether two texts fall into one group."""
    return len(groups(sketched(masked(one), masked(other, "b.txt")))) == 2


def test_copies_are_told_from_other_articles() -> None:
    """F1 of at least .95 over pairs; no changed number passes for a copy."""
    right = missed = mistaken = 0
    for name, one, other, label in labelled():
        found = are_copies(one, other)
        right += label and found
        missed += label and not found
        mistaken += found and not label
        assert label or not found or name != "number changed"
    assert 2 * right / (2 * right + missed + mistaken) >= 0.95


def test_what_is_masked_makes_no_copy() -> None:
    """Two sites' own lines differ, and one site's are the same in all its articles."""
    line = "Baca juga: " + " ".join(f"Judul{n}" for n in range(30)) + "\n"
    one, other = (masked(line + text, f"{n}.txt") for n, text in enumerate(bodies()[:2]))
    assert groups(sketched(one, other)) == {}


@pytest.mark.parametrize("text", ["", "Dua kata.", "满" * 300, "\ud800" * 40, "9 " * 40])
def test_any_text_has_a_sketch_or_none(text: str) -> None:
    """Whatever the words are made of, and however few there are."""
    assert sketch(article(text)) is None or groups(sketched(article(text))) == {}


def test_the_first_published_stands_for_its_copies_then_the_first_by_place() -> None:
    """An article without a date comes last, whatever its path."""
    text = bodies()[0]
    undated, late, early, twin = (
        replace(masked(text + "\n" * n, path), published=day)
        for n, (path, day) in enumerate(
            [
                ("a.txt", None),
                ("b.txt", date(2024, 2, 1)),
                ("d.txt", date(2024, 1, 1)),
                ("c.txt", date(2024, 1, 1)),
            ]
        )
    )
    found = groups(sketched(undated, late, early, twin))
    assert found == dict.fromkeys((undated.id, late.id, early.id, twin.id), twin.id)


def test_groups_are_stars_and_do_not_chain() -> None:
    """The first and the last share a quarter of their words; the middle one is a copy of one."""
    blocks = [f"{' '.join(f'kata{n}x{i}' for i in range(60))}." for n in range(8)]
    one, middle, last = (
        article("\n".join(blocks[start : start + 4]), path=f"{start}.txt") for start in (0, 1, 2)
    )
    assert groups(sketched(one, middle, last)) == dict.fromkeys((one.id, middle.id), one.id)


def test_a_bucket_of_any_size_becomes_one_group() -> None:
    """Forty copies of one story, more than the neighbours that are compared."""
    text = bodies()[0]
    many = [article(text + "\n" * n, path=f"{n:02}.txt") for n in range(40)]
    assert groups(sketched(*many)) == dict.fromkeys((each.id for each in many), many[0].id)


def story(n: int, path: str, *, source: str = "Kabar") -> Article:
    """A shipped article under another path, told apart by the white space at its end."""
    return article(bodies()[n] + "\n" * (1 + len(path)), path=path, source=source)


def built(index: Path, *items: Article) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The group and the copies of every article of an index, by place, once built."""
    build(items, index, BuildSettings(), root="/c")
    assert verify(index) == []
    with open_generation(index) as generation:
        return {
            each.place: (each.group, tuple(copy.place for copy in each.copies))
            for each in generation.articles()
        }


def test_an_index_knows_its_groups_and_where_the_copies_stand(tmp_path: Path) -> None:
    """An exact duplicate of a copy stands among them; an article alone has no group."""
    first, copy, other = story(0, "a.md"), story(0, "bb.md"), story(1, "c.md")
    again = replace(copy, path="d.md")
    found = built(tmp_path, first, copy, other, again)
    assert found["a.md"] == (first.id, ("bb.md", "d.md"))
    assert found["bb.md"] == (first.id, ("a.md",))
    assert found["c.md"] == ("", ())
    with open_generation(tmp_path) as generation:
        assert [each.place for each in generation.article(copy.id).also_at] == ["d.md"]
        assert generation.article(copy.id).source_group == first.id
        assert generation.article(other.id).source_group == other.id


def test_an_index_that_was_added_to_has_the_groups_of_one_built_at_once(tmp_path: Path) -> None:
    """Copies come one build after the other, the representative last, and one goes again."""
    stories = [story(n % 3, f"{'x' * (9 - n)}{n}.md") for n in range(9)]
    for upto in range(1, 10):
        added = built(tmp_path / "a", *stories[:upto])
    assert added == built(tmp_path / "b", *stories)
    assert built(tmp_path / "a", *stories[:8]) == built(tmp_path / "c", *stories[:8])


def test_groups_that_name_no_representative_are_a_problem(tmp_path: Path) -> None:
    """What stands for others stands for itself, and is an article."""
    database = ArticleWriter.create(tmp_path / "articles.sqlite")
    first, copy, other = story(0, "a.md"), story(0, "bb.md"), story(1, "c.md")
    for each in (first, copy, other):
        database.add_article(each)
    database.add_groups({copy.id: first.id})
    assert "groups of near-duplicates do not agree" in list(database.problems())
    database.add_groups({first.id: first.id})
    assert "groups of near-duplicates do not agree" not in list(database.problems())
    database.close()


def test_what_a_copy_says_again_is_told_and_what_it_adds_is_not() -> None:
    """The representative keeps its passage though a copy's is found before it."""
    first, copy, other = (
        replace(article(text, path=f"{n}.txt"), group="")
        for n, text in enumerate(
            ["Satu kapal tiba. Dua pergi.", "Satu kapal tiba. Dua pergi. Tiga karam.", "Dua pergi."]
        )
    )
    first, copy = (replace(each, group=first.id) for each in (first, copy))
    found = [
        passage(copy, "Satu kapal tiba. Dua pergi."),
        passage(first),
        passage(copy, "Tiga karam."),
        passage(other),
    ]
    assert repeats(found) == {0}
    assert repeats(found[2:]) == frozenset()
