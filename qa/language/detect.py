"""The language of a text: by its script, else by its function words, else by py3langid.

The first two decide almost everything a news archive and its readers write, and cost microseconds;
py3langid decides the rest, but takes half a second and 100 MB to load, so it is loaded only then.

Not handled: a text in several languages gets the one that most of its first 1,000 characters are
in; Serbian in Latin letters, and other languages that py3langid is not asked about (`_CONSIDERED`),
get a neighbour's name. Indonesian and Malay share most words: without a telltale it is Indonesian.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import Any

from qa.language.text import encodable

_READ = 1000
# Function words decide alone where the best language has one of its own and leads by half; so they
# name 80 to 100 of 100 questions in these languages, fewer than 1 in 200 of those wrongly.
_ENOUGH = 0.9
_LEAD = 1.5

_SCRIPTS = {
    # Scripts that name a language, or a group that a letter or word tells apart further down.
    "latin": "A-Za-zªº\u00c0-\u024f\u1e00-\u1eff",
    "cyrillic": "\u0400-\u052f",
    "arabic": "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff",
    "devanagari": "\u0900-\u0963",
    "bengali": "\u0980-\u09ff",
    "zh": "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af",
    "ja": "\u3041-\u3096\u30a1-\u30fa",
    "ko": "\u1100-\u11ff\uac00-\ud7a3",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "he": "\u05d0-\u05ea",
    "hy": "\u0531-\u0587",
    "ka": "\u10a0-\u10ff",
    "am": "\u1200-\u137f",
    "pa": "\u0a00-\u0a7f",
    "gu": "\u0a80-\u0aff",
    "or": "\u0b00-\u0b7f",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cff",
    "ml": "\u0d00-\u0d7f",
    "si": "\u0d80-\u0dff",
    "th": "\u0e01-\u0e4e",
    "lo": "\u0e81-\u0ece",
    "my": "\u1000-\u109f",
    "km": "\u1780-\u17d3",
}
_LETTERS = {name: re.compile(f"[{letters}]") for name, letters in _SCRIPTS.items()}
_SHARED = frozenset({"latin", "cyrillic", "arabic", "devanagari", "bengali"})

# About the forty most frequent words of each language in NTREX-128, names left out, with its words
# for asking. A word that several languages use counts for each by its share.
_COMMON = {
    "id": """
        yang dan di untuk pada dengan dari ini akan dalam tidak mereka dia itu orang telah hari
        tahun saya mengatakan ke tersebut lebih saat sebuah para oleh seorang adalah setelah kami
        menjadi sebagai kepada satu kita anda beberapa dapat sangat ada atau juga sudah antara
        serta apa apakah siapa siapakah berapa berapakah mana bagaimana bagaimanakah mengapa nama
        jumlah sebutkan jelaskan berada ketika sejak jika jenis kata secara seluruh dilakukan
        dimaksud disebut terjadi terletak memiliki merupakan pertama terbesar dibuat
    """,
    "en": """
        the to of and a in that on for is he said with was as at it his be by has have are but will
        they from not an this who had we their been out after were people would you which her what
        when where why how whom whose did does do many much there name
    """,
    "es": """
        de que la el en a y los un se del una las para con su por no al es más lo ha como dijo pero
        sus después cuando años sobre personas si este había han le sin fue está ya según todo qué
        quién quiénes cuándo dónde cuánto cuántos cuántas cuál cuáles cómo son era
    """,
    "fr": """
        de la le à les a et des en que du un dans une qui pour au il sur ont pas plus est ce se par
        son été nous ne mais avec je qu'il aux sont sa après fait d'une leur cette ses quel quelle
        quels quelles quand où combien comment pourquoi était y quoi lequel
    """,
    "de": """
        der de die und in zu von den dass das mit er für sie im eine auf dem des sich ein als ist
        nicht es an am ich bei um einer wurde werden nach einen einem über vor aus wir war haben
        wird wie sind wer wann wo warum welche welcher welches viele was wem wen
    """,
    "nl": """
        de van het een in en dat te op zijn voor is hij die om met ze niet zei aan ik maar als
        heeft door was naar over we er uit hebben worden bij hun deze werd zou zich wordt of tot
        ook dit wie wat waar wanneer hoeveel waarom welke hoe
    """,
    "pt": """
        de a o que e do da para um em os no uma com na se as não dos é por mais ao à como foi seu
        mas sua das sobre nos quando anos após ser pessoas ter nas seus disse numa quem onde
        quantos quantas quanto qual quais porque são pelo pela
    """,
    "it": """
        di che il la e ha a in per un è del i una le della non con si da sono nel al alla più ma
        hanno stato dei delle gli come dopo nella suo essere lo degli loro alle cui quando chi dove
        quanti quanto quante quale quali perché cosa era qual
    """,
    "ro": """
        de a în și la să că din o care un pentru cu pe au nu se mai este fost ce lui al s va spus
        după sunt fi ar ca când am vor ani dar i el într acesta dintre acest cine unde cât câți
        câte
    """,
    "sv": """
        att i och en som för på av det är till var med har han de den om ett inte jag men från sa
        sig vi efter när hade kan skulle sin hon sade under hans ha så mot över upp enligt vem vad
        hur många vilken vilket
    """,
    "da": """
        da at i og en på af det er for til de der med som den han har et ikke om sagde fra var jeg
        men blev efter vil vi ved kan sig deres over havde hans hun være så ville hvor år hvem hvad
        hvornår mange hvilken hvilket hvorfor
    """,
    "no": """
        av og i det er på for til som den han har et ikke om sa fra var jeg men ble etter vil vi
        ved kan seg deres hadde hans hun være så hvor år hvem hva når mange hvilken hvilket hvorfor
        noe
    """,
    "fi": """
        ja on että hän ei oli joka mutta ovat mukaan kun hänen sanoi se ole sen kanssa myös sanoo
        kuin tai vuonna he jotka voi ennen vain tämä kuitenkin siitä koska yli vuoden kuka mikä
        missä milloin kuinka monta miksi ketkä
    """,
    "hu": """
        a az és hogy egy nem is szerint azt meg el volt mondta több mint ki azonban amikor majd már
        ez ha aki csak amely még kell van be úgy vagy két pedig miatt így hol mikor hány miért
        milyen melyik
    """,
    "pl": """
        w i na z się że do nie o to jest powiedział po jak przez od a tym roku jego co który za dla
        które gdy ale tego osób przed są według ze aby może ma czy jednak jej kto kiedy gdzie ile
        dlaczego
    """,
    "cs": """
        a v se na že je z to s o ve do pro ale k si by za jako aby řekl který když co byl po které
        jeho jsou jsem i od která před bude bylo než podle jak ze kdo kdy kde kolik proč
    """,
    "tr": """
        bir ve bu için olarak da daha olan söyledi de sonra çok olduğunu göre ile dedi büyük en
        kadar gibi her iki etti tarafından yeni kim kimdir ne zaman nerede kaç neden hangi nedir
        nasıl
    """,
    "vi": """
        của và một đã các trong có là người cho không với được vào khi tôi những ông rằng tại sẽ
        thể này ở nói về bị để ra năm công đó việc đang ai gì nào bao nhiêu đâu
    """,
    "tl": """
        sa ng na ang mga at ni para isang si hindi ay ito niya nang kanyang may kung siya sabi mula
        dahil ko pero pa mas bilang kanilang habang nito sino ano kailan saan ilan bakit paano
    """,
    "sw": """
        ya na wa katika kwa kuwa la za ni alisema cha wakati kama zaidi lakini siku baada yake
        kutoka watu ili kwenye kwamba mwaka ambayo vya sana wake nchi sasa kura nani nini lini wapi
        ngapi gani je
    """,
    "ru": """
        и в не на что он с по как это его к из за от было был сколько кто где когда какой какая
        какие почему для о она их мы но также
    """,
    "uk": """
        і в не на що він з як це його до за від було був скільки хто де коли який яка чому для про
        вона їх та але також
    """,
    "bg": """
        и в не на че той с по как това го към из за от беше колко кой къде кога каква защо ще се да
        е са но също
    """,
    "jv": """
        ing lan sing kang iku iki ora saka karo marang dening yaiku wis ana kanggo sapa pira piye
        kapan neng apa luwih utawa uga
    """,
    "su": """
        anu jeung nu teu ka ieu eta éta ku sareng saha iraha naon kumaha sabaraha nyaéta dina tina
        pikeun aya keur urang mah
    """,
}
# What one has where the other has another word: log odds above 1.3 over news, questions and NTREX.
_MALAY_HAS = """
    berkata kerana beliau daripada selepas berkenaan bahawa pelbagai sahaja mahu iaitu majlis
    kenyataan syarikat tiada ialah baharu timbalan semasa bagaimanapun sebarang semula peratus kes
    perkhidmatan menerusi sekiranya pengarah tempoh antarabangsa universiti manakala persekutuan
    kebangsaan kos tempatan maklumat kesihatan polis akhbar siasatan projek bandar jawatankuasa
    aktiviti perniagaan setiausaha terutamanya bilion berkuasa rasmi mesyuarat berikutan jawatan
    menyokong berbeza pentadbiran bersetuju perlembagaan bilakah jun julai ogos disember tentera
    askar kerajaan inggeris sepanyol itali jurucakap ditubuhkan diasaskan boleh tarikh khabar
    sempadan ketenteraan cadangan bilangan menghantar dihantar pertubuhan doktor televisyen filem
    muzik beritahu seramai kumpulan pencerobohan saiz apabila perkara berlaku ramai walaupun
    berkaitan pelajar pembangkang pesakit bekas pengerusi supaya awam berbanding golongan kajian
    penularan keselamatan teruk rawatan perubatan ubat dijangka kewangan setakat bekalan wabak
    mengikut suruhanjaya sebahagian hadapan mendakwa mendapati memberitahu susulan agensi kekal
    sekatan menjejaskan pandemik sepatutnya jumaat khamis pasaran sukan kawalan didakwa terbabit
    membabitkan kaedah mangsa peguam pemberita kempen percubaan cabaran menafikan undi pengundi
    kakitangan haiwan talian bertanggungjawab berdepan memandangkan minit peribadi kedudukan cuba
    menyertai pembangunan rakan adakah serangan
"""
_INDONESIAN_HAS = """
    apa saat karena mengatakan bisa persen kapan kapankah pemerintah senin selasa kamis jumat dolar
    perusahaan september bagian miliar rupiah triliun polisi ujar keuangan luas uang agustus jepang
    korban dimaksud kantor kondisi dimana yaitu yakni meski internasional direktur saham berhasil
    partai tewas pekan informasi sedangkan mobil komisi mantan provinsi sempat posisi periode
    mengaku kabupaten pelaku ibukota berbeda beda terlihat investasi upaya lahir listrik pernyataan
    tentara nomor proyek pria gedung kendaraan letak dimanakah manakah usai mengungkapkan
    menambahkan tersangka menit gubernur menciptakan diciptakan nuklir pemberantasan dimulai
    pengadilan layanan akun kebutuhan menyebutkan biaya justru dikutip bisnis diharapkan dilansir
    juni juli desember ternyata desa prajurit didirikan fasilitas lahan senilai apalagi pendiri
    dimiliki pelatih utang lokal revisi kekerasan kesepakatan kecamatan sekretaris pemberontak
    ledakan peran nggak pajak perundingan delapan bandara kinerja dinas kerusuhan ilmuwan angkatan
    karya kecelakaan dibangun aturan menggelar sosok bersenjata padahal adapun sukses enggak impor
    sehat lantaran pidana klub menjabat spanyol pelayanan lantas bahwa kota inggris prancis serikat
    juru bicara rapat kasus tanggal setelah para maret terjadi dokter televisi universitas
    aktivitas ukraina sejumlah sekitar rumah sakit tersebut rusia sepak kepala memiliki berasal
    kedutaan pasukannya masyarakat
"""
_MALAY = frozenset(_MALAY_HAS.split())
_INDONESIAN = frozenset(_INDONESIAN_HAS.split())

_URDU = re.compile("[ٹڈڑےںھہ]")
_PERSIAN = re.compile("[پچژگکی]")
_UKRAINIAN = re.compile("[іїєґ]", re.IGNORECASE)
_RUSSIAN = re.compile("[ыэё]", re.IGNORECASE)

_CONSIDERED = """
    af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu ha he hi hr hu hy id is
    it ja ka kk km kn ko ku ky lo lt lv mg mk ml mn mr ms mt my ne nl no pa pl ps pt ro ru si sk sl
    so sq sr sv sw ta te th tl tr ug uk ur uz vi xh yo zh zu
"""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def _languages_by_word() -> dict[str, tuple[str, ...]]:
    table: defaultdict[str, list[str]] = defaultdict(list)
    for language, listed in _COMMON.items():
        for word in dict.fromkeys(listed.split()):
            table[word].append(language)
    for word in _MALAY | _INDONESIAN:
        if "id" not in table[word]:
            table[word].append("id")
    return {word: tuple(languages) for word, languages in table.items()}


_BY_WORD = _languages_by_word()


def detect(text: str) -> str:
    """The language of a text's first 1,000 characters: an ISO 639-1 code, "und" if without letters.

    Deterministic and safe to call from several threads.
    """
    read = encodable(text[:_READ])
    script = _script(read)
    if script is None:
        return "und"
    if script not in _SHARED:
        return script
    by_letters = _by_letters(script, read)
    if by_letters is not None:
        return by_letters
    found = _by_words(read) or _model().classify(read)[0]
    return _indonesian_or_malay(read) if found in ("id", "ms") else str(found)


def _script(text: str) -> str | None:
    """The script that most letters are in; kana makes Han Japanese, so it comes out as `ja`."""
    if text.isascii():
        return "latin" if _LETTERS["latin"].search(text) else None
    counts = {name: len(letters.findall(text)) for name, letters in _LETTERS.items()}
    if counts["ja"]:
        counts["ja"] += counts["zh"]
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def _by_letters(script: str, text: str) -> str | None:
    """The language that a letter of its own gives away, for the commonest of a script."""
    if script == "cyrillic":
        ukrainian, russian = (len(p.findall(text)) for p in (_UKRAINIAN, _RUSSIAN))
        if ukrainian != russian and min(ukrainian, russian) == 0:
            return "uk" if ukrainian else "ru"
    if script == "arabic":
        if _URDU.search(text):
            return "ur"
        return "fa" if _PERSIAN.search(text) else "ar"
    return None


def _by_words(text: str) -> str | None:
    """The language whose function words a text holds, if it leads clearly."""
    scores: defaultdict[str, float] = defaultdict(float)
    for match in _WORD.finditer(text.lower().replace("’", "'")):
        languages = _BY_WORD.get(match.group(), ())
        for language in languages:
            scores[language] += 1 / len(languages)
    if not scores:
        return None
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return ranked[0][0] if ranked[0][1] >= max(_ENOUGH, _LEAD * second) else None


def _indonesian_or_malay(text: str) -> str:
    words = _WORD.findall(text.lower())
    malay = sum(word in _MALAY for word in words)
    return "ms" if malay > sum(word in _INDONESIAN for word in words) else "id"


@lru_cache(maxsize=1)
def _model() -> Any:
    """py3langid's classifier over the languages considered, loaded when first needed."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(_CONSIDERED.split())
    return identifier
