"""Encoders: the bundled static one, any static folder, any sentence-transformers model."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense, Normalize, StaticEmbedding
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from qa.encoders import BUNDLED_FOLDER, lasting, open_encoder, verify_encoder
from qa.encoders.sentence import SentenceEncoder
from qa.encoders.static import CONFIG, TOKENIZER, WEIGHTS, StaticEncoder, fingerprint, recorded
from qa.errors import ModelError
from qa.network import ModelFolder, Tokens
from qa.protocols import Encoder
from qa.settings import BUNDLED, DEEP
from tests.faults.small import write_encoder
from tests.tiny_deep import write_deep
from tests.tiny_reader import write_reader
from tests.work import is_linear

TEXTS = [
    "Siapa juru bicara istana?",
    "Pasar baru dibuka\n\nGubernur membuka pasar baru pada 30/1/2022, kata warga.",
    "The mayor said: “no comment” — twice.",
    "Кто пресс-секретарь президента?",
    "市长昨天开了新市场。",
    "市場は昨日開きました。",
    "من هو المتحدث باسم الرئاسة؟",
    "राष्ट्रपति के प्रवक्ता कौन हैं?",
    "ใครคือโฆษก",
    "zero\u200bwidth, soft\u00adhyphen, e\u0301 and ﬁve",
    "a\x1cb\tc\x85d\u2028e\u3000f",
]
WORDS = ["pasar", "baru", "kota", "warga", "datang"]


@pytest.fixture(scope="module")
def bundled() -> StaticEncoder:
    """The encoder that ships with qa."""
    return StaticEncoder.open(BUNDLED_FOLDER)


@pytest.fixture(scope="module")
def reference() -> SentenceTransformer:
    """The same folder, as sentence-transformers reads it."""
    return SentenceTransformer(str(BUNDLED_FOLDER))


def save_model(folder: Path, *modules: object, scale: float = 1.0) -> Path:
    """Save a model of five known words, with further modules behind its vectors."""
    vocabulary = {word: number for number, word in enumerate(["[UNK]", *WORDS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))  # noqa: S106 -- no password
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.random.default_rng(0).normal(size=(len(vocabulary), 8)).astype(np.float32)
    weights[0] = 0
    static = StaticEmbedding(tokenizer, embedding_weights=weights * np.float32(scale))
    model = SentenceTransformer(modules=[static, *modules], device="cpu")  # type: ignore[list-item]
    model.save(str(folder), create_model_card=False)
    return folder


@pytest.fixture(scope="module")
def static_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small static model of another tokenizer, as sentence-transformers saves it."""
    return save_model(tmp_path_factory.mktemp("static"), Normalize())


@pytest.fixture(scope="module")
def dense_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model that only torch can run, with a prompt for queries."""
    folder = save_model(tmp_path_factory.mktemp("dense"), Dense(8, 4))
    path = folder / "config_sentence_transformers.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "prompts": {"query": "kota ", "document": ""}}))
    return folder


@pytest.fixture(scope="module")
def deep_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny deep encoder beside the reader whose tokens it shares."""
    folder = tmp_path_factory.mktemp("deep")
    return write_deep(folder / "deep", write_reader(folder / "reader"))


@pytest.fixture(scope="module")
def deep() -> Encoder:
    """The deep encoder that ships with qa."""
    return open_encoder(DEEP)


@pytest.fixture(scope="module", params=["bundled", "static", "sentence", "tiny deep", "deep"])
def encoder(
    request: pytest.FixtureRequest, static_folder: Path, dense_folder: Path, deep_folder: Path
) -> Encoder:
    """Each kind of encoder, for what holds of all."""
    names = {
        "bundled": BUNDLED,
        "static": str(static_folder),
        "sentence": str(dense_folder),
        "tiny deep": str(deep_folder),
        "deep": DEEP,
    }
    return open_encoder(names[request.param])


def test_every_encoder_gives_unit_vectors_in_order(encoder: Encoder) -> None:
    """Shape, type and length hold; a text's vector does not depend on its neighbours."""
    texts = ["pasar baru", "kota", "warga datang baru"]
    for encode in (encoder.encode_passages, encoder.encode_questions):
        vectors = encode(texts)
        assert vectors.shape == (3, encoder.dim)
        assert vectors.dtype == np.float32
        assert vectors.flags.c_contiguous
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(encode(texts[::-1])[::-1], vectors, atol=1e-6)
        assert encode([]).shape == (0, encoder.dim)


def test_half_a_character_is_encoded_as_an_unknown_one(encoder: Encoder) -> None:
    """A lone surrogate, as an argument that is not UTF-8 brings it, is no reason to fail."""
    np.testing.assert_array_equal(
        encoder.encode_questions(["pasar \udcff"]), encoder.encode_questions(["pasar \ufffd"])
    )


def test_every_encoder_has_a_stable_id(encoder: Encoder) -> None:
    """A name, and sixteen digits of its weights."""
    name, _, digits = encoder.id.rpartition("@")
    assert name
    assert len(digits) == 16


def test_the_bundled_vectors_are_those_of_sentence_transformers(
    bundled: StaticEncoder, reference: SentenceTransformer
) -> None:
    """The same folder gives equal vectors either way, in every script."""
    np.testing.assert_allclose(
        bundled.encode_passages(TEXTS), reference.encode(TEXTS), rtol=0, atol=1e-5
    )


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_caching_words_changes_no_vector(
    bundled: StaticEncoder, reference: SentenceTransformer, text: str
) -> None:
    """Whatever the characters, a text's tokens are those of its words."""
    np.testing.assert_allclose(
        bundled.encode_passages([text]), reference.encode([text]), rtol=0, atol=1e-5
    )


def test_text_of_no_known_token_is_a_zero_vector(bundled: StaticEncoder) -> None:
    """Nothing, white space, marks alone and letters never seen."""
    assert not bundled.encode_questions(["", " \n", "?! …", "\U00010330\U00010331"]).any()


@pytest.mark.parametrize("name", [BUNDLED, DEEP])
def test_the_bundled_encoders_find_meaning_across_languages(name: str) -> None:
    """An English question is closest to the Indonesian passage that answers it."""
    encoder = open_encoder(name)
    passages = [
        "Harga beras naik di pasar sejak bulan lalu, kata para pedagang.",
        "Tim nasional sepak bola menang dua gol tanpa balas.",
        "Gempa bumi merusak puluhan rumah di pulau itu.",
    ]
    questions = ["Why did the price of rice go up?", "Who won the football match?"]
    scores = encoder.encode_questions(questions) @ encoder.encode_passages(passages).T
    assert scores.argmax(axis=1).tolist() == [0, 1]


def test_the_recorded_fingerprint_is_that_of_the_files(bundled: StaticEncoder) -> None:
    """What lies in the repo is what was trained, and it fits the 20 MB it may have."""
    assert recorded(BUNDLED_FOLDER) == fingerprint(BUNDLED_FOLDER)
    assert bundled.id.endswith(fingerprint(BUNDLED_FOLDER)[:16])
    files = [path for path in BUNDLED_FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 20_000_000


@pytest.mark.parametrize("unit", ["a", "-", "市", "\u0301"])
def test_hostile_text_is_encoded_in_linear_time(bundled: StaticEncoder, unit: str) -> None:
    """Of 100,000 characters without a space, of one letter, of marks, or of accents."""
    assert is_linear(lambda text: bundled.encode_passages([f"e{text}"]), unit)


def test_the_cache_is_emptied_before_it_grows_without_bound() -> None:
    """An encoder that may hold few characters gives the same vectors."""
    opened = StaticEncoder.open(BUNDLED_FOLDER)
    small = StaticEncoder.open(BUNDLED_FOLDER, most_cached_chars=10)
    for text in TEXTS:
        np.testing.assert_array_equal(small.encode_passages([text]), opened.encode_passages([text]))


def test_a_static_folder_is_opened_without_torch(static_folder: Path) -> None:
    """Any StaticEmbedding model gives its own vectors, and no torch is imported for it."""
    encoder = open_encoder(str(static_folder))
    assert isinstance(encoder, StaticEncoder)
    expected = SentenceTransformer(str(static_folder)).encode(["pasar baru asing", "kota"])
    np.testing.assert_allclose(
        encoder.encode_passages(["pasar baru asing", "kota"]), expected, atol=1e-6
    )
    code = (
        "import sys; from qa.encoders import open_encoder;"
        "[open_encoder(name).encode_questions(['pasar']) for name in sys.argv[1:]];"
        "print(sorted({'torch', 'transformers', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code, BUNDLED, DEEP, str(static_folder)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert done.stdout.strip() == "[]"


def test_an_id_changes_with_the_weights(tmp_path: Path) -> None:
    """A static model and one that torch runs, each against itself with other weights."""
    for modules in ([Normalize()], [Dense(8, 8)]):
        one = open_encoder(str(save_model(tmp_path / "a" / "model", *modules)))
        same = open_encoder(str(save_model(tmp_path / "a" / "model", *modules)))
        other = open_encoder(str(save_model(tmp_path / "b" / "model", *modules, scale=2)))
        assert one.id == same.id
        assert one.id.rpartition("@")[2] != other.id.rpartition("@")[2]


def test_a_folder_keeps_its_name_and_place_wherever_one_stands(
    static_folder: Path, dense_folder: Path, deep_folder: Path
) -> None:
    """The manifest names it, and may be read from another working directory."""
    for folder in (static_folder, dense_folder):
        with chdir(folder.parent):
            assert lasting(folder.name) == str(folder.resolve())
            assert open_encoder(folder.name).id == open_encoder(str(folder)).id
    with chdir(deep_folder.parent):
        for name in (BUNDLED, DEEP, "owner/model"):
            assert lasting(name) == name


def test_vectors_that_are_no_numbers_are_a_model_error(tmp_path: Path) -> None:
    """Half-precision models overflow; an index of NaN would find nothing."""
    encoder = open_encoder(str(save_model(tmp_path / "model", Dense(8, 4), scale=np.nan)))
    with pytest.raises(ModelError, match="NaN"):
        encoder.encode_passages(["pasar"])


def test_a_models_own_prompts_are_used(dense_folder: Path) -> None:
    """A question is encoded behind the query prompt, a passage as it is."""
    encoder = open_encoder(str(dense_folder))
    assert isinstance(encoder, SentenceEncoder)
    np.testing.assert_allclose(
        encoder.encode_questions(["pasar"]), encoder.encode_passages(["kota pasar"]), atol=1e-6
    )


@pytest.mark.parametrize("name", [WEIGHTS, TOKENIZER, CONFIG])
def test_a_damaged_file_is_named(tmp_path: Path, name: str) -> None:
    """Cut or overwritten files of a static model are model errors that say which."""
    folder = save_model(tmp_path / "model", Normalize())
    (folder / name).write_bytes(b"\x00{")
    with pytest.raises(ModelError, match=name):
        StaticEncoder.open(folder)


def test_a_tokenizer_of_another_model_is_refused(tmp_path: Path) -> None:
    """Its tokens would have no vectors."""
    folder = save_model(tmp_path / "model", Normalize())
    (folder / TOKENIZER).write_bytes((BUNDLED_FOLDER / TOKENIZER).read_bytes())
    with pytest.raises(ModelError, match=r"6 vectors for the \d+ tokens"):
        StaticEncoder.open(folder)


def test_a_model_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    """An absent folder, an empty one, and weights without vectors."""
    with pytest.raises(ModelError, match="bundled"):
        open_encoder(str(tmp_path / "absent"))
    with pytest.raises(ModelError, match="bundled"):
        open_encoder(str(tmp_path))
    with pytest.raises(ModelError, match="No static encoder"):
        StaticEncoder.open(tmp_path)
    with pytest.raises(ModelError, match="No static encoder"):
        fingerprint(tmp_path)


def test_a_damaged_encoder_is_found_by_its_fingerprint(tmp_path: Path) -> None:
    """One more byte in the tokenizer; the bundled one is sound, and other kinds record nothing."""
    verify_encoder(BUNDLED)
    verify_encoder(DEEP)
    verify_encoder("no/such-model")
    copy = tmp_path / "encoder"
    shutil.copytree(BUNDLED_FOLDER, copy)
    with (copy / TOKENIZER).open("ab") as file:
        file.write(b"\n")
    with pytest.raises(ModelError, match="damaged"):
        verify_encoder(str(copy))


def test_a_deep_vector_depends_on_nothing_beside_it(deep: Encoder) -> None:
    """To the last bit: alone, among others, in another order, twice."""
    alone = np.concatenate([deep.encode_passages([text]) for text in TEXTS])
    np.testing.assert_array_equal(deep.encode_passages(TEXTS), alone)
    np.testing.assert_array_equal(deep.encode_passages(TEXTS[::-1] * 2)[: len(TEXTS)], alone[::-1])


def test_a_deep_encoder_tells_questions_from_passages(deep: Encoder) -> None:
    """What it puts before them differs, and both say the same."""
    question, passage = deep.encode_questions(TEXTS[:1]), deep.encode_passages(TEXTS[:1])
    assert 0.8 < float((question @ passage.T).item()) < 0.999


def test_what_says_nothing_is_a_zero_vector_to_a_deep_encoder(deep: Encoder) -> None:
    """White space and marks; a question of them is left to words."""
    assert not deep.encode_questions(["", " \n", "?! …"]).any()


def test_a_text_beyond_the_longest_is_cut(deep_folder: Path) -> None:
    """The tiny one takes 64 tokens, its two ends and the two before the text among them."""
    encoder = open_encoder(str(deep_folder))
    cut = " ".join(["pasar"] * 60)
    np.testing.assert_array_equal(
        encoder.encode_passages([f"{cut} kota kota"]), encoder.encode_passages([cut])
    )


@pytest.mark.parametrize("name", ["encoder.onnx", "../reader/tokens.npy"])
def test_a_damaged_file_of_a_deep_encoder_is_named(tmp_path: Path, name: str) -> None:
    """By checking every byte; and by use, where it cannot be read at all."""
    folder = write_deep(tmp_path / "deep", write_reader(tmp_path / "reader"))
    verify_encoder(str(folder))
    path = folder / name
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelError, match=f"{path.name} is damaged"):
        verify_encoder(str(folder))
    path.write_bytes(b"nothing")
    with pytest.raises(ModelError, match="is damaged"):
        open_encoder(str(folder)).encode_questions(["pasar"])
    path.unlink()
    with pytest.raises(ModelError, match="is not there"):
        open_encoder(str(folder))


def test_tokens_of_another_network_are_refused(tmp_path: Path) -> None:
    """The reader beside it was replaced by one with other vectors."""
    folder = write_deep(tmp_path / "deep", write_reader(tmp_path / "reader"))
    config = tmp_path / "reader" / CONFIG
    known = json.loads(config.read_text())
    known["sha256"]["tokens.npy"] = "0" * 64
    config.write_text(json.dumps(known))
    with pytest.raises(ModelError, match=r"made for another tokens\.npy"):
        open_encoder(str(folder))


def test_the_id_of_a_deep_encoder_tells_its_bytes_and_its_use(tmp_path: Path) -> None:
    """An index of one is refused by another."""
    folder = write_deep(tmp_path / "deep", write_reader(tmp_path / "reader"))
    path = folder / CONFIG
    known = json.loads(path.read_text())
    ids = {open_encoder(str(folder)).id}
    for changed in (
        {"passage": "text: "},
        {"max_tokens": 32},
        {"sha256": {**known["sha256"], "encoder.onnx": "0" * 64}},
    ):
        path.write_text(json.dumps({**known, **changed}))
        ids.add(open_encoder(str(folder)).id)
    assert len(ids) == 4
    path.write_text(json.dumps({**known, "fusing": {"unknown": 1}}))
    with pytest.raises(ModelError, match=r"config\.json is damaged"):
        open_encoder(str(folder))


@pytest.mark.parametrize("fusing", [{"unknown": 1}, {"within": "0.7"}, {"matched": None}, [1], 1])
def test_fusing_of_a_wrong_kind_is_an_error_that_names_the_file(
    fusing: object, tmp_path: Path
) -> None:
    """Of a static encoder and of a deep one."""
    for folder in (
        write_encoder(tmp_path / "static"),
        write_deep(tmp_path / "deep", write_reader(tmp_path / "reader")),
    ):
        path = folder / CONFIG
        known = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps({**known, "fusing": fusing}))
        with pytest.raises(ModelError, match=re.escape(str(path))):
            open_encoder(str(folder))


def test_tokens_that_two_networks_share_are_loaded_once(tmp_path: Path) -> None:
    """By whichever path each comes to them."""
    reader = write_reader(tmp_path / "reader")
    write_deep(tmp_path / "deep", reader)
    own, other = (
        Tokens.open(ModelFolder(path, "--reader"))
        for path in (reader, tmp_path / "deep" / ".." / "reader")
    )
    assert own.tokenizer() is not other.tokenizer()
    assert own._tokenizer is other._tokenizer
    assert own._packed is other._packed
