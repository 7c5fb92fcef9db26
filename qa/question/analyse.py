"""What a question asks for: the kind of answer its words point to, and the words to look for.

Indonesian, Malay and English are read with care; of Spanish, French, German, Dutch, Portuguese and
Russian only the question words are known. Not handled: questions of several parts, and a question
without a question word, which asks for a thing; yes or no is for `qa.answer.sides`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from qa.language.detect import detect
from qa.language.stem import forms
from qa.language.text import fold, words


class Kind(StrEnum):
    """The kind of answer asked for."""

    PERSON = "person"
    TIME = "time"
    PLACE = "place"
    NUMBER = "number"
    NAME = "name"
    OTHER = "other"  # A thing, a reason, a manner, a definition.


@dataclass(frozen=True, slots=True)
class Question:
    """A question, analysed.

    `keys` are its content words in order, each as the forms that meet it: folded, and stemmed.
    `names` are the places in `keys` of words that look like names or are numbers. `negated` tells
    that it asks for what is not.
    """

    kind: Kind
    keys: tuple[frozenset[str], ...]
    names: frozenset[int]
    negated: bool
    language: str


def _table(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


STOPWORDS = _table("""
    yang dan di ke dari pada untuk dengan dalam oleh akan telah sudah adalah ialah itu ini
    tersebut para sebuah seorang suatu atau juga tidak bukan bisa dapat ada saat ketika sebagai
    kepada terhadap tentang antara serta sang si apa siapa kapan dimana mana kemana darimana
    berapa mengapa kenapa bagaimana bila bilamana dimaksud dimaksudkan nama namanya sebutkan sebut
    disebut dinamakan jelaskan jumlah banyak banyaknya ia dia mereka kami kita saya anda aku nya
    pun lah kah apabila jika agar hingga sampai sejak setelah sebelum selama lalu kini masih hanya
    lebih sangat maka karena sebab bahwa daripada sedang belum lagi saja the a an of in on at to
    for from by with as is are was were be been being do does did has have had will would can
    could may might shall should it its he his she her they their them we our you your i this that
    these those there here and or not no what which who whom whose when where why how many much
    name called s than then into over under about after before during between de la el los las del
    un una en que y se por con su es son fue le les et des du dans une qui est der die das und ist
    den dem ein eine von zu het een van op te o os um uma da em и в на с по
""")
_NEGATIONS = _table("""
    tidak bukan selain kecuali tanpa belum not never except without isn't didn't
""")
_WHO = _table("""
    siapa siapkah who whom whose quien quienes qui wer wem wen quem кто кому кого
""")
_WHEN = _table("""
    kapan bilamana when cuando quand wann wanneer quando когда
""")
_WHERE = _table("""
    dimana dimankah kemana darimana where donde ou wo waar onde где куда откуда
""")
_WHY = _table("""
    mengapa kenapa why pourquoi warum waarom почему porque
""")
_HOW = _table("""
    bagaimana how como comment hoe как
""")
_HOW_MANY = _table("""
    berapa seberapa cuanto cuantos cuanta cuantas combien wieviel hoeveel quanto quantos quanta
    quantas сколько
""")
_MEASURED = _table("""
    many much old long far tall high large big deep fast often heavy wide viele viel
""")
_WHAT = _table("""
    apa what which mana que cual cuales quel quelle quels quelles was welche welcher welches wat
    welk welke qual quais что какой какая какие
""")
_TIMES = _table("""
    tahun tanggal hari bulan abad jam pukul tarikh masa year date day month century decade time
""")
_AMOUNTS = _table("""
    jumlah luas tinggi panjang berat umur usia harga persen persentase kecepatan suhu populasi
    jarak kedalaman bilangan nilai percentage population number age height length price distance
    area
""")
_PLACES = _table("""
    negara kota provinsi pulau desa kabupaten kecamatan ibukota tempat lokasi letak wilayah daerah
    benua gunung sungai negeri bandar country city state town province capital place island
    continent region river location county village
""")
_PEOPLE = _table("""
    presiden menteri ketua penyanyi aktor aktris pendiri penemu penulis pengarang raja ratu sultan
    gubernur bupati pemimpin direktur pelatih pemain tokoh istri suami ayah anak orang jurubicara
    kepala wakil sekretaris president minister king queen actor actress singer author writer
    founder leader director coach player person man woman wife husband father mother scientist
    composer artist
""")
TITLES = _table("""
    presiden setiausaha agung wakil perdana menteri jenderal letnan mayor brigadir kolonel kapten
    laksamana marsekal inspektur komisaris ajun gubernur bupati wali walikota camat lurah ketua
    sekretaris direktur utama umum kepala duta besar juru bicara jurubicara jubir luar dalam
    negeri pertahanan keuangan dr prof drs ir h hj kh sri dokter profesor raja ratu sultan
    pangeran putri kaisar paus uskup pendeta ustaz ustadz imam nabi santo bapak ibu pak bu tuan
    nyonya mantan pelatih bintang aktor aktris penyanyi kanselir menlu menhan menko panglima
    komandan kapolri kapolda hakim jaksa datuk seri tan tun president vice prime minister
    secretary general foreign defence defense chancellor king queen prince princess emperor pope
    bishop sir lord lady mr mrs ms dame senator governor judge justice captain colonel major
    admiral sergeant lieutenant chairman director chief spokesman spokeswoman ambassador coach
    professor doctor st saint
""")
_MEANT = _table("""
    dimaksud dimaksudkan arti artinya definisi pengertian maksud definition meaning mean
""")
_ASKS_FOR = {
    # First in the question wins; `what` and `which` are decided by the noun they go with.
    **dict.fromkeys(_WHO, Kind.PERSON),
    **dict.fromkeys(_WHEN, Kind.TIME),
    **dict.fromkeys(_WHERE, Kind.PLACE),
    **dict.fromkeys(_HOW_MANY, Kind.NUMBER),
    **dict.fromkeys(_WHY | _HOW | _WHAT, Kind.OTHER),
}
_NOUNS = {
    **dict.fromkeys(_TIMES, Kind.TIME),
    **dict.fromkeys(_AMOUNTS, Kind.NUMBER),
    **dict.fromkeys(_PLACES, Kind.PLACE),
    **dict.fromkeys(_PEOPLE, Kind.PERSON),
}


def asks(word: str) -> bool:
    """Whether a folded word asks for something: `siapa`, `siapakah`, `who`."""
    return _bare(word) in _ASKS_FOR


@lru_cache(maxsize=1024)
def analyse(text: str) -> Question:
    """What a question asks for, and which words to look for."""
    language = detect(text)
    raw = [text[span.start : span.end] for span in words(text)]
    folded = [_bare(fold(word)) for word in raw]
    # A word said twice (`kata-kata`) counts once, at its first place.
    keys: dict[frozenset[str], int] = {}
    for at, word in enumerate(folded):
        if word not in STOPWORDS:
            keys.setdefault(forms(word, language), at)
    return Question(
        kind=_asked_for(folded, raw, language),
        keys=tuple(keys),
        names=frozenset(
            key
            for key, at in enumerate(keys.values())
            if raw[at][0].isdecimal() or (at > 0 and raw[at][0].isupper())
        ),
        negated=not _NEGATIONS.isdisjoint(folded),
        language=language,
    )


def _bare(word: str) -> str:
    """A word of a question without the particle -kah (`siapakah`, `negarakah`)."""
    base = word.removesuffix("kah")
    return base if base in _ASKS_FOR or base in _NOUNS else word


def _asked_for(folded: list[str], raw: list[str], language: str) -> Kind:
    """The kind of answer."""
    at = next((at for at, word in enumerate(folded) if word in _ASKS_FOR), None)
    if at is None:
        return Kind.TIME if folded[:1] in (["bila"], ["bilakah"]) else Kind.OTHER
    kind = _ASKS_FOR[folded[at]]
    before = folded[at - 1] if at else ""
    after = [word for word in folded[at + 1 :] if word not in STOPWORDS]
    if folded[at] in _HOW and not _MEASURED.isdisjoint(folded[at + 1 : at + 2]):
        return Kind.NUMBER
    if kind is Kind.NUMBER:
        return Kind.TIME if before in _TIMES else kind
    if kind is Kind.PERSON and after and (_PEOPLE | TITLES).isdisjoint(after):
        named = all(word[0].isupper() for word in raw[at + 1 :])
        return Kind.OTHER if named else kind
    if folded[at] not in _WHAT:
        return kind
    if folded[at] == "mana" and before in ("di", "ke", "dari"):
        return Kind.PLACE
    if not _MEANT.isdisjoint(folded) or folded[at + 1 : at + 2] == ["itu"]:
        return Kind.OTHER
    following = after[0] if after else ""
    bare = folded[at + 1 : at + 2] in (["is"], ["are"]) and folded[at + 2 : at + 3] != ["the"]
    if bare and len(after) <= 2 and following not in _NOUNS:
        return Kind.OTHER
    # `kota mana`, `surat kabar apa`, but `apa kota terbesar`, `which newspaper`.
    behind = language in ("id", "ms") and before and before not in STOPWORDS
    head = before if behind else following
    if head in _NOUNS:
        return _NOUNS[head]
    a_name = behind or folded[at] == "which" or not {"nama", "name"}.isdisjoint(folded)
    return Kind.NAME if a_name else Kind.OTHER
