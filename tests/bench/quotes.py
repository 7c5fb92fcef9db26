"""How well and how fast quotations are found: `python -m tests.bench.quotes INDEX`.

Quotations are taken from the articles of the index: word for word, with other typography, with
numbers written otherwise, with words left out at dots, with one number or one negation changed;
others are invented of their words, shuffled or spliced, also with dots between. Half of the
articles are for tuning, the other half for the count that is told.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from zlib import crc32

import click
import numpy as np

import qa
from qa.engine import Engine
from qa.language.text import safe, sentences
from qa.quote import QuotePlace
from qa.quote.align import is_negation
from qa.types import Article

_LEAST, _MOST = 6, 40
"""Words of a quotation."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@click.command()
@click.argument("index", type=click.Path(path_type=Path))
@click.option("--count", type=click.IntRange(min=1), default=200, help="Quotations of each kind.")
@click.option("--half", type=click.Choice(["tune", "count"]), default="tune")
@click.option("--seed", type=int, default=7)
@click.option("--show", is_flag=True, help="Print what is not as it should be.")
def main(index: Path, count: int, half: str, seed: int, show: bool) -> None:
    """Measure `qa quote` over INDEX."""
    with qa.open(index, reader=None) as archive:
        started = perf_counter()
        archive.quote("pemanasan")
        click.echo(f"the first one: {1000 * (perf_counter() - started):.0f} ms")
        every: list[tuple[float, float]] = []
        for kind, wanted, quotations in _kinds(archive, half, seed, count):
            verdicts: Counter[str] = Counter()
            took: list[tuple[float, float]] = []
            for given, of in quotations:
                worked = process_time()
                found = archive.quote(given)
                took.append((found.took_ms, 1000 * (process_time() - worked)))
                _check(found.places + found.nearest)
                verdict = found.verdict.value
                if verdict == "altered" and kind in _CHANGED:
                    named = any(
                        change.kind == kind.split()[0]
                        for place in found.places
                        for change in place.changes
                    )
                    verdict = "altered, named" if named else verdict
                verdicts[verdict] += 1
                if show and verdict != wanted:
                    click.echo(safe(json.dumps([kind, verdict, given, of], ensure_ascii=False)))
            every += took
            share = verdicts[wanted] / max(1, len(took))
            click.echo(
                f"{kind}: {share:.1%} {wanted}, of {len(took)}; {dict(verdicts)}; {_ms(took)}"
            )
        click.echo(
            f"{archive.info.articles} articles, {archive.info.passages} passages; {_ms(every)}"
        )


_CHANGED = ("number", "negation", "number beside dots")


def _kinds(
    archive: Engine, half: str, seed: int, count: int
) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Each kind, the verdict it should get, quotations with the articles they are from."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    articles = [
        one for one in archive.articles() if crc32(one.id.encode()) % 2 == (half == "count")
    ]
    chance.shuffle(articles)
    whole = _sentences(articles, chance)
    yield "verbatim", "verbatim", [_slice(whole, chance) for _ in range(count)]
    yield (
        "typographic",
        "verbatim",
        [
            (typographic(given, chance), of)
            for given, of in (_slice(whole, chance) for _ in range(count))
        ],
    )
    for kind, change in (("number", _other_number), ("negation", _other_negation)):
        yield kind, "altered, named", list(_changed(whole, chance, change, count))
    yield (
        "shuffled",
        "not_found",
        [
            (_shuffled(given, chance), of)
            for given, of in (_slice(whole, chance) for _ in range(count // 4))
        ],
    )
    yield (
        "spliced",
        "not_found",
        [
            (_spliced(_slice(whole, chance)[0], _slice(whole, chance)[0]), "")
            for _ in range(count // 4)
        ],
    )
    yield "respelt", "verbatim", list(_changed(whole, chance, _respelt, count))
    yield "left out", "verbatim", list(_changed(whole, chance, _left_out, count))
    dotted = list(_changed(whole, chance, _left_out_and_other, count))
    yield "number beside dots", "altered, named", dotted
    yield (
        "spliced with dots",
        "not_found",
        [
            (f"{_slice(whole, chance)[0]} … {_slice(whole, chance)[0]}", "")
            for _ in range(count // 4)
        ],
    )


def _sentences(articles: list[Article], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Sentences of prose, one an article, by turns."""
    while True:
        for article in articles:
            spans = [
                at
                for at in sentences(article.text)
                if len(article.text[at.start : at.end].split()) >= _LEAST
                and not any(at.overlaps(mask) for mask in article.masks)
            ]
            if spans:
                at = chance.choice(spans)
                yield article.text[at.start : at.end], article.id


def _slice(whole: Iterator[tuple[str, str]], chance: random.Random) -> tuple[str, str]:
    """Some words in a row of a sentence."""
    text, of = next(whole)
    words = list(re.finditer(r"\S+", text))
    length = chance.randint(_LEAST, min(_MOST, len(words)))
    first = chance.randint(0, len(words) - length)
    return text[words[first].start() : words[first + length - 1].end()], of


def typographic(text: str, chance: random.Random) -> str:
    """The same words as another typesetter sets them."""
    marks = chance.choice([("“", "”"), ("«", "»"), ("'", "'"), ("„", "“"), ('"', '"')])
    text = re.sub(r"[\"“”]", lambda _: chance.choice(marks), text)
    text = text.replace("'", "’").replace(" - ", chance.choice([" – ", " — ", " - "]))
    text = re.sub(
        "(?<=[a-z])-(?=[a-z])", lambda _: chance.choice(["‑", "–", "- ", "\u00ad-"]), text
    )
    # A long word is parted at a line's end.
    text = re.sub(
        r"\b([a-z]{4})([a-z]{4,})\b",
        lambda at: chance.choice([at[0]] * 8 + [f"{at[1]}-\n{at[2]}", f"{at[1]}\u00ad{at[2]}"]),
        text,
    )
    text = re.sub(" ", lambda _: chance.choice([" "] * 6 + ["  ", "\n", "\u00a0", " \n "]), text)
    as_is: Callable[[str], str] = str
    case = chance.choice([as_is, as_is, str.upper, str.lower, str.title])
    return f"{marks[0]}{case(text)}{marks[1]}"


def _changed(
    whole: Iterator[tuple[str, str]],
    chance: random.Random,
    change: Callable[[str, random.Random], str | None],
    count: int,
) -> Iterator[tuple[str, str]]:
    tries = 0
    while count and tries < 200_000:
        given, of = _slice(whole, chance)
        tries += 1
        if (changed := change(given, chance)) is not None:
            count -= 1
            yield changed, of


def _other_number(text: str, chance: random.Random) -> str | None:
    """With one digit of one number changed."""
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return None
    at = chance.choice(numbers)
    digits = [n for n in range(at.start(), at.end()) if text[n].isdecimal()]
    n = chance.choice(digits)
    other = chance.choice([each for each in "123456789" if each != text[n]])
    return text[:n] + other + text[n + 1 :]


_GROUPED = re.compile(
    r"(?<![\d.,:])[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*(?![\d.,:]| (?:juta|miliar|triliun|million))",
    re.IGNORECASE,
)
_TIME = re.compile(r"(?<![\d.,:])\d{1,2}\.\d\d(?= WI[BT])")


def _respelt(text: str, chance: random.Random) -> str | None:
    """With thousands, and hours, marked otherwise; None where a number may be cut at its end."""
    if text[-1].isdecimal():
        return None

    def other(found: re.Match[str]) -> str:
        groups = re.split("[.,]", found[0])
        ways = [mark.join(groups) for mark in (".", ",", " ", "")]
        ways += [f"{groups[0]} ribu"] if groups[1:] == ["000"] else []
        return chance.choice(ways)

    respelt = _TIME.sub(lambda at: at[0].replace(".", ":"), _GROUPED.sub(other, text))
    return respelt if respelt != text else None


def _left_out(text: str, chance: random.Random) -> str | None:
    """With some words in the middle left out, but no negation before the rest."""
    words = text.split()
    if len(words) < 9:
        return None
    first = chance.randint(3, len(words) - 6)
    after = chance.randint(first + 1, len(words) - 3)
    if any(is_negation(word.strip('.,"“”').lower()) for word in words[first:after]):
        return None
    dots = chance.choice(["…", "...", "[...]", "(…)", "…,"])
    return " ".join([*words[:first], dots, *words[after:]])


def _left_out_and_other(text: str, chance: random.Random) -> str | None:
    """The same, and one number changed."""
    left_out = _left_out(text, chance)
    return _other_number(left_out, chance) if left_out else None


def _other_negation(text: str, chance: random.Random) -> str | None:
    """With one negation left out, or one put in before a word."""
    words = text.split(" ")
    denials = [at for at, word in enumerate(words) if is_negation(word.strip('.,"').lower())]
    inner = [at for at in denials if 0 < at < len(words) - 1]
    if inner and chance.random() < 0.5:
        at = chance.choice(inner)
        return " ".join(words[:at] + words[at + 1 :])
    if denials:
        return None
    at = chance.randint(1, len(words) - 1)
    return " ".join([*words[:at], chance.choice(["tidak", "bukan", "belum", "not"]), *words[at:]])


def _shuffled(text: str, chance: random.Random) -> str:
    words = text.split()
    chance.shuffle(words)
    return " ".join(words)


def _spliced(one: str, other: str) -> str:
    """The first half of one and the second of another."""
    first, second = one.split(), other.split()
    return " ".join(first[: len(first) // 2] + second[len(second) // 2 :])


def _check(places: tuple[QuotePlace, ...]) -> None:
    """Every place is a slice of its article."""
    for place in places:
        for cited in (place.citation, *place.also):
            span = cited.span
            if cited.article.text[span.start : span.end] != cited.quote or not span:
                raise ValueError(cited)


def _ms(took: list[tuple[float, float]]) -> str:
    """What it took, and of that the processor alone, which other work does not slow down."""
    low, high = np.percentile(took or [(0.0, 0.0)], [50, 95], axis=0)
    return (
        f"p50 {low[0]:.0f} ms, p95 {high[0]:.0f} ms; "
        f"of the processor p50 {low[1]:.0f} ms, p95 {high[1]:.0f} ms"
    )


if __name__ == "__main__":
    main()
