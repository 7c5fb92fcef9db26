"""The readers that run a model: windows, spans, trimming, and opening one by name."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertForQuestionAnswering, BertModel, PreTrainedTokenizerFast

from qa.errors import ModelError
from qa.network import BLOCK, unpack
from qa.places import MODELS
from qa.protocols import Reader
from qa.readers import open_reader
from qa.readers.onnx import OnnxReader, reader_files
from qa.readers.transformer import UNCALIBRATED, TransformerReader
from qa.readers.windows import (
    MAX_ANSWER_TOKENS,
    Found,
    Ids,
    Logits,
    Score,
    find_findings,
    find_spans,
    trim,
    with_windows,
)
from qa.types import Passage, Span
from tests.builders import article, passage
from tests.tiny_reader import pack, write_reader

TEXT = "Juru bicara Kremlin, Dmitri Peskov, bicara di Moskwa pada Senin pagi."
BUNDLED = MODELS / "reader"


def word_pieces(pieces: Sequence[str]) -> Tokenizer:
    """A tokenizer of these pieces, as BERT's; `[UNK]`, `[CLS]` and `[SEP]` are among them."""
    vocabulary = {piece: at for at, piece in enumerate(pieces)}
    made = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106 - no password
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    made.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, vocabulary[token]) for token in ("[CLS]", "[SEP]")],
    )
    return made


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """A tokenizer of a few words, as BERT's."""
    words = "juru bicara kremlin , dmitri peskov di moskwa pada senin pagi . siapa ?"
    known = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words.split()]
    return word_pieces(known)


@pytest.fixture(scope="module")
def folder(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with random weights, as transformers saves it."""
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("tiny")
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    BertForQuestionAnswering(config).save_pretrained(path)
    _fast(tokenizer).save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny reader."""
    return write_reader(tmp_path_factory.mktemp("tiny") / "reader")


@pytest.fixture(scope="module", params=["transformer", "bundled", "tiny"])
def reader(request: pytest.FixtureRequest, folder: Path, tiny: Path) -> Reader:
    """Each kind of reader."""
    names = {"transformer": str(folder), "bundled": "bundled", "tiny": str(tiny)}
    return open_reader(names[request.param])


def _fast(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        model_max_length=128,
        **{f"{name}_token": f"[{name.upper()}]" for name in ("cls", "sep", "pad", "unk", "mask")},
    )


def pointing(tokenizer: Tokenizer, start: str, end: str, null: float = 0.0) -> Score:
    """A model that likes one token as a start and one as an end, 5 each."""
    first, last = tokenizer.token_to_id(start), tokenizer.token_to_id(end)

    def score(ids: Ids, mask: Ids, types: Ids) -> tuple[Logits, Logits, NDArray[np.float32]]:
        assert mask.shape == types.shape == ids.shape
        starts = np.where(ids == first, 5.0, -5.0).astype(np.float32)
        ends = np.where(ids == last, 5.0, -5.0).astype(np.float32)
        starts[:, 0] = ends[:, 0] = null
        return starts, ends, np.zeros(len(ids), dtype=np.float32)

    return score


def test_best_span_is_found_and_scored(tokenizer: Tokenizer) -> None:
    """Score is the sum of start and end, null that of the first token."""
    score = pointing(tokenizer, "dmitri", "peskov", null=1.5)
    found = find_spans(with_windows(tokenizer, 128), score, ["Siapa?"], [TEXT])
    start = TEXT.index("Dmitri")
    # The best span beside it begins and ends with tokens that the model does not like.
    assert found == [Found(start, start + len("Dmitri Peskov"), 10.0, 3.0, -10.0)]


def test_question_is_never_the_answer(tokenizer: Tokenizer) -> None:
    """A token of the question scores as high as it likes."""
    score = pointing(tokenizer, "siapa", "siapa")
    (found,) = find_spans(with_windows(tokenizer, 128), score, ["Siapa Siapa?"], ["Moskwa pagi"])
    assert found is not None
    assert found.score < 0


def test_a_span_ends_where_a_word_and_its_marks_do() -> None:
    """A token may end within a word, and before a mark that belongs to its last letter."""
    made = word_pieces(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "pes", "##kov", "rene", "siapa"])
    score = pointing(made, "pes", "pes")
    (found,) = find_spans(with_windows(made, 64), score, ["Siapa"], ["Peskov"])
    assert found is not None
    assert (found.start, found.end) == (0, 6)
    text = "Rene\u0301"
    (found,) = find_spans(with_windows(made, 64), pointing(made, "rene", "rene"), ["Siapa"], [text])
    assert found is not None
    assert text[found.start : found.end] == text


def test_no_span_runs_over_the_end_of_a_headline(tokenizer: Tokenizer) -> None:
    """Though no blank line parts it from the story; within either it is found."""
    text = "Peskov di Moskwa\nMoskwa, Senin pagi"
    of = article(text, title="Peskov di Moskwa")
    score = pointing(tokenizer, "moskwa", "senin")
    window = with_windows(tokenizer, 64)
    (found,) = find_findings(window, score, ["Siapa?"], [passage(of)])
    assert found is not None
    assert found.quote == "Moskwa, Senin"
    assert found.span.start > text.index("\n")


def test_end_never_comes_before_start(tokenizer: Tokenizer) -> None:
    """Where the liked end stands first, only one of the two can be used."""
    score = pointing(tokenizer, "peskov", "dmitri")
    (found,) = find_spans(with_windows(tokenizer, 128), score, ["Siapa?"], [TEXT])
    assert found is not None
    assert found.score == 0.0


def test_answer_has_a_longest_length(tokenizer: Tokenizer) -> None:
    """Start and end further apart than allowed do not pair."""
    score = pointing(tokenizer, "dmitri", "moskwa")
    between = "bicara " * (MAX_ANSWER_TOKENS - 2)
    window = with_windows(tokenizer, 128)
    (near,) = find_spans(window, score, ["Siapa?"], [f"Dmitri {between}Moskwa"])
    (far,) = find_spans(window, score, ["Siapa?"], [f"Dmitri {between}bicara Moskwa"])
    assert near is not None
    assert far is not None
    assert (near.score, far.score) == (10.0, 0.0)


def test_long_passage_is_read_to_its_end(tokenizer: Tokenizer) -> None:
    """The answer stands in a window far behind the first."""
    text = "bicara " * 500 + TEXT
    score = pointing(tokenizer, "dmitri", "peskov")
    (found,) = find_spans(with_windows(tokenizer, 128), score, ["Siapa?"], [text])
    assert found is not None
    assert text[found.start : found.end] == "Dmitri Peskov"


def test_best_window_has_the_largest_margin(tokenizer: Tokenizer) -> None:
    """A high score loses where "not here" scores as high in the same window."""
    liked, other = tokenizer.token_to_id("peskov"), tokenizer.token_to_id("moskwa")

    def score(ids: Ids, _mask: Ids, _types: Ids) -> tuple[Logits, Logits, NDArray[np.float32]]:
        logits = np.where(ids == liked, 6.0, np.where(ids == other, 5.0, -5.0))
        logits[:, 0] = np.where((ids == liked).any(axis=1), 4.0, 0.0)
        scores = logits.astype(np.float32)
        return scores, scores, np.zeros(len(ids), dtype=np.float32)

    text = "peskov" + " bicara" * 300 + " moskwa"
    (found,) = find_spans(with_windows(tokenizer, 64), score, ["Siapa?"], [text])
    assert found == Found(len(text) - 6, len(text), 10.0, 0.0, -10.0)


def test_a_rival_says_something_else(tokenizer: Tokenizer) -> None:
    """Another mention of the answer is none; the next best name is."""
    first, second = tokenizer.token_to_id("peskov"), tokenizer.token_to_id("moskwa")

    def score(ids: Ids, _mask: Ids, _types: Ids) -> tuple[Logits, Logits, NDArray[np.float32]]:
        logits = np.where(ids == first, 4.0, np.where(ids == second, 1.0, -9.0)).astype(np.float32)
        return logits, logits, np.full(len(ids), 2.5, dtype=np.float32)

    window = with_windows(tokenizer, 64)
    text = "Peskov bicara , Peskov bicara di Moskwa"
    (found,) = find_spans(window, score, ["Siapa?"], [text])
    assert found == Found(0, 6, 8.0, -18.0, 2.0, 2.5)
    (alone,) = find_spans(window, score, ["Siapa?"], ["Peskov"])
    assert alone is not None
    assert alone.rival == -np.inf


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("dimoskwa moskwa", "moskwa"),  # Not from inside a word, though it comes first.
        ("bicara\n\nmoskwa pagi", "moskwa pagi"),  # Not over a blank line.
        ("bicara\nmoskwa pagi", "bicara\nmoskwa pagi"),
        ("di 東京都", "東京都"),  # Where words begin is not seen in scripts without spaces.
    ],
)
def test_a_span_begins_with_a_word_and_stays_in_its_paragraph(text: str, answer: str) -> None:
    """Of a model that likes the middle of words and long answers."""
    pieces = [
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "di",
        "##moskwa",
        "moskwa",
        "bicara",
        "pagi",
        "東",
        "京",
        "都",
    ]
    liked = {"##moskwa": 6.0, "moskwa": 5.0, "bicara": 5.5, "京": 5.0, "東": 5.5}
    made = word_pieces(pieces)

    def score(ids: Ids, _mask: Ids, _types: Ids) -> tuple[Logits, Logits, NDArray[np.float32]]:
        starts = np.array([[liked.get(pieces[id_], 0.0) for id_ in row] for row in ids], np.float32)
        ends = np.broadcast_to(np.arange(ids.shape[1], dtype=np.float32), ids.shape)
        return starts, ends, np.zeros(len(ids), dtype=np.float32)

    (found,) = find_spans(with_windows(made, 64), score, ["pagi"], [text])
    assert found is not None
    assert text[found.start : found.end] == answer


def test_a_score_depends_on_nothing_beside_it(tiny: Path) -> None:
    """Each passage gets the same numbers alone, among others, and on one thread."""
    texts = [TEXT, "Harga beras menjadi 300 rupiah. Harga gula 500.", TEXT * 3, "Riga: 7 Mei, Ani."]
    passages = [passage(article(text)) for text in texts] * 3
    questions = ["Siapa juru bicara Kremlin?"] * len(passages)
    for folder in (BUNDLED, tiny):
        together = OnnxReader.open(folder).read(questions, passages)
        reader = OnnxReader.open(folder, threads=1)
        alone = [reader.read(questions[:1], [each])[0] for each in passages]
        assert together == alone


def test_order_and_count_are_kept(tokenizer: Tokenizer) -> None:
    """Sorting by length inside does not show outside; an empty text answers nothing."""
    score = pointing(tokenizer, "moskwa", "moskwa")
    texts = ["bicara " * 40 + "Moskwa", "", "Moskwa", "bicara Moskwa", " \n"]
    found = find_spans(with_windows(tokenizer, 128), score, ["Di mana?"] * 5, texts)
    starts = [None if at is None else at.start for at in found]
    assert starts == [280, None, 0, 7, None]
    assert find_spans(with_windows(tokenizer, 128), score, [], []) == []


def test_uneven_lists_are_refused(tokenizer: Tokenizer) -> None:
    """A question without a passage is the caller's mistake."""
    with pytest.raises(ValueError, match="2 questions for 1 text"):
        find_spans(with_windows(tokenizer, 64), pointing(tokenizer, "di", "di"), ["a", "b"], ["c"])


def test_findings_are_in_article_coordinates(tokenizer: Tokenizer) -> None:
    """The passage starts in the middle of its article."""
    of = article(f"Baris pertama.\n{TEXT}")
    score = pointing(tokenizer, "moskwa", "moskwa")
    (found,) = find_findings(with_windows(tokenizer, 64), score, ["Di mana?"], [passage(of, TEXT)])
    assert found is not None
    assert of.text[found.span.start : found.span.end] == "Moskwa"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" Moskwa, ", "Moskwa"),
        ("Moskwa.", "Moskwa"),
        ("pukul 5 a.m.", "pukul 5 a.m."),
        ("“Perang dan Damai", "Perang dan Damai"),
        ("“Perang dan Damai”", "“Perang dan Damai”"),
        ("NATO)", "NATO"),
        ("(NATO)", "(NATO)"),
        ("Perserikatan Bangsa-Bangsa (PBB)", "Perserikatan Bangsa-Bangsa (PBB)"),
        ("-5°", "5°"),
        ("3,2 meter ➡", "3,2 meter"),
        ("3,2 meter ➡\ufe0f", "3,2 meter"),
        ("⚠\ufe0f Rina Karta 👩\u200d👧", "Rina Karta"),
        ("▶ 36°C ◀", "36°C"),
        ("$5", "$5"),
        ("Jose\u0301", "Jose\u0301"),
        ("हिन्दी", "हिन्दी"),
        ("➡\ufe0f", ""),
        ("...", ""),
        ("", ""),
    ],
)
def test_trim(text: str, kept: str) -> None:
    """Stray marks go, those that belong to the answer stay."""
    start, end = trim(text, 0, len(text))
    assert text[start:end] == kept


MARKS = st.text(st.sampled_from("ab .,'\"()“”«»…-"), max_size=30)


@given(MARKS)
def test_trimming_twice_changes_nothing(text: str) -> None:
    """What is left needs no more trimming, and has no white space at its edges."""
    start, end = trim(text, 0, len(text))
    assert trim(text, start, end) == (start, end)
    assert text[start:end] == text[start:end].strip()


@settings(max_examples=60, deadline=None)
@given(
    question=st.text(max_size=40),
    text=st.text(
        st.characters() | st.sampled_from("e\u0301 \u0130ß𝄞\ud800\u200b中ก"), max_size=400
    ),
    before=st.text(max_size=10),
)
def test_any_text_gives_a_span_inside_its_passage(
    reader: Reader, question: str, text: str, before: str
) -> None:
    """Astral, combining, control and lone surrogate characters keep offsets exact."""
    of = article(before + text)
    inner = Passage(0, of, Span(len(before), len(before) + len(text)))
    (found,) = reader.read([question], [inner])
    if found is not None:
        assert inner.span.start <= found.span.start < found.span.end <= inner.span.end
        words = of.text[found.span.start : found.span.end]
        assert words == words.strip()
        assert np.isfinite([found.score, found.null]).all()


@pytest.mark.parametrize("question", ["apa kabar " * 10_000, "是谁" * 1_000, "?" * 5_000])
def test_a_question_of_any_length_is_read(reader: Reader, question: str) -> None:
    """Its beginning, that is; the passage has room beside it."""
    assert len(reader.read([question], [Passage(0, article("Ani."), Span(0, 4))])) == 1


def test_a_pair_reads_alike_alone_and_among_others(reader: Reader) -> None:
    """Padding and batching leave the span alone and move scores by rounding only."""
    texts = [TEXT, "Moskwa.", TEXT * 3, "Dmitri Peskov bicara pada Senin."]
    passages = [passage(article(text)) for text in texts]
    questions = ["Siapa juru bicara Kremlin?"] * 4
    together = reader.read(questions, passages)
    for question, one, found in zip(questions, passages, together, strict=True):
        (alone,) = reader.read([question], [one])
        assert (found is None) == (alone is None)
        if found and alone:
            assert found.margin == pytest.approx(alone.margin, abs=1e-3)


def test_reader_names_its_weights(reader: Reader) -> None:
    """An id is stable and holds a fingerprint."""
    assert len(reader.id.rpartition("-")[2]) == 12
    assert 0 <= reader.calibration.unsure <= reader.calibration.answered <= 1


def test_other_weights_have_another_id(folder: Path, tmp_path: Path, tokenizer: Tokenizer) -> None:
    """The same name does not hide that a model was trained on."""
    model = BertForQuestionAnswering.from_pretrained(folder)
    torch.nn.init.constant_(model.qa_outputs.bias, 3.0)
    other = tmp_path / folder.name
    model.save_pretrained(other)
    _fast(tokenizer).save_pretrained(other)
    assert TransformerReader(str(other)).id != TransformerReader(str(folder)).id


def test_transformer_says_it_is_uncalibrated(folder: Path) -> None:
    """Its probability is the margin as log-odds."""
    assert open_reader(str(folder)).calibration == UNCALIBRATED


def test_absent_model_says_what_to_do(tmp_path: Path) -> None:
    """A path that is none, without asking any server."""
    with pytest.raises(ModelError, match="No folder"):
        open_reader(str(tmp_path / "absent"))


def test_model_without_a_span_head_is_refused(tmp_path: Path, tokenizer: Tokenizer) -> None:
    """A plain encoder would answer at random."""
    config = BertConfig(
        vocab_size=300,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
    )
    BertModel(config).save_pretrained(tmp_path)
    _fast(tokenizer).save_pretrained(tmp_path)
    with pytest.raises(ModelError, match=r"lacks qa_outputs.bias, qa_outputs.weight"):
        TransformerReader(str(tmp_path))


def test_a_reader_opens_by_name_or_by_the_folder_that_holds_it(tiny: Path) -> None:
    """Whatever ships goes by one name."""
    assert open_reader("bundled").id == OnnxReader.open(BUNDLED).id
    assert open_reader(str(tiny)).id == OnnxReader.open(tiny).id


def test_packed_vectors_are_unpacked_as_they_were() -> None:
    """Every number that four bits hold, in each half of a byte."""
    numbers = np.random.default_rng(1).integers(-8, 8, size=(5, 3 * BLOCK))
    assert (unpack(pack(numbers)) == numbers).all()


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Siapa juru bicara Kremlin?", TEXT, "Dmitri Peskov"),
        ("Kapan juru bicara Kremlin bicara?", TEXT, "Senin"),
        ("Berapa harga beras?", "Harga beras menjadi 300 rupiah. Harga gula 500.", "300"),
        ("What was set up in 1963?", "The hotline was set up in 1963.", "hotline"),
    ],
)
def test_the_tiny_reader_follows_its_rule(
    tiny: Path, question: str, text: str, answer: str
) -> None:
    """What is asked for, near the question's words; what another text holds is not here."""
    reader = OnnxReader.open(tiny)
    found, other = reader.read(
        [question] * 2, [passage(article(each)) for each in (text, "Riga: 7 Mei, Ani.")]
    )
    assert found is not None
    assert other is not None
    assert found.quote == answer
    assert found.margin > 0 > other.margin


def _write(folder: Path, config: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    for name in ("reader.onnx", "tokens.npy", "tokenizer.json"):
        (folder / name).write_text("{", encoding="utf-8")
    return folder


CONFIG: Mapping[str, object] = {
    "name": "tiny",
    "max_tokens": 64,
    "titled": False,
    "sha256": {"reader.onnx": "0" * 64, "tokenizer.json": "0" * 64},
    "calibration": dict.fromkeys(["bias", "margin", "dense", "lexical", "answered", "unsure"], 0.5),
}


@pytest.mark.parametrize(
    "config",
    [
        CONFIG,
        [],
        {},
        {**CONFIG, "sha256": {}},
        {**CONFIG, "max_tokens": "many"},
        {**CONFIG, "calibration": {"bias": 1}},
    ],
)
def test_damaged_folder_is_named(tmp_path: Path, config: object) -> None:
    """Wrong config or files that are no model: one kind of error."""
    with pytest.raises(ModelError, match="is damaged"):
        OnnxReader.open(_write(tmp_path / "reader", config))


@pytest.mark.parametrize("name", ["config.json", "reader.onnx", "tokens.npy", "tokenizer.json"])
def test_absent_file_is_named(tmp_path: Path, tiny: Path, name: str) -> None:
    """Every file of a reader is needed, and the error says in one line how to mend it."""
    folder = tmp_path / "reader"
    shutil.copytree(tiny, folder)
    (folder / name).unlink()
    with pytest.raises(ModelError) as raised:
        OnnxReader.open(folder)
    mend = "install qa again, or name another --reader."
    assert str(raised.value) == f"{folder / name} is not there: {mend}"


@pytest.mark.parametrize("folder", ["empty", "absent"])
def test_a_folder_without_a_reader_is_named(tmp_path: Path, folder: str) -> None:
    """As the bundled one would be, were it not there."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=f"{folder}/config.json is not there: install qa again"):
        OnnxReader.open(tmp_path / folder)


def test_changed_byte_is_noticed(tmp_path: Path) -> None:
    """`verify` compares every file with the digest in the config."""
    with pytest.raises(ModelError, match="is damaged"):
        reader_files(_write(tmp_path / "reader", CONFIG)).verify()


def test_shipped_reader_is_whole() -> None:
    """The files are those that training wrote."""
    reader_files(BUNDLED).verify()
