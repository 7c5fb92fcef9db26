"""Which language a text is found to be in."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.language.detect import detect
from qa.language.stem import has_verb_prefix

EXAMPLES = [
    ("id", "Siapa juru bicara Kremlin?"),
    ("id", "Berapa banyak pasukan yang dikirim ke perbatasan?"),
    ("id", "Kapan rapat itu dimulai?"),
    ("id", "Gubernur mengatakan bahwa jembatan baru akan dibuka pekan depan karena cuaca membaik."),
    ("ms", "Berapakah bilangan tentera yang dihantar ke sempadan?"),
    ("ms", "Siapakah setiausaha agung pertubuhan itu?"),
    ("ms", "Beliau berkata mesyuarat itu ditangguhkan kerana hujan lebat."),
    ("jv", "Sapa sing mimpin rapat iku lan kapan diwiwiti?"),
    ("su", "Saha nu jadi pamingpin di éta kota?"),
    ("en", "Who is the spokesman of the Kremlin?"),
    ("en", "How many troops were sent?"),
    ("es", "¿Quién es el portavoz del Kremlin?"),
    ("fr", "Qui est le porte-parole du Kremlin ?"),
    ("de", "Wer ist der Sprecher des Kremls?"),
    ("nl", "Wie is de woordvoerder van het Kremlin?"),
    ("pt", "Quem é o porta-voz do Kremlin?"),
    ("it", "Chi è il portavoce del Cremlino?"),
    ("tr", "Kremlin sözcüsü kimdir?"),
    ("vi", "Ai là người phát ngôn của Điện Kremlin?"),
    ("ru", "Кто пресс-секретарь Кремля?"),
    ("ru", "Где был подписан этот договор?"),
    ("uk", "Хто є речником Кремля і де він народився?"),
    ("ar", "من هو المتحدث باسم الكرملين؟"),
    ("fa", "سخنگوی کرملین چه کسی است؟"),
    ("ur", "کریملن کا ترجمان کون ہے؟"),
    ("hi", "क्रेमलिन का प्रवक्ता कौन है?"),
    ("zh", "克里姆林宫的发言人是谁？"),
    ("ja", "大統領報道官は誰ですか？"),
    ("ko", "크렘린 대변인은 누구입니까?"),
    ("th", "ใครคือโฆษกของเครมลิน"),
    ("el", "Ποιος είναι ο εκπρόσωπος του Κρεμλίνου;"),
    ("he", "מי דובר הקרמלין?"),
    ("ta", "கிரெம்ளின் செய்தித் தொடர்பாளர் யார்?"),
]


@pytest.mark.parametrize(("language", "text"), EXAMPLES)
def test_a_question_or_sentence_is_enough(language: str, text: str) -> None:
    """One short sentence tells its language."""
    assert detect(text) == language


def test_indonesian_is_the_answer_where_malay_could_be_meant_too() -> None:
    """Words that both languages share are taken for Indonesian."""
    assert detect("Siapa nama orang itu?") == "id"


@pytest.mark.parametrize("text", ["", " \n", "12.345 — 30/11?", "🙂"])
def test_a_text_without_letters_has_no_language(text: str) -> None:
    """Digits and signs tell nothing."""
    assert detect(text) == "und"


def test_a_name_among_other_letters_does_not_decide() -> None:
    """Most letters decide the script."""
    assert detect("Presiden itu lahir di kota 東京 dan tinggal di sana.") == "id"
    assert detect("東京都知事は NATO の会議に出席した。") == "ja"


def test_a_question_with_function_words_loads_no_model() -> None:
    """A cold `qa ask` must not wait half a second for py3langid."""
    code = (
        "import sys; from qa.language.detect import detect\n"
        "found = detect('Siapa juru bicara Kremlin?'), detect('Who spoke for the Kremlin?')\n"
        "print(*found, 'py3langid' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert run.stdout.split() == ["id", "en", "False"]


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=[]), max_size=60))
def test_any_text_has_one_answer(text: str) -> None:
    """The same text gives the same code, of two or three letters, and nothing raises."""
    language = detect(text)
    assert language == detect(text)
    assert language.isalpha()
    assert len(language) in (2, 3)


def test_threads_agree() -> None:
    """Asked from many threads at once, the answers are those of one."""
    texts = [text for _, text in EXAMPLES] * 5
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(detect, texts)) == [language for language, _ in EXAMPLES] * 5


def test_a_verb_is_known_by_its_prefix_and_what_is_left() -> None:
    """What begins so and is none is for who asks to leave out."""
    assert all(map(has_verb_prefix, ["menewaskan", "disambut", "berjalan", "tercatat", "menteri"]))
    assert not any(map(has_verb_prefix, ["orang", "media", "dinas", "5 menit"]))
    assert has_verb_prefix("media", least=3)
