"""A reader for tests, in a folder as `qa train reader` writes one: real files, made in a moment.

It knows the words that stand in the tests and follows one rule. An answer is a run of words of the
kind that the question asks for: days for `kapan`, numbers for `berapa`, names for `siapa` and
`mana`, else any word that says something, the last two without the question's own words. Of several
the one with the most of the question's words near it is the best, and from a share of these on the
passage answers; the share is taken as if the question held one more, so that of two questions that
are answered whole the longer is the surer. It takes no sides in a question of yes or no.

    with what a token's vector holds     flags, and a code of +1 and -1 for a word whatever its case
    as a graph of ONNX                   codes that are equal mark the words that both texts hold

Not handled: what a word means, its endings, and where sentences end; a word that no test holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from enum import IntEnum, auto
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, numpy_helper, parser, save
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Digits, Whitespace
from tokenizers.pre_tokenizers import Sequence as Both
from tokenizers.processors import TemplateProcessing

from qa.language.text import fold
from qa.network import BLOCK, CONFIG_FILE, TOKENIZER_FILE, VECTORS_FILE
from qa.question.analyse import STOPWORDS
from qa.readers.onnx import MODEL_FILE

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_CODE = 4 * BLOCK
"""Numbers in a word's code; those of two words differ in about half of them."""

_NUMBERS = {
    "half": 0.5,
    "one": 1.0,
    "many": 1.5,
    "minus": -1.0,
    "none": 0.0,
    "far": -16.0,  # Tokens over which nearness falls to a third.
    "enough": 0.3,  # The share from which on a passage answers.
    "scale": 8.0,  # What a start or an end is worth that has all of them beside it.
    "margin": 12.0,
    "close": 0.75 * _CODE,
    "only_first": [[1.0, 0.0, 0.0, 0.0]],
}
"""The constants of the rule."""

_CALIBRATION = {
    "bias": 0.0,
    "margin": 0.375,
    "dense": 0.0,
    "lexical": 0.0,
    "answered": 0.95,
    "unsure": 0.5,
}


class _Flag(IntEnum):
    """What else the vector of a token says, each in a number of its first block."""

    ASKS_NAME = 0
    ASKS_TIME = auto()
    ASKS_NUMBER = auto()
    NAME = auto()
    TIME = auto()
    NUMBER = auto()
    TELLS = auto()  # Says something: no mark, and no word such as `yang` or `the`.
    SEPARATOR = auto()


_RULE = """
<ir_version: 8, opset_import: ["": 17]>
tiny (float[1, tokens, width] vectors)
  => (float[1, tokens] starts, float[1, tokens] ends, float[1, 4] first)
{
  rows = Squeeze (vectors, axis)
  asks_name, asks_time, asks_number, name, time, number, tells, separator, unused, code
    = Split <axis = 1> (rows, parts)
  shape = Shape (tells)
  ones = ConstantOfShape <value = float[1] {1}> (shape)
  place = CumSum (ones, down)

  # `<s> question </s> </s> passage </s>`: the separators so far tell the two apart.
  parted = CumSum (separator, down)
  early = Less (parted, half)
  question = Cast <to = 1> (early)
  late = Greater (parted, many)
  later = Cast <to = 1> (late)
  passage = Sub (later, separator)

  # Which words of the passage the question holds, and how near all of its words are.
  across = Transpose (code)
  alike = MatMul (code, across)
  equal = Greater (alike, close)
  same = Cast <to = 1> (equal)
  key = Mul (question, tells)
  key_across = Transpose (key)
  same_here = Mul (same, passage)
  met = Mul (same_here, key_across)
  times_met = ReduceSum (met, across_axis)
  asked = Min (times_met, one)
  place_across = Transpose (place)
  apart = Sub (place, place_across)
  distance = Abs (apart)
  fading = Div (distance, far)
  weight = Exp (fading)
  all_near = MatMul (weight, met)
  each_near = Min (all_near, one)
  sum_near = ReduceSum (each_near, across_axis)
  keys = ReduceSum (key, axis)
  more_keys = Add (keys, one)
  near = Div (sum_near, more_keys)

  # Days or numbers where these are asked for, else names or any words that are not in the question.
  names = Mul (question, asks_name)
  a_name = ReduceMax <axes = [0]> (names)
  times = Mul (question, asks_time)
  a_time = ReduceMax <axes = [0]> (times)
  numbers = Mul (question, asks_number)
  a_number = ReduceMax <axes = [0]> (numbers)
  asks = Sum (a_name, a_time, a_number)
  not_asks = Sub (one, asks)
  anything = Relu (not_asks)
  fit_name = Mul (a_name, name)
  fit_time = Mul (a_time, time)
  fit_number = Mul (a_number, number)
  fit_anything = Mul (anything, tells)
  said = Add (fit_name, fit_anything)
  unasked = Sub (one, asked)
  new = Mul (said, unasked)
  fitting = Sum (new, fit_time, fit_number)
  fits = Min (fitting, one)
  good = Mul (fits, passage)

  # Runs of them; each word of a run is as near as the nearest.
  is_after = Equal (apart, one)
  after = Cast <to = 1> (is_after)
  word_before = MatMul (after, good)
  first_good = Sub (good, word_before)
  begins = Relu (first_good)
  is_before = Equal (apart, minus)
  before = Cast <to = 1> (is_before)
  word_behind = MatMul (before, good)
  last_good = Sub (good, word_behind)
  stops = Relu (last_good)
  run = CumSum (begins, down)
  run_across = Transpose (run)
  runs_apart = Sub (run, run_across)
  is_together = Equal (runs_apart, none)
  together = Cast <to = 1> (is_together)
  good_near = Mul (good, near)
  near_across = Transpose (good_near)
  run_near = Mul (together, near_across)
  best = ReduceMax <axes = [1]> (run_near)

  # An edge of a run scores by how near it is, the first token as one that is near enough.
  edge = Add (best, one)
  at_first = Equal (place, one)
  null = Cast <to = 1> (at_first)
  enough_edge = Add (one, enough)
  null_edge = Mul (null, enough_edge)
  begin_edge = Mul (begins, edge)
  start_edge = Sum (begin_edge, null_edge, minus)
  start = Mul (start_edge, scale)
  starts = Transpose (start)
  stop_edge = Mul (stops, edge)
  end_edge = Sum (stop_edge, null_edge, minus)
  end = Mul (end_edge, scale)
  ends = Transpose (end)
  surest = ReduceMax <axes = [0]> (good_near)
  over = Sub (surest, enough)
  odds = Mul (over, margin)
  first = Mul (odds, only_first)
}
"""


def _table(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_ASKS = {
    _Flag.ASKS_NAME: _table("siapa siapakah mana who where which"),
    _Flag.ASKS_TIME: _table("kapan kapankah when"),
    _Flag.ASKS_NUMBER: _table("berapa many much"),
}
_DAYS = _table("""
    senin selasa rabu kamis jumat sabtu minggu januari februari maret april mei juni juli agustus
    september oktober november desember monday tuesday wednesday thursday friday saturday sunday
    january february march may june july august october december
""")


def write_reader(folder: Path) -> Path:
    """Write the reader into a folder that is there or not; the folder."""
    folder.mkdir(exist_ok=True)
    vocabulary = [*_SPECIAL, *_words()]
    tokenizer = Tokenizer(
        WordLevel({word: at for at, word in enumerate(vocabulary)}, unk_token=_SPECIAL[3])
    )
    tokenizer.pre_tokenizer = Both([Whitespace(), Digits(individual_digits=True)])
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.save(str(folder / TOKENIZER_FILE))
    np.save(folder / VECTORS_FILE, pack(_vectors(vocabulary)))
    save(_model(), folder / MODEL_FILE)
    files = (MODEL_FILE, VECTORS_FILE, TOKENIZER_FILE)
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}
    config = {
        "name": "tiny",
        "max_tokens": 128,
        "titled": False,
        "calibration": _CALIBRATION,
        "sha256": sums,
    }
    (folder / CONFIG_FILE).write_text(json.dumps(config), encoding="utf-8")
    return folder


def pack(numbers: NDArray[np.int64], *, scale: float = 1.0) -> NDArray[np.uint8]:
    """Whole numbers from -8 to 7, times one scale, as `qa.network` reads them."""
    blocks = (numbers + 8).astype(np.uint8).reshape(len(numbers), -1, 2, BLOCK // 2)
    packed = blocks[:, :, 0] | blocks[:, :, 1] << 4
    scales = np.full((*packed.shape[:2], 1), scale, "<f2").view(np.uint8)
    return np.concatenate([scales, packed], axis=2).reshape(len(numbers), -1)


def _words() -> list[str]:
    """The words in the files of the tests as they stand, and in small letters; every digit."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    source = " ".join(file.read_text(encoding="utf-8") for file in files).replace("\\n", " ")
    written = {word for word in re.findall(r"[^\W\d]+", source) if word not in _SPECIAL}
    return sorted({*written, *map(str.lower, written), *"0123456789"})


def _vectors(vocabulary: Sequence[str]) -> NDArray[np.int64]:
    """The flags of each token, then its code; a word that says nothing has none."""
    vectors = np.zeros((len(vocabulary), BLOCK + _CODE), dtype=np.int64)
    vectors[_SPECIAL.index("</s>"), _Flag.SEPARATOR] = 1
    for at, token in enumerate(vocabulary):
        if token in _SPECIAL:
            continue
        word = fold(token)
        day, digit = word in _DAYS, word.isdecimal()
        for flag, asking in _ASKS.items():
            vectors[at, flag] = word in asking
        vectors[at, _Flag.TIME] = day or digit
        vectors[at, _Flag.NUMBER] = digit
        if word not in STOPWORDS:
            vectors[at, _Flag.NAME] = token[0].isupper() and not day
            vectors[at, _Flag.TELLS] = 1
            digest = hashlib.sha256(word.encode()).digest()[: _CODE // 8]
            bits = np.unpackbits(np.frombuffer(digest, dtype=np.uint8))
            vectors[at, BLOCK:] = 2 * bits.astype(np.int64) - 1
    return vectors


def _model() -> ModelProto:
    """The rule as a graph of ONNX."""
    model: ModelProto = parser.parse_model(_RULE)
    parts = [1] * len(_Flag)
    axes: dict[str, int | list[int]] = {
        "axis": [0],
        "across_axis": [1],
        "down": 0,
        "parts": [*parts, BLOCK - len(parts), _CODE],
    }
    held: list[tuple[NDArray[Any], str]] = []
    held += [(np.array(number, dtype=np.float32), name) for name, number in _NUMBERS.items()]
    held += [(np.array(number, dtype=np.int64), name) for name, number in axes.items()]
    model.graph.initializer.extend(numpy_helper.from_array(*each) for each in held)
    return model
