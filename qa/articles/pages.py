"""The pages of a PDF as paragraphs: a program of its own, which `formats/pdf.py` starts.

    python -m qa.articles.pages [LANGUAGES KNOWN]  <file.pdf  >pages.jsonl

A line for each page, `{"paragraphs": [...], "seen": true}`; `seen` is false where a page shows
something and no text was found on it. With LANGUAGES such a page is read by tesseract, and is
`recognised`, unless it is KNOWN: its bit in a hexadecimal number, that of page 1 worth two. What
cannot be read is reported by a last line `{"failed": reason}`, with `password` or `format` as the
reason.

It is a process of its own because a hostile file may take all memory, or end the process that reads
it: pdfium unpacks up to 1 GiB for a page.

Columns are detected by the gap between them, lines are joined to paragraphs, and words that a
hyphen parts at a line's end are joined. Not handled: text that is not upright, whose lines come
last, as they stand in the file; tables, which are read line by line; right-to-left scripts.
"""

from __future__ import annotations

import json
import math
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

MOST_BYTES = 1 << 30
"""Most memory that the process may take, where the system can see to it."""
MOST_PAGES = 10_000
_MOST_RUNS = 5_000
"""Of a page; one with more, as maps have them, is taken as it stands in the file."""
_FEWEST_LINES = 3
_COLUMN_CHARS = 18
"""Characters of a line of a column; cells of a table are shorter."""
_HYPHENS = "-\u00ad\u2010\ufffe\x02"
"""The last two are what pdfium makes of a hyphen at a line's end."""
_STOP = re.compile(r"[.!?…:;][\"”’')\]]*$")
_BULLET = re.compile(r"(?:[•·▪◦*–—-]|\(?(?:[0-9]{1,3}|[a-zA-Z]|[ivx]{2,4})[.)])\s")
_UPRIGHT = 0.99
"""Least cosine of the angle of text that is upright."""
_DPI = 300
_MOST_PIXELS = 40_000_000


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stand on one line, and the box of their font in points; y grows upwards."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def height(self) -> float:
        """Of the box."""
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class _Line(Run):
    """A run that is all of a line within its column."""


def paragraphs(runs: Sequence[Run]) -> list[str]:
    """The paragraphs of a page, column by column.

    Args:
        runs: Of the page, in any order.
    """
    found: list[str] = []
    before: list[_Line] = []
    for block in _blocks(_lines(runs), runs):
        first, *more = _joined(block)
        if before and not _STOP.search(found[-1]) and _goes_on(before, block):
            found[-1] = join(found[-1], first)
        else:
            found.append(first)
        found += more
        before = block
    return found


def _goes_on(column: Sequence[_Line], beside: Sequence[_Line]) -> bool:
    """Whether a sentence that ends a column without a stop may go on at the top of the next."""
    last, first = column[-1], beside[0]
    left, right = min(line.left for line in column), max(line.right for line in column)
    is_full = len(column) > 1 and last.right > right - 0.1 * (right - left)
    return (
        first.left > last.left
        and first.bottom > last.bottom
        and 0.8 < first.height / last.height < 1.25
        and (is_full or first.text[0].islower())
    )


def _lines(runs: Sequence[Run]) -> list[_Line]:
    """Runs that follow one another on a line, put together; a gap wider than a space parts them."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (-run.bottom - run.top, run.left)):
        row = rows[-1] if rows else None
        middle = (run.bottom + run.top) / 2
        if row and row[0].bottom < middle < row[0].top:
            row.append(run)
        else:
            rows.append([run])
    lines: list[_Line] = []
    for row in rows:
        row.sort(key=lambda run: run.left)
        together = [row[0]]
        for run in row[1:]:
            # Behind a large initial several lines begin at one place.
            gap = run.left - together[-1].right
            if not -0.5 * run.height < gap < 0.6 * run.height:
                lines.append(_line(together))
                together = []
            together.append(run)
        lines.append(_line(together))
    return _mended(lines)


def _mended(lines: list[_Line]) -> list[_Line]:
    """Lines whose words stand wide apart, as justified text has them, made whole.

    A gap between columns, or cells, is there in the line above or below too.
    """
    rows: list[list[_Line]] = []
    for line in lines:
        if rows and _level(rows[-1][-1], line) and line.left > rows[-1][-1].right:
            rows[-1].append(line)
        else:
            rows.append([line])
    whole: list[_Line] = []
    for at, row in enumerate(rows):
        # Lines of another column may stand between.
        near = [
            other
            for other in rows[max(0, at - 2) : at + 3]
            if 0.5 < abs(other[0].bottom - row[0].bottom) / row[0].height < 1.6
            and 0.8 < other[0].height / row[0].height < 1.25
        ]
        whole.append(row[0])
        for left, right in pairwise(row):
            gaps = [
                _free(other, left.right, right.left)
                for other in near
                if other[0].left < left.right and right.left < other[-1].right
            ]
            if gaps and max(gaps) < 0.6 * right.height:
                whole[-1] = _line([whole[-1], right])
            else:
                whole.append(right)
    return whole


def _free(row: Sequence[Run], start: float, end: float) -> float:
    """How much of a gap is one in this row too."""
    return max(
        (min(end, right.left) - max(start, left.right) for left, right in pairwise(row)), default=0
    )


def _level(left: Run, right: Run) -> bool:
    return left.bottom < (right.bottom + right.top) / 2 < left.top


def _line(runs: Sequence[Run]) -> _Line:
    text = ""
    for before, run in zip((None, *runs), runs, strict=False):
        apart = before is not None and run.left - before.right > 0.1 * run.height
        if text and apart and not text[-1].isspace() and not run.text[:1].isspace():
            text += " "
        text += run.text
    return _Line(
        min(run.left for run in runs),
        min(run.bottom for run in runs),
        max(run.right for run in runs),
        max(run.top for run in runs),
        " ".join(text.split()),
    )


def _blocks(lines: list[_Line], runs: Sequence[Run]) -> Iterator[list[_Line]]:
    """Lines in reading order, those of a column together."""
    if not lines:
        return
    height = statistics.median(run.height for run in runs)
    pending = _margins(lines, height)[::-1]
    while pending:
        block = pending.pop()
        if (gutter := _gutter(block, height)) is not None:
            left = [line for line in block if line.right <= gutter]
            right = [line for line in block if line.left >= gutter]
            pending += [right, left]
        elif parts := _stacked(block):
            pending += reversed(parts)
        else:
            yield _rows(block)


def _margins(block: list[_Line], height: float) -> list[list[_Line]]:
    """A page in parts, its head and foot by themselves where they stand far from all else."""
    lines = sorted(block, key=lambda line: -line.top)
    floor = lines[0].bottom
    cuts = [0]
    for at, line in enumerate(lines):
        if floor - line.top > 2 * height and min(at, len(lines) - at) < _FEWEST_LINES:
            cuts.append(at)
        floor = min(floor, line.bottom)
    return [lines[start:end] for start, end in pairwise((*cuts, len(lines)))]


def _gutter(block: Sequence[_Line], height: float) -> float | None:
    """Where a gap from top to bottom parts a block into columns of prose; None where none does."""
    best: tuple[float, float] | None = None
    reach = None
    for line in sorted(block, key=lambda line: line.left):
        gap = line.left - reach if reach is not None else 0.0
        if reach is not None and gap > 0.6 * height and (best is None or gap > best[0]):
            middle = reach + gap / 2
            sides = [
                [each for each in block if each.right <= middle],
                [each for each in block if each.left >= middle],
            ]
            if all(_is_column(side) for side in sides) and _overlap(*sides):
                best = (gap, middle)
        reach = line.right if reach is None else max(reach, line.right)
    return best[1] if best else None


def _is_column(lines: Sequence[_Line]) -> bool:
    return (
        len(lines) >= _FEWEST_LINES
        and statistics.median(len(line.text) for line in _rows(lines)) >= _COLUMN_CHARS
    )


def _overlap(left: Sequence[_Line], right: Sequence[_Line]) -> bool:
    """Whether two columns stand beside each other for half of the shorter one."""
    tops = [max(line.top for line in side) for side in (left, right)]
    bottoms = [min(line.bottom for line in side) for side in (left, right)]
    shared = min(tops) - max(bottoms)
    heights = [top - bottom for top, bottom in zip(tops, bottoms, strict=True)]
    return shared >= 0.5 * min(heights)


def _stacked(block: list[_Line]) -> list[list[_Line]]:
    """A block in two, above and below a line that runs over its columns; empty where none does.

    Only a block whose lines stand side by side somewhere is parted.
    """
    rows: list[list[_Line]] = []
    for line in sorted(block, key=lambda line: -line.top):
        if rows and line.top > min(each.bottom for each in rows[-1]) + 0.3 * line.height:
            rows[-1].append(line)
        else:
            rows.append([line])
    alone: list[bool] = []
    for is_one, group in groupby(rows, key=lambda row: len(row) == 1):
        count = len(list(group))
        # Fewer are no columns, but words that stand wide apart.
        alone += [is_one or count < _FEWEST_LINES] * count
    if all(alone) or len(rows) < 2:
        return []
    # Where rows of one line and rows of several meet.
    cut = next((at for at in range(1, len(rows)) if alone[at] != alone[at - 1]), 0)
    if not cut:
        return []
    return [
        [line for row in rows[:cut] for line in row],
        [line for row in rows[cut:] for line in row],
    ]


def _rows(block: Sequence[_Line]) -> list[_Line]:
    """Lines from top to bottom, those side by side, as in a table, joined from left to right."""
    rows: list[list[_Line]] = []
    for line in sorted(block, key=lambda line: (-line.bottom - line.top, line.left)):
        middle = (line.bottom + line.top) / 2
        if rows and rows[-1][0].bottom < middle < rows[-1][0].top:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_line(sorted(row, key=lambda line: line.left)) for row in rows]


def _joined(lines: Sequence[_Line]) -> Iterator[str]:
    """Lines of one column, put together to paragraphs."""
    if not lines:
        return
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    pitches = [above.bottom - below.bottom for above, below in pairwise(lines)]
    # Most gaps of a short block may be between its paragraphs.
    pitch = sorted(pitches)[len(pitches) // 4] if pitches else 0.0
    height = statistics.median(line.height for line in lines)
    text = lines[0].text
    for above, below, gap in zip(lines, lines[1:], pitches, strict=False):
        # A line that had room for the next word ends its paragraph; one further right begins one.
        word = len(below.text.split()[0]) + 1
        room = right - above.right
        has_room = room > 1.2 * word * (below.right - below.left) / len(below.text)
        is_short = room > 0.35 * (right - left)
        ends = has_room and (is_short or bool(_STOP.search(above.text)))
        begins = below.left > above.left + 0.7 * below.height and above.left < left + 2
        other_size = not 0.8 < below.height / above.height < 1.25 and (
            abs(below.height - above.height) > 3
        )
        # Lines of a larger size, as a headline's, stand further apart.
        usual = pitch * max(1.0, min(above.height, below.height) / height)
        apart = gap > 1.3 * usual or gap < 0
        if apart or ends or other_size or begins or _BULLET.match(below.text):
            yield text
            text = below.text
        else:
            text = join(text, below.text)
    yield text


def join(above: str, below: str) -> str:
    """Two lines of a paragraph as one, a word that is parted between them made whole.

    The hyphen of a reduplicated word (`anak-anak`), of a name and of numbers stays.
    """
    head = above.rstrip()
    if not head or head[-1] not in _HYPHENS:
        return f"{head} {below.lstrip()}"
    words, below = head.rstrip(_HYPHENS), below.lstrip()
    if not words[-1:].isalnum() or not below[:1].isalnum():
        return f"{head} {below}"
    parted = re.split(r"[^\w]+", words)[-1].casefold()
    follows = re.split(r"[^\w]+", below)[0].casefold()
    if head[-1] == "\u00ad":
        return words + below
    twice = len(parted) >= 3 and (follows.startswith(parted) or parted.endswith(follows))
    if twice or not below[0].islower() or words[-1].isdigit():
        return f"{words}-{below}"
    return words + below


def _pages(languages: str, known: int) -> Iterator[dict[str, Any]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer)
    except pypdfium2.PdfiumError as error:
        yield {"failed": "password" if "password" in str(error).lower() else "format"}
        return
    title = document.get_metadata_value("Title")
    yield {"title": title, "pages": len(document)}
    for number in range(min(len(document), MOST_PAGES)):
        try:
            page = document[number]
            yield _page(page, "" if known >> (number + 1) & 1 else languages)
            page.close()
        except pypdfium2.PdfiumError:
            yield {"paragraphs": [], "seen": False}


def _page(page: PdfPage, languages: str) -> dict[str, Any]:
    text = page.get_textpage()
    found = _paragraphs(page, text)
    text.close()
    shows = bool(found) or next(page.get_objects(max_depth=2), None) is not None
    words = _recognised(page, languages) if shows and languages and not found else None
    if words is not None:
        found = [
            " ".join(_unbroken(paragraph).split())
            for paragraph in re.split(r"\n\s*\n", words)
            if paragraph.strip()
        ]
    told = {"paragraphs": found, "seen": bool(found) or not shows}
    return told if words is None else {**told, "recognised": True}


def _paragraphs(page: PdfPage, text: PdfTextPage) -> list[str]:
    runs, aside = ([], []) if page.get_rotation() else _runs(text)
    if 9 * len(aside) < len(runs) <= _MOST_RUNS:
        return [*paragraphs(runs), *aside]
    whole = text.get_text_range(errors="replace")
    return [_unbroken(whole)] if whole.strip() else []


def _runs(text: PdfTextPage) -> tuple[list[Run], list[str]]:
    """The lines of a page as pdfium has them, parted at wide gaps, and those that are not upright.

    Words and the spaces between them are pdfium's. The boxes are those of the font (loose), which
    for a comma are as high as for a letter.
    """
    from pypdfium2 import raw

    runs: list[Run] = []
    aside: list[str] = []
    is_upright = True
    written: list[int] = []
    boxes: list[tuple[float, float, float, float]] = []
    rect = raw.FS_RECTF()

    def finish() -> None:
        words = " ".join(_characters(written).split())
        if words and not (boxes and is_upright):
            aside.append(words)
        elif words:
            runs.append(
                Run(
                    min(box[0] for box in boxes),
                    statistics.median_low(box[1] for box in boxes),
                    max(box[2] for box in boxes),
                    statistics.median_low(box[3] for box in boxes),
                    words,
                )
            )
        written.clear()
        boxes.clear()

    for at in range(text.count_chars()):
        character = raw.FPDFText_GetUnicode(text, at)
        if character in (10, 13):
            finish()
            continue
        if character and character != 32 and raw.FPDFText_GetLooseCharBox(text, at, rect):
            box = (rect.left, rect.bottom, rect.right, rect.top)
            if boxes and is_upright and _parted(boxes[-1], box):
                finish()
            if not boxes:
                is_upright = math.cos(raw.FPDFText_GetCharAngle(text, at)) > _UPRIGHT
            if box[2] > box[0] and box[3] > box[1]:
                boxes.append(box)
        if character:
            written.append(character)
    finish()
    return runs, aside


def _parted(
    before: tuple[float, float, float, float], box: tuple[float, float, float, float]
) -> bool:
    """Whether a character stands on another line than the one before it, or behind a wide gap."""
    height = box[3] - box[1]
    gap = box[0] - before[2]
    is_level = before[1] < (box[1] + box[3]) / 2 < before[3]
    return not is_level or not -2 * height < gap < max(height, 8)


def _characters(written: Sequence[int]) -> str:
    """Code points as text; pairs of surrogates are made one, and a half is marked."""
    words = "".join(map(chr, written))
    return words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _unbroken(text: str) -> str:
    """Lines as they come, joined."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    joined = lines[0] if lines else ""
    for line in lines[1:]:
        joined = join(joined, line)
    return joined


def _recognised(page: PdfPage, languages: str) -> str | None:
    """What tesseract reads on the picture of a page; None where it fails."""
    width, height = page.get_size()
    scale = min(_DPI / 72, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    rows = memoryview(bitmap.buffer).cast("B")
    picture = b"".join(
        (
            f"P5 {bitmap.width} {bitmap.height} 255\n".encode(),
            *(
                rows[row * bitmap.stride : row * bitmap.stride + bitmap.width]
                for row in range(bitmap.height)
            ),
        )
    )
    done = subprocess.run(  # noqa: S603 - no part of the command is the file's
        ["tesseract", "stdin", "stdout", "-l", languages, "--dpi", str(round(scale * 72))],  # noqa: S607
        input=picture,
        capture_output=True,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def main(arguments: Sequence[str]) -> None:
    """Write the pages of the file on standard input."""
    try:
        import resource
    except ImportError:
        pass  # Windows has no such limits.
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    languages, known = arguments or ("", "0")
    for page in _pages(languages, int(known, 16)):
        # Half a character is none.
        line = json.dumps(page).encode("ascii")
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
