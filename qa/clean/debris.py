"""What a news site leaves in a text beside its prose: patterns, each under the name of its rule.

Forms only; `qa/clean/rules.py` says where they apply. Known are the forms of Indonesian, Malay and
English news. Every repetition is bounded or starts from a literal, so that time is linear.

Not handled: sidebars and comments without a label of their own, debris in other languages.
"""

from __future__ import annotations

import re
from typing import Final

_LONGEST_LINE = 300

_LEAD = r"[\s\[(*>»•·|#–—-]{0,6}"

_SEE_LABEL = (
    r"(?:(?:baca|simak|lihat|tonton|saksikan|dengarkan|ikuti|cek|berita)[ \xa0]{1,3}(?:juga|pula"
    r"|lagi)"
    r"|also[ \xa0]read|read[ \xa0](?:also|more|next)|see[ \xa0]also|don'?t[ \xa0]miss)"
)
_LINES: Final[tuple[tuple[str, str], ...]] = (
    # With a colon a label is a label; without one a sentence stop shows that it was prose.
    (
        "see also",
        rf"{_LEAD}{_SEE_LABEL}(?:[ \xa0](?:video|foto|artikel|berita))?[ \xa0]?:(?!\s*,).*",
    ),
    ("see also", rf"{_LEAD}{_SEE_LABEL}\b(?:.*(?<!\.)(?<!\.[\"”')])|.*\.\.\.)"),
    (
        "see also",
        rf"{_LEAD}(?:baca|simak|lihat|tonton)(?:[ \xa0](?:video|foto|artikel))?[ \xa0]?:(?!\s*,).*",
    ),
    (
        "see also",
        r"(?:simak|lihat|tonton|saksikan)[ \xa0](?:(?:juga|live)[ \xa0])?(?:video|live)\b.*"
        r"(?<!\.)(?<!\.[\"”'])",
    ),
    ("see also", r"(?-i:READ)[ \xa0]{1,3}(?-i:[A-Z0-9\"“]).*(?<![.])"),
    (
        "navigation",
        r"(?:(?:klik|baca|lihat|simak|tonton)[ \xa0](?:berita[ \xa0])?(?:selanjutnya"
        r"|selengkapnya|lengkapnya"
        r"|lanjutan)|baca[ \xa0](?:berita|artikel)[ \xa0](?:selengkapnya|lengkapnya|lanjutan"
        r"|lainnya)).{0,80}",
    ),
    (
        "navigation",
        r"halaman[ \xa0:]{1,3}\d{1,3}(?:[ \xa0,|]{1,3}\d{1,3}){0,40}"
        r"(?:[ \xa0,|]{1,3}(?:\d{1,3}|selanjutnya|berikutnya|semua)\b.{0,80})",
    ),
    (
        "navigation",
        r"(?:simak|lihat|baca|klik|cek|tonton|info).{0,160}\b(?:klik|video"
        r"|lengkap)\b.{0,40}\bdi ?sini\W*",
    ),
    ("media", r"hak atas foto\b.{0,60}|(?:hak atas foto\b.{0,60})?image caption\b.*"),
    ("navigation", r"loading .{1,20}"),
    ("byline", r"laporan (?:wartawan|reporter|kontributor|jurnalis)\b.{3,100}(?<!\.)"),
    (
        "media",
        r"(?:\((?-i:AFP|AP|REUTERS|ANTARA|Dok|DOK|SHUTTERSTOCK|GETTY)\b[^()]{0,80}\)(?=\S)"
        r"|(?-i:KOMPAS\.com|AFP|AP|REUTERS|ANTARA|SHUTTERSTOCK|pexels\.com|freepik\.com)/\S).*",
    ),
    ("navigation", r"(?:halaman|laman)[ \xa0](?:selanjutnya|berikutnya|sebelumnya)\b.{0,80}"),
    (
        "navigation",
        r"[\W_]*(?:previous|prev|sebelumnya)[\W_]{0,5}(?:next|selanjutnya|berikutnya)[\W_]*",
    ),
    (
        "navigation",
        r"[\W_]*(?:next|previous|prev|loading|print|cetak|back to top|kembali ke atas)[\W_]*",
    ),
    (
        "navigation",
        r"(?:continue reading|bersambung ke halaman|lanjut(?:kan)? (?:membaca|ke halaman)"
        r"|read the full)\b.{0,80}",
    ),
    ("navigation", r"(?:home|beranda|utama)\s*[>»›/|].{0,120}"),
    ("navigation", r"(?:tags?|topik|kata kunci|label)\s{0,2}:.{0,250}"),
    ("navigation", r"(?:#\w{1,40}[\s,.]*){1,20}(?:with \w{1,20})?"),
    (
        "navigation",
        r"A[-–][ \xa0]?A\+?.{0,30}|A\+ ?A-|_x000D_|\[?(?:\.\.\.|…)\]?|(?:\d{1,5}|no) (?:comments?"
        r"|komentar)",
    ),
    (
        "rating",
        r"(?:star[ \xa0](?:in)?active[\s\xa0]*){1,20}|[★☆]{1,10}|user rating.{0,40}"
        r"|(?:please )?rate this.{0,40}",
    ),
    (
        "advertisement",
        r"[\W_]*(?:advertisements?|iklan|pariwara|advertorial|sponsored(?: content)?|ads by google"
        r"|scroll (?:to|untuk|ke).{0,60}|gulir (?:untuk|ke).{0,60}|(?:story"
        r"|article) continues below.{0,30}"
        r"|(?:artikel|berita) (?:ini )?(?:berlanjut|dilanjutkan) .{0,40})[\W_]*",
    ),
    (
        "media",
        r"(?:foto|photo|gambar|image|video|ilustrasi|infografis|grafis|caption|dok"
        r"|dokumentasi"
        r"|(?:sumber|kredit) (?:foto|gambar)|photo credit|file photo|tangkapan layar"
        r"|screenshot)\s{0,2}[:|].*",
    ),
    (
        "share",
        r"(?:\b(?:share|bagikan|kongsi|facebook|twitter|whatsapp|telegram|line|e-?mail|copy link"
        r"|salin (?:tautan|link)"
        r"|instagram|youtube|tiktok|linkedin|pinterest|tweet|messenger|threads"
        r"|reddit)\b[\W_]*){1,12}",
    ),
    (
        "share",
        r"(?:share|bagikan|sebarkan|kongsi(?:kan)?)\s?(?::|this|on|via|to|ke|di|artikel|berita"
        r"|tulisan)\b.{0,60}",
    ),
    (
        "share",
        r"(?:ayo |yuk,? |mari |silakan |jangan lupa |cek |dan )?(?:ikuti|follow|gabung|bergabung"
        r"|join|dapatkan|subscribe"
        r"|berlangganan|langganan|sign up|unduh|download|aktifkan|cek"
        r"|klik)\b.{0,150}\b(?:google news|whatsapp channel"
        r"|saluran whatsapp|(?:channel|kanal|grup"
        r"|saluran)(?: resmi)?(?: \w{1,20}){0,2} (?:telegram|whatsapp|youtube)"
        r"|(?:telegram|whatsapp|youtube) channel|newsletter|buletin"
        r"|breaking news"
        r"|notifikasi|media sosial kami|our (?:channel|page|newsletter)|update (?:berita|terbaru)"
        r"|berita (?:terbaru|terkini|pilihan|lainnya))\b.*",
    ),
    (
        "share",
        r"(?:follow us|ikuti kami|subscribe (?:to|now|here)|sign up (?:for our|for the daily|here)"
        r"|berlangganan sekarang)\b.{0,100}",
    ),
    (
        "byline",
        r"[\W_]{0,3}(?:(?:di)?(?:tulis|sunting|terjemahkan) oleh|oleh|penulis|reporter|editor"
        r"|redaktur|pewarta|penyunting"
        r"|kontributor|jurnalis|wartawan|penerjemah|laporan(?: wartawan)?|author|by|written by"
        r"|edited by"
        r"|reporting by|posted by|sumber|source|via|liputan)\s{0,2}:\s{0,2}\S.{0,100}",
    ),
    ("byline", r"(?-i:Reporting|Editing|Additional reporting|Written) (?-i:by) .{2,120}"),
    (
        "byline",
        r"\W?(?:artikel|berita|tulisan) ini (?:telah|sudah|pernah|juga)? ?(?:tayang|terbit"
        r"|dimuat|ditulis)\b.*",
    ),
    (
        "copyright",
        r"(?:©|\(c\)|copyright\s{0,2}(?:©|\(c\)|\d{4}|by\b|:)|hak cipta\s{0,2}(?:©|\(c\)|\d{4}|:"
        r"|dilindungi)"
        r"|all rights reserved|dilarang (?:keras )?(?:mengambil|mengutip|menyalin|mereproduksi"
        r"|memperbanyak)\b.{0,150}\b(?:izin|ijin|persetujuan)\b).*",
    ),
    (
        "partner",
        r"(?:bekerja ?sama dengan|in partnership with|in association with|supported by"
        r"|sponsored by|disponsori oleh"
        r"|didukung oleh|dipersembahkan oleh)\b.{0,60}(?<![.!?\"”])",
    ),
)
_AGENCY = (
    "reuters|afp|ap|ap news|associated press|antara|antara news|lkbn antara|bernama|xinhua"
    "|bbc(?: news| indonesia)?|cnn"
    "(?: indonesia)?|dpa|upi|tass|anadolu(?: agency)?|al ?jazeera|voa|dw|kyodo|efe|ansa"
    "|bloomberg|agensi|agencies"
)
_RULES = (
    *_LINES,
    ("agency", rf"[\W_]*(?:{_AGENCY})(?:[/,&| -]{{1,3}}(?:{_AGENCY})|/[a-z]{{2,4}})*[\W_]*"),
)
# One alternation: asking each pattern by itself takes three times as long.
_WHOLE_LINE = re.compile(
    "|".join(f"(?P<rule{i}>{pattern})" for i, (_, pattern) in enumerate(_RULES)), re.IGNORECASE
)
_LINE_END = re.compile(
    r"(?:\b(?:di|ke)[ \xa0]halaman[ \xa0](?:selanjutnya|berikutnya)|\bklik di ?sini)\W*$",
    re.IGNORECASE,
)
_TEASER_CHARS = 160


def line_rule(line: str) -> str:
    """The rule by which a whole line, stripped, is debris; empty where there is none."""
    if len(line) > _LONGEST_LINE:
        return ""
    match = _WHOLE_LINE.fullmatch(line)
    if match is not None and match.lastgroup is not None:
        return _RULES[int(match.lastgroup.removeprefix("rule"))][0]
    if len(line) <= _TEASER_CHARS and _LINE_END.search(line, max(0, len(line) - 60)):
        return "navigation"
    return ""


LIST_HEADING: Final = re.compile(
    r"[\W_]*(?:(?:artikel|berita|tulisan|konten|bacaan|kabar|video)[ \xa0](?:terkait"
    r"|lain(?:nya)?|terbaru|terkini"
    r"|terpopuler|populer|pilihan|sebelumnya|selanjutnya|menarik(?: lainnya)?|berkaitan"
    r"|rekomendasi)"
    r"|baca juga|simak juga|lihat juga|terpopuler|terkait|pilihan (?:editor|redaksi)"
    r"|rekomendasi(?: untuk anda)?"
    r"|related(?: (?:articles?|news|posts?|stories|topics|content|links))?|(?:most|more) (?:read"
    r"|popular|on this story|stories"
    r"|from .{1,30})|read more|see also|also read|popular(?: posts)?|trending(?: now)?"
    r"|you (?:may|might) (?:also|be) .{1,30}"
    r"|recommended(?: for you)?|top stories|latest news|recent posts)[\W_]*",
    re.IGNORECASE,
)
"""A line above a list of other articles' headlines: `fullmatch`."""

SECTIONS: Final = frozenset(
    # Indonesian, Malay and English sites.
    """beranda berita bisnis bola business daerah dalam dunia ekonomi entertainment gaya global
    headline headlines health hiburan home hukum internasional jenayah kesehatan kolom kriminal
    lifestyle luar mahkamah megapolitan metro nasional negara negeri news nusantara olahraga
    opini opinion otomotif pemilu pendidikan peristiwa politics politik regional science seleb
    sport sports sukan technology tekno teknologi terkini travel utama viral wisata world""".split()  # noqa: SIM905 - words read better than a list
)
"""Words of which a site makes the label of a section."""

_CITY = (
    "Jakarta|Bandung|Surabaya|Medan|Semarang|Yogyakarta|Makassar|Palembang|Denpasar|Bogor|Depok"
    "|Bekasi|Tangerang|Solo"
    "|Malang|Manado|Padang|Pekanbaru|Kuala Lumpur|London|New York|Washington"
)
_SENTENCE_END = r"(?<=[.!?…\"”’')\]])"
# A quotation mark alone may end a song's name, and the singer's follows.
_AFTER_STOP = r"(?:(?<=[.!?…])|(?<=[.!?…,][\"”’']))"
INLINE_RULES: Final = tuple(
    (rule, needles, re.compile(pattern, flags))
    for rule, needles, pattern, flags in (
        ("media", ("[gambas",), r"\[Gambas:[^\]\n]{0,60}\]", re.IGNORECASE),
        ("rating", ("star ",), r"(?:Star[ \xa0]?(?:Ina|A)ctive[ \xa0]?){2,20}", 0),
        (
            "advertisement",
            ("scroll to",),
            r"(?:ADVERTISEMENT\s{1,3})?SCROLL TO (?:CONTINUE|RESUME)(?: WITH)? CONTENT",
            0,
        ),
        (
            "advertisement",
            ("advertisement",),
            rf"(?:{_SENTENCE_END}[ \xa0]|(?<=\n))(?:Advertisement|ADVERTISEMENT)(?=$"
            rf"|\s{{1,3}}[\"“‘'A-Z0-9])",
            re.MULTILINE,
        ),
        ("navigation", ("loading...",), r",?loading\.\.\.", 0),
        (
            "navigation",
            ("halaman 1",),
            r"\bHalaman(?:[ \xa0]\d{1,3}){2,40}(?:[ \xa0](?:Selanjutnya|Daftar Halaman))?",
            0,
        ),
        (
            "media",
            ("foto", "photo", "gambar", "dok.", "shutterstock", "getty"),
            r"[(\[](?:Sumber[ \xa0])?(?i:foto\b|photo\b|gambar[ \xa0]?:|dok\.|antara[ \xa0]foto"
            r"|shutterstock"
            r"|getty)[^()\[\]\n]{0,100}[)\]]",
            0,
        ),
        ("media", ("foto: ",), r"(?<![\w(])Foto: [\w.' -]{2,40}/\w{2,20}", 0),
        (
            "byline",
            ("(penulis", "(editor", "(reporter", "(kontributor", "(laporan"),
            r"\((?:Penulis|Editor|Reporter|Kontributor|Laporan)\b[^()\n]{2,120}\)",
            0,
        ),
        (
            "share",
            ("kiriman dibagikan",),
            r"(?:Lihat postingan ini di Instagram )?(?:Sebuah )?kiriman dibagikan oleh "
            r"[^\n]{1,80}?\(@\w{1,30}\)",
            re.IGNORECASE,
        ),
        (
            "see also",
            ("[artikel berkaitan", "[berita berkaitan"),
            r"\[(?:ARTIKEL|BERITA) BERKAITAN[^\]\n]{1,200}\]",
            re.IGNORECASE,
        ),
        (
            "agency",
            ("kantor berita.", "news agency."),
            r"(?<=[.!?\"”] )(?:(?:Reuters|AFP|AP|Antara|Xinhua|Bernama|TASS) (?:kantor berita"
            r"|news agency))\.(?=$|\s)",
            re.MULTILINE,
        ),
        (
            "byline",
            ("(", "["),
            # The bracket comes first, since a pattern that starts with a literal is found fast.
            r"[(\[](?:(?<=[.!?…].)|(?<=[.!?…][ \xa0].)|(?<=[.!?…,][\"”’'].)"
            r"|(?<=[.!?…,][\"”’'][ \xa0].))"
            r"(?:(?:\*{1,3}|/|[A-Za-z]{2,12}(?:[/-][A-Za-z]{2,12}){1,2}"
            r"|[A-Za-z]{2,12} [A-Za-z]{2,12}/[A-Za-z]{2,12})[)\]](?=$|[\s,])"
            r"|[a-z]{0,12}[)\]](?=[\s,]{0,3}(?:,?loading\.\.\.)?$))",
            re.MULTILINE,
        ),
        (
            "agency",
            ("- ", "– ", "— "),
            rf"{_AFTER_STOP}[ \xa0]?[-–—]{{1,2}} ?(?:[A-Z][A-Z!]{{1,20}}(?: [A-Z]{{2,20}}){{0,2}}"
            rf"|Agensi|Bernama|Reuters)"
            r"(?: \d{1,2}/\d{1,2}/\d{4})?(?=\s*$)",
            re.MULTILINE,
        ),
        (
            "header",
            ("- detik",),
            r"- detik[A-Z]\w{1,15} (?:Senin|Selasa|Rabu"
            r"|Kamis|Jumat|Sabtu|Minggu),"
            r" \d{1,2} \w{3,9} \d{4},? \d{2}[:.]\d{2} WI(?:B|TA|T)\b"
            # A caption runs on to the dateline.
            rf"(?:[^\n]{{0,160}}? (?:{_CITY}) - )?",
            0,
        ),
    )
)
"""Rules for debris within a line: (rule, lower-case strings of which one must occur, pattern)."""

SEE_ALSO: Final = re.compile(
    r"(?:(?P<label>(?:Baca|BACA|Simak|SIMAK|Lihat|Tonton)[ \xa0](?:Juga|juga"
    r"|JUGA))(?:[ \xa0]Video)?"
    r"|Baca|BACA|(?:Artikel|Berita) [Tt]erkait)(?P<colon>[ \xa0]{0,2}:(?P<empty>[ \xa0]?,)?)?"
)
"""The start of a pointer to another article within a line; `inline.py` tells where it ends."""

SEE_ALSO_WORDS: Final = ("Baca", "BACA", "Simak", "SIMAK", "Lihat", "Tonton", "erkait")
"""Strings of which one must occur for `SEE_ALSO` to be found."""

_PLACE = r"[A-ZÀ-Þ][\w.'’/-]{1,20}(?: [A-ZÀ-Þ][\w.'’-]{1,20}){0,2}"
_CAPS = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’-]{2,20}(?: [A-ZÀ-Þ.'’-]{2,20}){0,2}"
_SITE = r"[\w-]{2,30}\.(?:com|co|net|org|id|tv|news|my)(?:\.\w{2,3})?"
_DASH = r"[ \xa0]{0,2}(?:--?|[–—]{1,2})[ \xa0]{0,2}"
_WIRES = (
    "Reuters|REUTERS|AFP|AP|Antara|ANTARA|Bernama|BERNAMA|Xinhua|CNN|BBC|UPI|TASS|Kyodo|dpa|Anadolu"
)
_DAY = r"(?:,? \d{1,2} ?[A-Z][a-z]{2,8}\.?)?"
DATELINE: Final = re.compile(
    rf"(?:{_PLACE}, ?)?{_SITE}(?:, ?{_PLACE})?{_DASH}"
    rf"|{_SITE}, (?:{_CITY})(?=[ \xa0][A-Z\"“])|(?:{_CITY}): "
    rf"|{_PLACE}(?:, ?{_PLACE})?{_DAY} ?\((?:{_WIRES}|{_SITE})\){_DASH}"
    # A bare hyphen joins words: `COVID-19`, `NATO-Rusia`.
    rf"|{_CAPS}(?:, {_PLACE})?{_DAY}(?:(?:[ \xa0]--?|[ \xa0]?[–—]|-(?=[ \xa0]))[ \xa0]?"
    r"(?=[\"“‘']?[A-ZÀ-Þ0-9])|:[ \xa0]|[ \xa0]\|[ \xa0])"
)
"""Place, site, agency before the first sentence: `JAKARTA, Situs.id –`, `LONDON (Reuters) -`."""

OPENING: Final = re.compile(
    rf"{_PLACE}(?:, {_PLACE})?[ \xa0](?:--?|[–—])[ \xa0](?=[\"“‘']?[A-ZÀ-Þ])"
)
"""The same without capitals or a site to tell it by, `Jakarta -`: trusted on the first line."""
