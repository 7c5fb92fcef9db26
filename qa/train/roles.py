"""Make training data on who did a deed, to whom, and whether a sentence says that it was done.

`deeds` yields questions on short made-up news passages; `sides` yields yes-or-no questions with a
sentence that asserts the deed, asserts its opposite, or does neither. Every name is invented or
combined at random; only the sentences around a deed (`fillers`) are real.

Does not read or write files, and knows nothing of the model that learns from this.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from qa.train.data import Gold, QARow

_INDONESIAN = 0.6
_UNANSWERABLE = 0.25
_NUMBERS = 0.15  # Rows that ask for a count, a date or a sum rather than for a party.
_ACTS = 0.25  # Rows that ask what someone did, or who did it to a thing.
_ACROSS = 0.4  # Of these, asked in the other language.
_CASUAL = 0.1


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in " ".join(text.split()).split(",") if part.strip())


_FIRST = {
    "id": _list("""
        Budi, Siti, Agus, Dewi, Joko, Sri, Bambang, Rina, Slamet, Wahyuni, Asep, Euis, Dadang,
        Neneng, Ujang, Togar, Rotua, Parlindungan, Tiur, Made, Wayan, Ketut, Nyoman, Komang, Andi,
        Daeng, Tenri, Baso, Yohanes, Maria, Frans, Marthen, Yosefina, Teuku, Cut, Rahmat,
        Zulkifli, Yusuf, Fatimah, Nurul, Hasan, Husin, Lina, Mei, Hendra, Kevin, Stefanus, Novita,
        Ratna, Eko, Tri, Dwi, Yanti, Fitri, Ahmad, Muhammad, Ridwan, Syamsul, Ferry, Melati, Obed,
        Hermina"""),
    "en": _list("""
        James, Mary, Robert, Linda, Michael, Susan, David, Karen, William, Nancy, Richard, Lisa,
        Thomas, Betty, Charles, Helen, Daniel, Sandra, Matthew, Donna, Anthony, Carol, Mark, Ruth,
        Steven, Sharon, Andrew, Michelle, Kenneth, Laura, Kevin, Emily, Brian, Grace, Edward,
        Olivia, Aisha, Kofi, Priya, Omar, Chloe, Declan, Siobhan, Angus, Rhys, Megan, Tyrone,
        Imani, Luis, Elena"""),
}
_LAST = {
    "id": _list("""
        Santoso, Wibowo, Susanto, Kurniawan, Setiawan, Nugroho, Hartono, Suryadi, Prasetyo,
        Handoko, Siregar, Nasution, Simanjuntak, Sitorus, Hutapea, Lubis, Harahap, Panjaitan,
        Manurung, Sihombing, Tarigan, Ginting, Sembiring, Hidayat, Sutisna, Kosasih, Permana,
        Suhendar, Gunawan, Wijaya, Halim, Tanuwijaya, Salim, Lim, Suarta, Sudarma, Wirawan,
        Adnyana, Mappanyukki, Patiroi, Tumbelaka, Wenas, Rumengan, Mandagi, Latuconsina,
        Pattiasina, Tuhumury, Wanggai, Kambuaya, Rumbiak, da Costa, Nggili, Syahputra, Chaniago,
        Tanjung, Piliang, Assegaf, Firmansyah, Rahman, Maulana, Anggraini, Lestari"""),
    "en": _list("""
        Smith, Jones, Taylor, Brown, Walker, Wright, Hughes, Green, Hall, Wood, Clarke, Turner,
        Carter, Phillips, Parker, Bennett, Murray, Fraser, Campbell, Reid, Doyle, Byrne, Kelly,
        O'Connor, Morgan, Griffiths, Price, Okafor, Mensah, Patel, Singh, Khan, Ahmed, Rossi,
        Garcia, Lopez, Nguyen, Chen, Foster, Hayes, Coleman, Jenkins, Sanders, Whitfield, Marlowe,
        Pemberton, Ashdown, Lockhart, Hollis, Travers"""),
}
_PLACES = {
    "id": _list("""
        Sukamaju, Kalirejo, Tanjung Asri, Banyuwangun, Rawa Indah, Gunung Sejati, Muara Lestari,
        Karanganom, Bukit Kemuning, Cipanas Wetan, Pasir Putih, Waringin, Lembah Damai, Sungai
        Batu, Teluk Permai, Kota Batuan, Padang Lawe, Mekarwangi, Tirtosari, Labuhan Jati"""),
    "en": _list("""
        Milford Cross, Eastbrook, Harrow Vale, Port Dalton, Silver Creek, Ashcombe, Kingsmere,
        North Haven, Redfield, Oakhurst, Fairmont Bay, Wexley, Stonebridge, Lower Marsh, Cedar
        Point, Bramford, Elmswood, Granite Falls, Whitcombe, Saltmarsh"""),
}
_JOBS = {
    "id": _list("""
        pedagang sayur, sopir angkot, guru honorer, petani, nelayan, penjual bakso, mahasiswa,
        bidan, perawat, satpam, tukang ojek, buruh pabrik, penjahit, pemilik warung, wartawan,
        dosen, pengacara, kontraktor, pegawai bank, kepala desa, penyanyi, pelukis, montir, tukang
        kayu, pengusaha mebel, apoteker, dokter gigi, pustakawan, juru parkir, tukang cukur,
        peternak ayam, pemandu wisata, kasir, koki, pensiunan, penjaga sekolah, pendeta, ustaz,
        arsitek, teknisi"""),
    "en": _list("""
        baker, taxi driver, teacher, farmer, fisherman, plumber, student, midwife, nurse, guard,
        courier, factory worker, tailor, shopkeeper, journalist, lecturer, lawyer, builder, bank
        clerk, village head, singer, painter, mechanic, carpenter, furniture maker, pharmacist,
        dentist, librarian, janitor, barber, chicken farmer, tour guide, cashier, cook, pensioner,
        caretaker, priest, gardener, beekeeper, technician"""),
}
_GROUPS = {
    "id": {
        "state": _list("""
        Inggris, Rusia, Jepang, Malaysia, Brasil, Prancis, Mesir, Kanada, Vietnam, Turki, India,
        Filipina, Australia, Kenya, Norwegia, Meksiko, Thailand, Italia, Maroko, Chile"""),
        "club": _list("""
        Persika Sukamaju, Elang Kalirejo, Garuda Muda FC, PS Banyuwangun, Bintang Timur, Putra
        Waringin, Harimau Lestari, Rajawali United, Persebat, Mutiara Selatan"""),
        "body": _list("""
        Partai Karya Rakyat, Partai Fajar, Yayasan Lentera, Serikat Buruh Mandiri, PT Surya Abadi,
        PT Bahari Jaya, Kementerian Perikanan, Dewan Kota Sukamaju, Bank Nusa Raya, Universitas
        Waringin, Koperasi Tani Makmur, Forum Warga Kalirejo"""),
        "police": _list("""
        Polres Sukamaju, Polda Banyuwangun, Polsek Kalirejo, Satgas Waringin, Densus Timur, Bripka
        Anton Saragih, Iptu Rudi Hermawan"""),
    },
    "en": {
        "state": _list("""
        Britain, Russia, Japan, Malaysia, Brazil, France, Egypt, Canada, Vietnam, Turkey, India,
        Indonesia, Australia, Kenya, Norway, Mexico, Thailand, Italy, Morocco, Chile"""),
        "club": _list("""
        Eastbrook Rovers, Kingsmere City, Redfield United, Wexley Town, Port Dalton Sharks,
        Oakhurst Athletic, Silver Creek Bears, Bramford Wanderers, Ashcombe Rangers"""),
        "body": _list("""
        Meridian Bank, Northgate Airlines, Halden Energy, Coastal Workers' Union, Unity Party,
        Lantern Foundation, Redfield Council, Wexley University, Ministry of Fisheries, Orchard
        Media, Heritage Trust, Civic Alliance"""),
        "police": _list("""
        Eastbrook Police, Harrow Vale Constabulary, Sergeant Alan Pike, Detective Joan Mercer,
        Redfield Border Force, Inspector Neil Barrow, Constable Fay Dunmore"""),
    },
}


@dataclass(frozen=True, slots=True)
class _Deed:
    """A verb and its forms, English ones in the past; tails follow the one it is done to."""

    active: str
    passive: str
    base: str = ""
    agent: str = ""
    noun: str = ""
    crime: bool = False
    parties: tuple[str, ...] = ("person person",)
    tails: tuple[str, ...] = ("",)


_ANY = ("person person", "person person", "body person", "body body", "state state")
_HIRE = ("body person", "person person", "club person")
_SPORT = ("club club", "state state", "person person")
_ARREST = ("police person",)
_TALK = ("person person", "body body", "state state", "person body")

_DEEDS = {
    "id": (
        _Deed("membunuh", "dibunuh", "", "pembunuh", "pembunuhan", crime=True),
        _Deed("menculik", "diculik", "", "penculik", "penculikan", crime=True),
        _Deed("menipu", "ditipu", "", "penipu", "penipuan", crime=True),
        _Deed("memukul", "dipukul", "", "pemukul", crime=True),
        _Deed("menyuap", "disuap", "", "penyuap", crime=True),
        _Deed("mengundang", "diundang", parties=_ANY,
              tails=("", " ke pertemuan itu", " ke pesta panen", " dalam forum tahunan")),
        _Deed("menangkap", "ditangkap", parties=_ARREST, tails=("", " di rumahnya")),
        _Deed("mengalahkan", "dikalahkan", parties=_SPORT,
              tails=("", " di babak final", " dengan skor 3-1", " di semifinal")),
        _Deed("menuduh", "dituduh", parties=_TALK,
              tails=("", " berbohong", " menggelapkan dana", " ingkar janji")),
        _Deed("melaporkan", "dilaporkan", "", "pelapor", parties=("person person", "body person"),
              tails=(" ke polisi",)),
        _Deed("menggantikan", "digantikan", "", "pengganti",
              tails=("", " sebagai pelatih", " sebagai direktur", " sebagai camat")),
        _Deed("menyelamatkan", "diselamatkan", "", "penyelamat",
              tails=("", " dari banjir", " dari rumah yang terbakar")),
        _Deed("mendukung", "didukung", "", "pendukung", parties=_ANY,
              tails=("", " dalam pemilihan itu")),
        _Deed("mengkritik", "dikritik", parties=_TALK, tails=("", " dengan keras")),
        _Deed("menunjuk", "ditunjuk", parties=_HIRE,
              tails=("", " sebagai bendahara", " menjadi manajer baru", " sebagai ketua panitia")),
        _Deed("memecat", "dipecat", parties=_HIRE, tails=("", " tanpa pesangon")),
    ),
    "en": (
        _Deed("killed", "killed", "kill", "killer", "killing", crime=True),
        _Deed("murdered", "murdered", "murder", "murderer", "murder", crime=True),
        _Deed("kidnapped", "kidnapped", "kidnap", "kidnapper", "kidnapping", crime=True),
        _Deed("bribed", "bribed", "bribe", "briber", "bribery", crime=True),
        _Deed("hit", "hit", "hit", crime=True, tails=("", " in the face", " with a bottle")),
        _Deed("deceived", "deceived", "deceive", "deceiver", crime=True),
        _Deed("invited", "invited", "invite", parties=_ANY,
              tails=("", " to the meeting", " to the harvest fair", " to the yearly forum")),
        _Deed("arrested", "arrested", "arrest", "", "arrest", parties=_ARREST,
              tails=("", " at home", " at the harbour")),
        _Deed("beat", "beaten", "beat", parties=_SPORT, tails=("", " in the final", " 3-1")),
        _Deed("defeated", "defeated", "defeat", parties=_SPORT,
              tails=("", " in the semi-final", " on penalties")),
        _Deed("accused", "accused", "accuse", "accuser", parties=_TALK,
              tails=("", " of lying", " of wasting money", " of breaking a promise")),
        _Deed("reported", "reported", "report", parties=("person person", "body person"),
              tails=(" to the police",)),
        _Deed("replaced", "replaced", "replace", "replacement", parties=("person person",),
              tails=("", " as coach", " as director")),
        _Deed("rescued", "rescued", "rescue", "rescuer", "rescue",
              tails=("", " from the flood", " from a burning house")),
        _Deed("supported", "supported", "support", "supporter", parties=_ANY,
              tails=("", " in the vote")),
        _Deed("criticised", "criticised", "criticise", "critic", parties=_TALK,
              tails=("", " in an open letter")),
        _Deed("appointed", "appointed", "appoint", "", "appointment", parties=_HIRE,
              tails=("", " as treasurer", " as manager", " to lead the inquiry")),
        _Deed("dismissed", "dismissed", "dismiss", "", "dismissal", parties=_HIRE,
              tails=("", " over poor results")),
    ),
}  # fmt: skip

# What passages say, by language and by whether only a crime is told so. A passage that names only
# one party leaves a question on the other unanswerable.
_SHAPES = {
    ("id", False): (
        "{doer} {active} {done}{tail} di {place}, {day}.",
        "{done} {passive} {doer}{tail} pada {day}.",
        "{done} {passive} oleh {doer}{tail}, kata {speaker} kepada wartawan.",
        "Pada {day}, {done} {passive}{tail}. Yang {active}nya adalah {doer}, bukan {other}.",
        "Adalah {doer} yang {active} {done}{tail}, demikian keterangan {speaker}.",
        "{done}, {age}, seorang {role} asal {place}, {passive}{tail}. Menurut {speaker}, {doer} "
        "yang "
        "{active} {role} itu.",
        "{djob} {doer} mengatakan pada {day} bahwa dia telah {active} {role} {done}{tail}.",
        "{doer} mengatakan kepada wartawan bahwa ia {active} {done}{tail}.",
        "Nama {doer} ramai dibicarakan setelah ia {active} {done}{tail}. {speaker} membenarkannya.",
        "Seorang {role} {passive}{tail} di {place}\n{done}, {age}, {passive} {doer}, seorang "
        "{djob}, "
        "pada {day}. {speaker} belum mau berkomentar.",
        "{speaker} mengatakan {done} {passive} oleh seorang {djob}{tail}. {djob} itu bernama "
        "{doer}.",
        "Hubungan {done} dan {doer} berubah sejak {day}, ketika {doer} {active} {done}{tail}.",
        "{witness} berada di {place} ketika {done} {passive}{tail}. Belakangan diketahui bahwa "
        "{doer} "
        "yang melakukannya.",
        "Seorang {djob} {active} seorang {role}{tail} di {place}. {djob} itu, {doer}, datang "
        "bersama "
        "{other}. {role} tersebut bernama {done}.",
        "{doer} tidak menyangka namanya disebut. Ia {active} {done}{tail} pada {day}, dan {other} "
        "hanya melihat dari jauh.",
        "Sang {agent}, {doer}, bertemu lagi dengan {done} di {place}, {day}. {speaker} hadir di "
        "sana.",
        "Siapa {agent} {done} akhirnya terjawab: {doer}. Hal itu disampaikan {speaker}.",
        "Belum diketahui siapa yang {active} {done}{tail}. {speaker} masih mengumpulkan "
        "keterangan.",
        "{done} {passive}{tail} di {place} pada {day}. {speaker} menolak berkomentar lebih jauh.",
        "Setelah {passive}{tail}, {done} memilih diam. {witness} menemaninya pulang.",
        "Seorang {role} {passive}{tail} di {place}\n{role} itu, {done}, {age}, kini berada di "
        "rumah "
        "keluarganya, ujar {speaker}. Keluarganya menunggu kabar dari {other}.",
        "{doer} mengaku pernah {active} seseorang{tail}, tetapi menolak menyebut nama. {speaker} "
        "tidak menanggapi.",
    ),
    ("id", True): (
        "Polisi ringkus tersangka {noun} {role}\nTersangka {noun} {done}, {age}, {role} di "
        "{place}, "
        "akhirnya diringkus. Pelaku bernama {doer} ditemukan di rumah kerabatnya, kata {speaker}.",
        "{agent} {done} akhirnya diringkus polisi pada {day}. Pelaku, {doer}, mengaku menyesal.",
        "Kasus {noun} seorang {role} di {place} terungkap. Korban adalah {done}, sedangkan "
        "pelakunya "
        "{doer}, {djob} yang tinggal tidak jauh dari sana. {witness} memberi kesaksian.",
        "{doer} dijatuhi hukuman delapan tahun penjara karena {active} {done}. {speaker} menerima "
        "putusan itu.",
        "Warga {place} berduka. {done}, seorang {role}, menjadi korban {noun}. Setelah memeriksa "
        "{witness}, polisi menetapkan {doer} sebagai tersangka.",
        "{speaker} menyebut pelaku mengenal korban. Pelakunya ternyata {doer}, sementara "
        "korbannya {done}, {age}.",
        "{doer}, {djob}, menyerahkan diri setelah {active} {role} bernama {done} di {place}.",
        "Polisi masih memburu {agent} {done}. {speaker} meminta warga melapor bila punya "
        "informasi.",
        "{agent} {role} belum tertangkap\nKeluarga {done}, {role} asal {place}, menuntut keadilan. "
        "{speaker} berjanji mengusut kasus itu.",
        "Kasus {noun} {done} masih gelap. {witness} mengaku hanya mendengar teriakan pada {day}.",
        "{doer} ditahan karena {active} seorang {role}. Identitas korban dirahasiakan, kata "
        "{speaker}.",
    ),
    ("en", False): (
        "{doer} {active} {done}{tail} in {place} on {day}.",
        "{done} was {passive} by {doer}{tail} on {day}.",
        "{done} was {passive}{tail} by {doer}, {speaker} told reporters.",
        "On {day}, {done} was {passive}{tail}. It was {doer}, not {other}, who did it.",
        "It was {doer} who {active} {done}{tail}, according to {speaker}.",
        "{done}, {age}, a {role} from {place}, was {passive}{tail}. {speaker} said that {doer} had "
        "{passive} the {role}.",
        "The {djob} {doer} said on {day} that he had {passive} the {role} {done}{tail}.",
        "{doer} told reporters that she had {passive} {done}{tail}.",
        "{doer} made headlines after having {passive} {done}{tail}. {speaker} confirmed the news.",
        "The {role} {passive}{tail} in {place}\n{done}, {age}, was {passive} by {doer}, a {djob}, "
        "on "
        "{day}. {speaker} would not comment.",
        "{speaker} said that {done} had been {passive} by a {djob}{tail}. The {djob} is {doer}.",
        "Relations between {done} and {doer} changed on {day}, when {doer} {active} {done}{tail}.",
        "{witness} was in {place} when {done} was {passive}{tail}. The one responsible was later "
        "named "
        "as {doer}.",
        "A {djob} {active} a {role}{tail} in {place}. The {djob}, {doer}, had come with {other}. "
        "The "
        "{role} was named as {done}.",
        "Few had heard of {doer} before {day}. {other} looked on as {done} was {passive}{tail} by "
        "the "
        "visitor from {place}.",
        "{done}'s {agent}, {doer}, came back to {place} on {day}. {speaker} was also there.",
        "The name of {done}'s {agent} is now known: {doer}. {speaker} announced it.",
        "It is not known who {active} {done}{tail}. {speaker} is still gathering facts.",
        "{done} was {passive}{tail} in {place} on {day}. {speaker} declined to say more.",
        "After being {passive}{tail}, {done} kept silent. {witness} was close by.",
        "A {role} is {passive}{tail} in {place}\nThe {role}, {done}, {age}, is with family now, "
        "said "
        "{speaker}. Relatives are waiting to hear from {other}.",
        "{doer} admitted having {passive} someone{tail} but gave no name. {speaker} did not "
        "respond.",
    ),
    ("en", True): (
        "Suspect found in {noun} of {role}\nThe suspected {agent} of {done}, {age}, a {role} in "
        "{place}, was taken into custody. The suspect, {doer}, was found at a motel, said "
        "{speaker}.",
        "{done}'s {agent} was caught on {day}. The suspect, {doer}, said little in court.",
        "The {noun} of a {role} in {place} has been solved. The victim was {done}; the culprit, "
        "{doer}, "
        "is a {djob} who lived nearby. {witness} gave evidence.",
        "{doer} was jailed for eight years for having {passive} {done}. {speaker} welcomed the "
        "ruling.",
        "{place} is in shock. {done}, a {role}, was {passive}. After speaking to {witness}, "
        "officers "
        "charged {doer}.",
        "{speaker} said the two knew each other. The suspect is {doer}; the victim, {done}, was "
        "{age}.",
        "{doer}, a {djob}, surrendered after having {passive} a {role} named {done} in {place}.",
        "Police are still hunting the {agent} of {done}. {speaker} asked the public for help.",
        "{agent} of {role} still at large\nThe family of {done}, a {role} from {place}, wants "
        "justice. "
        "{speaker} promised to look into it.",
        "The {noun} of {done} remains a mystery. {witness} heard only shouting on {day}.",
        "{doer} is being held for having {passive} a {role}. The victim was not named, said "
        "{speaker}.",
    ),
}

# Questions, by language, the party they ask for, and whether only a crime is asked for so.
_QUESTIONS = {
    ("id", "doer", False): (
        "Siapa yang {active} {done}{tail}?", "Siapakah yang {active} {done}{tail}?",
        "{done} {passive} oleh siapa?", "{done} {passive} siapa?", "Oleh siapa {done} {passive}?",
        "Siapa yang {active} {role} itu?", "{role} itu {passive} oleh siapa?",
        "Siapa {agent} {done}?", "Siapa nama {agent} {done}?", "Siapa {agent} {role} itu?",
        "Siapa orang yang telah {active} {done}{tail}?",
    ),
    ("id", "doer", True): (
        "Siapa pelaku {noun} {done}?", "Siapa pelaku {noun} {role}?",
        "Siapa tersangka {noun} {done}?",
        "Siapa nama pelaku yang {active} {done}?", "Siapa tersangka yang {active} {role}?",
    ),
    ("id", "done", False): (
        "Siapa yang {passive} {doer}{tail}?", "Siapa yang {passive} oleh {doer}{tail}?",
        "{doer} {active} siapa{tail}?", "Siapakah yang {passive} {doer}?",
        "Siapa yang {passive}{tail}?",
        "Siapa yang {passive} {djob} itu?", "Siapa {role} yang {passive}{tail}?",
    ),
    ("id", "done", True): (
        "Siapa korban {noun}?", "Siapa korban {doer}?", "Siapa nama korbannya?",
        "Siapa korban yang {passive} {doer}?", "Siapa nama {role} yang menjadi korban?",
        "Siapa korban {noun} yang dilakukan {doer}?",
    ),
    ("en", "doer", False): (
        "Who {active} {done}{tail}?", "Who was {done} {passive} by?",
        "By whom was {done} {passive}?",
        "Who {active} the {role}?", "Who was the {role} {passive} by?", "Who is {done}'s {agent}?",
        "Who is the {agent} of {done}?", "Who was the {role}'s {agent}?",
        "Who was it that {active} {done}{tail}?", "{done} was {passive} by whom?",
    ),
    ("en", "doer", True): (
        "Who is the suspect in the {noun} of {done}?",
        "Who is suspected of having {passive} {done}?",
        "Who is the suspect in the {noun} of the {role}?", "What is the name of {done}'s {agent}?",
        "Who was behind the {noun} of the {role}?",
    ),
    ("en", "done", False): (
        "Who was {passive} by {doer}{tail}?", "Who did {doer} {base}{tail}?",
        "Whom did {doer} {base}{tail}?", "Who was {passive}{tail}?", "Who did the {djob} {base}?",
        "Which {role} was {passive}{tail}?", "{doer} {active} whom{tail}?",
    ),
    ("en", "done", True): (
        "Who was the victim?", "Who was the victim of {doer}?", "What was the victim's name?",
        "Who was the victim of the {noun}?", "What is the name of the {role} who was {passive}?",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Event:
    """What happened, a sentence a fact, and the questions that each fact in braces answers."""

    sentences: tuple[str, ...]
    questions: Mapping[str, tuple[str, ...]]


_EVENTS = {
    "id": (
        _Event(
            ("Kebakaran melanda pasar di {place} pada {date}.", "Api mulai terlihat pukul {clock}.",
             "Sebanyak {count} orang terluka.", "Seorang {role} berusia {age} tahun dirawat.",
             "Kerugian pedagang ditaksir {loss}.", "Pemerintah menyiapkan bantuan {other}."),
            {"count": ("Berapa orang yang terluka?", "Berapa jumlah korban luka?"),
             "date": ("Kapan kebakaran itu terjadi?", "Kapan pasar di {place} terbakar?"),
             "clock": ("Pukul berapa api mulai terlihat?", "Jam berapa api terlihat?"),
             "loss": ("Berapa kerugian akibat kebakaran itu?", "Berapa kerugian pedagang?"),
             "other": ("Berapa bantuan yang disiapkan pemerintah?",)},
        ),
        _Event(
            ("{name}, {age}, didakwa dalam kasus izin tambang di {place}.",
             "Ia diduga menerima suap {other} dari pengusaha.",
             "Kerugian negara dalam perkara itu mencapai {loss}.",
             "Jaksa sudah memeriksa {count} saksi.", "Sidang dimulai pukul {clock}.",
             "Putusan akan dibacakan pada {date}."),
            {"loss": ("Berapa kerugian negara?", "Berapa rupiah kerugian negara?"),
             "other": ("Berapa suap yang diterima {name}?", "Berapa nilai suap itu?"),
             "count": ("Berapa saksi yang sudah diperiksa?", "Berapa orang yang diperiksa jaksa?"),
             "date": ("Kapan putusan dibacakan?",), "clock": ("Pukul berapa sidang dimulai?",)},
        ),
        _Event(
            ("Sebuah bus terguling di {place} sekitar pukul {clock}.",
             "Kecelakaan itu terjadi pada {date}.", "Akibatnya {count} penumpang meninggal dunia.",
             "Sopirnya, {name}, berumur {age} tahun.", "Santunan sebesar {other} akan diberikan.",
             "Perusahaan merugi {loss}."),
            {"count": ("Berapa orang yang meninggal?", "Berapa penumpang yang tewas?",
                       "Berapa korban jiwa dalam kecelakaan bus?"),
             "date": ("Kapan bus itu terguling?", "Kapan kecelakaan terjadi?"),
             "loss": ("Berapa kerugian perusahaan?",), "age": ("Berapa umur sopir bus itu?",),
             "other": ("Berapa santunan yang diberikan?",)},
        ),
        _Event(
            ("Ribuan warga memadati lapangan {place} pada {date}.", "Aksi dimulai pukul {clock}.",
             "Polisi mengamankan {count} orang.", "Yang termuda berumur {age} tahun.",
             "Toko di sekitar lokasi kehilangan pendapatan {loss}.",
             "Panitia mengumpulkan donasi {other}."),
            {"count": ("Berapa orang yang diamankan?", "Berapa orang yang dibawa polisi?"),
             "date": ("Kapan aksi itu digelar?",), "clock": ("Jam berapa aksi dimulai?",),
             "other": ("Berapa donasi yang terkumpul?",),
             "loss": ("Berapa pendapatan toko yang hilang?",)},
        ),
    ),
    "en": (
        _Event(
            ("A fire swept through a market in {place} on {date}.",
             "Smoke was first seen at {clock}.",
             "In all, {count} people were hurt.", "A {role} aged {age} is in hospital.",
             "Traders put their losses at {loss}.", "The council set aside {other} in aid."),
            {"count": ("How many people were hurt?", "How many people were injured in the fire?"),
             "date": ("When was the fire?", "When did the market in {place} burn?"),
             "clock": ("What time was smoke first seen?",),
             "loss": ("How much was lost?", "How much did traders lose in the fire?"),
             "other": ("How much aid did the council set aside?",)},
        ),
        _Event(
            ("{name}, {age}, went on trial over mining permits in {place}.",
             "Prosecutors say a bribe of {other} was paid.",
             "The state is said to have lost {loss}.",
             "The court has heard {count} witnesses.", "The session opened at {clock}.",
             "A verdict is due on {date}."),
            {"loss": ("How much did the state lose?", "How much was lost by the state?"),
             "other": ("How big was the bribe?", "How much was paid as a bribe?"),
             "count": ("How many witnesses were heard?", "How many people has the court heard?"),
             "date": ("When is the verdict due?",), "clock": ("When did the session open?",)},
        ),
        _Event(
            ("A coach overturned near {place} at about {clock}.",
             "The accident happened on {date}.",
             "It left {count} passengers dead.", "The driver, {name}, is {age}.",
             "Each family will receive {other}.", "The firm lost {loss}."),
            {"count": ("How many people died?", "How many passengers were killed?"),
             "date": ("When did the coach overturn?", "When did the accident happen?"),
             "loss": ("How much did the firm lose?",), "age": ("How old is the driver?",),
             "other": ("How much will each family receive?",)},
        ),
        _Event(
            ("Thousands filled the square in {place} on {date}.", "The march began at {clock}.",
             "Officers detained {count} people.", "The youngest was {age}.",
             "Shops nearby lost {loss} in sales.", "Organisers raised {other}."),
            {"count": ("How many people were detained?", "How many people did officers detain?"),
             "date": ("When was the march?",), "clock": ("What time did the march begin?",),
             "other": ("How much was raised?",), "loss": ("How much did shops lose?",)},
        ),
    ),
}  # fmt: skip

_DAYS = {
    "id": _list("Senin, Selasa, Rabu, Kamis, Jumat, Sabtu, Minggu"),
    "en": _list("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday"),
}
_MONTHS = {
    "id": _list("""
        Januari, Februari, Maret, April, Mei, Juni, Juli, Agustus, September, Oktober, November,
        Desember"""),
    "en": _list("""
        January, February, March, April, May, June, July, August, September, October, November,
        December"""),
}
_POLICE = {
    "id": _list("kapolres setempat {}, juru bicara polisi {}, kasat reskrim {}, kapolsek AKP {}"),
    "en": _list("police spokesman {}, Inspector {}, police chief {}, Superintendent {}"),
}
_SPOKESMEN = {
    "id": _list("juru bicara {}, pengamat {}, sekretaris panitia {}, ketua RT {}"),
    "en": _list("spokeswoman {}, observer {}, press officer {}, local resident {}"),
}
_WITNESSES = {
    "id": _list("saksi mata {}, tetangga bernama {}, warga bernama {}"),
    "en": _list("eyewitness {}, a neighbour named {}, a passer-by named {}"),
}


def deeds(fillers: Mapping[str, Sequence[str]], count: int, seed: int) -> Iterator[QARow]:
    """Yield questions on who did a deed and to whom, a quarter of them unanswerable.

    Args:
        fillers: Real sentences of each language, to stand around the deed.
        count: How many rows.
        seed: The same seed and fillers give the same rows.

    Yields:
        Rows in Indonesian (60%) and English. 15% ask for a count, a date or a sum instead, 25%
        for what someone did, or who did it to a thing, in part in the other language.
    """
    rng = random.Random(seed)  # noqa: S311
    for number in range(count):
        language = "id" if rng.random() < _INDONESIAN else "en"
        make = rng.choices((_number, _act, _party), (_NUMBERS, _ACTS, 1 - _NUMBERS - _ACTS))[0]
        question, body, answer, unwanted = make(rng, language, rng.random() >= _UNANSWERABLE)
        if rng.random() < _CASUAL:
            question = _casually(rng, question, language)
        context = _surrounded(rng, body, unwanted, fillers.get(language, ()))
        found = _mention(answer, context) if answer else None
        golds = (Gold(answer, found.start()),) if found else ()
        yield QARow(f"deed/{language}/{number}", language, question, context, golds, "deeds")


def _party(rng: random.Random, language: str, told: bool) -> tuple[str, str, str, str]:
    """A question for a party, the text, the answer or "", and what no filler has."""
    while True:
        deed = rng.choice(_DEEDS[language])
        values = _values(rng, language, deed)
        kinds = values["kinds"].split()
        crimes = (False, True) if deed.crime else (False,)
        shapes = [s for c in crimes for s in _SHAPES[language, c] if _fits(s, values, kinds)]
        if deed.crime and rng.random() < 0.5:
            shapes = [s for s in _SHAPES[language, True] if _fits(s, values, kinds)]
        asked = rng.choice(("doer", "doer", "done"))
        trick = "none" if told else rng.choice(("missing", "missing", "swapped", "other"))
        shape = rng.choice(shapes)
        named = _fields(shape)
        if (asked in named) is (trick == "missing"):
            continue
        if asked == "done" and trick == "missing" and "role" in named:
            continue  # What the victim is would do for an answer.
        said = dict(values)
        if trick == "swapped":
            said["doer"], said["done"] = values["done"], values["doer"]
        elif trick == "other":
            said |= {
                "doer": _party_of(rng, language, kinds[0]),
                "done": _party_of(rng, language, kinds[1]),
                "role": rng.choice(_JOBS[language]),
                "djob": rng.choice(_JOBS[language]),
            }
        if trick == "other" and set(said.values()) & {values[p] for p in _PARTS}:
            continue
        if rng.random() < 0.5 and "" in deed.tails:
            said["tail"] = ""
        absent = {"doer", "done", "role", "djob"} - named
        if trick == "swapped" and not {"doer", "done"} <= named:
            continue
        questions = [
            question
            for crime in crimes
            for question in _QUESTIONS[language, asked, crime]
            if not _fields(question) & absent and _fits(question, values, kinds)
            if trick != "swapped" or _fields(question) & {"doer", "done"}
            if trick != "other" or _fields(question) & set(_PARTS)
        ]
        if not questions:
            continue
        body = _capital(shape.format_map(values))
        question = _capital(rng.choice(questions).format_map(said))
        answer = "" if trick != "none" else values[asked]
        parties = [values["doer"], values["done"], said["doer"], said["done"]]
        return question, body, answer, rf"\b({'|'.join(map(re.escape, parties))})\b"


def _act(rng: random.Random, language: str, told: bool) -> tuple[str, str, str, str]:
    """A question for a thing or its actor, the text, the answer or "", and what no filler has."""
    asks = ("en" if language == "id" else "id") if rng.random() < _ACROSS else language
    rows = [
        at
        for at, row in enumerate(_OPPOSITES["id"])
        if row.actors in ("state", "body", "person") and row.verbs[0][0] not in _KEPT_APART
    ]
    at = rng.choice(rows)
    row = _OPPOSITES[language][at]
    verb, counter = rng.sample(range(len(row.verbs)), 2)
    # Groups have other names in the other language.
    kind = "person" if asks != language or rng.random() < 0.4 else row.actors
    actor, another = _actors(rng, language, kind, 2)
    job, third = rng.choice(_JOBS[language]), rng.choice(_GROUPS[language]["state"])
    titled = kind == "person" and rng.random() < 0.5
    thing, elsewhat = rng.sample(row.objects, 2)
    values = {
        "actor": f"{job} {actor}" if titled and language == "id" else actor,
        "another": another, "object": thing, "elsewhat": elsewhat,
        "speaker": rng.choice(_SPOKESMEN[language]).format(_party_of(rng, language, "person")),
        "tail": rng.choice(_ACT_TAILS[language]).format(
            place=rng.choice(_PLACES[language]), day=rng.choice(_DAYS[language]), state=third
        ),
        **_forms(row.verbs[verb], ""), **_forms(row.verbs[counter], "counter_"),
    }  # fmt: skip
    body = rng.choice(_ACT_SAYS[language]).format_map(values)
    if told and rng.random() < 0.5:
        body = f"{body} {rng.choice(_ACT_BESIDE[language]).format_map(values)}"
    said = dict(values)
    if not told:
        said["actor"] = another
    elif kind == "person":
        said["actor"] = rng.choice((actor, actor.split(maxsplit=1)[1]))
    said |= _forms(_OPPOSITES[asks][at].verbs[verb], "")
    asked = "object" if asks != language or rng.random() < 0.6 else "actor"
    if not told and asked == "actor":
        said["object"] = elsewhat
    question = rng.choice(_ACT_QUESTIONS[asks, asked]).format_map(said)
    answer = {"object": thing, "actor": actor}[asked] if told else ""
    return _capital(question), _capital(body), answer, rf"\b({re.escape(actor)}|{another})\b"


_PARTS = ("doer", "done", "role", "djob")


def _values(rng: random.Random, language: str, deed: _Deed) -> dict[str, str]:
    kinds = rng.choice(deed.parties)
    names: list[str] = []
    wanted = [*kinds.split(), kinds.split()[0], "person", "person"]
    while len(names) < len(wanted):
        name = _party_of(rng, language, wanted[len(names)])
        if not any(set(name.split()) & set(other.split()) for other in names):
            names.append(name)
    role, djob = rng.sample(_JOBS[language], 2)
    while role in djob or djob in role:
        role, djob = rng.sample(_JOBS[language], 2)
    speakers = (_POLICE if deed.crime else _SPOKESMEN)[language]
    day = rng.choice(_DAYS[language])
    return {
        "doer": names[0], "done": names[1], "other": names[2], "kinds": kinds,
        "speaker": rng.choice(speakers).format(names[3]),
        "witness": rng.choice(_WITNESSES[language]).format(names[4]),
        "role": role, "djob": djob, "age": str(rng.randint(18, 79)),
        "place": rng.choice(_PLACES[language]),
        "day": rng.choice((day, f"{day} ({rng.randint(1, 28)}/{rng.randint(1, 12)})"))
        if language == "id" else day,
        "tail": rng.choice(deed.tails), "active": deed.active, "passive": deed.passive,
        "base": deed.base, "agent": deed.agent, "noun": deed.noun,
    }  # fmt: skip


def _fits(template: str, values: Mapping[str, str], kinds: Sequence[str]) -> bool:
    """Whether the verb has the forms and the parties the nature that a template needs."""
    fields = _fields(template)
    if any(not values[form] for form in fields & {"agent", "noun"}):
        return False
    if kinds[1] != "person" and fields & {"role", "age"}:
        return False
    return kinds[0] == "person" or "djob" not in fields


def _party_of(rng: random.Random, language: str, kind: str) -> str:
    if kind == "person":
        return f"{rng.choice(_FIRST[language])} {rng.choice(_LAST[language])}"
    return rng.choice(_GROUPS[language][kind])


def _number(rng: random.Random, language: str, told: bool) -> tuple[str, str, str, str]:
    """A question for a number, the text, the answer or "", and what no filler has."""
    event = rng.choice(_EVENTS[language])
    asked = rng.choice(["count", "count", "loss", *event.questions])
    name = _party_of(rng, language, "person")
    loss, other = rng.sample(range(2, 900), 2)
    month = rng.choice(_MONTHS[language])
    day, year = rng.randint(1, 28), rng.randint(2005, 2025)
    hour, minute = rng.randint(0, 23), rng.randint(0, 59)
    # No other number in the text is the count or the age.
    age = rng.choice([n for n in range(29, 80) if n not in (loss, other)])
    count = rng.choice([n for n in range(2, 120) if n not in (loss, other, day, age)])
    if language == "id":
        date, clock = f"{day} {month} {year}", f"{hour:02}.{minute:02} WIB"
        sums = [f"Rp {n / 10:.1f} miliar".replace(".", ",") if n % 2 else f"Rp {n} juta"
                for n in (loss, other)]  # fmt: skip
    else:
        date = rng.choice((f"{day} {month} {year}", f"{month} {day}, {year}"))
        clock = f"{hour % 12 or 12}:{minute:02} {'am' if hour < 12 else 'pm'}"
        sums = [f"${n / 10:.1f} million" if n % 2 else f"${n},000" for n in (loss, other)]
    values = {
        "name": name, "age": str(age), "count": str(count), "date": date, "clock": clock,
        "loss": sums[0], "other": sums[1], "place": rng.choice(_PLACES[language]),
        "role": rng.choice(_JOBS[language]),
    }  # fmt: skip
    first, *rest = event.sentences
    if not told and asked in _fields(first):
        asked = "count"
    rest = [s for s in rest if told or asked not in _fields(s)]
    droppable = [s for s in rest if asked not in _fields(s) and "{name}" not in s]
    dropped = rng.choice([None, *droppable])
    rest = [s for s in rest if s != dropped]
    rng.shuffle(rest)
    body = _capital(" ".join([first, *rest]).format_map(values))
    question = rng.choice(event.questions[asked]).format_map(values)
    return question, body, values[asked] if told else "", rf"\d|{re.escape(name)}"


def _surrounded(rng: random.Random, body: str, unwanted: str, fillers: Sequence[str]) -> str:
    """The text with up to three real sentences around it that hold nothing unwanted."""
    drawn = rng.sample(fillers, min(rng.randint(0, 3), len(fillers)))
    drawn = [s for s in drawn if not re.search(unwanted, s)]
    cut = rng.randint(0, len(drawn))
    headline, _, text = body.rpartition("\n")
    around = " ".join([*drawn[:cut], text, *drawn[cut:]])
    return f"{headline}\n{around}" if headline else around


def _mention(text: str, context: str) -> re.Match[str] | None:
    return re.search(rf"(?<!\w)(?<!\d[.,:/]){re.escape(text)}(?!\w|[.,:/]\d)", context)


@cache
def _fields(template: str) -> frozenset[str]:
    parsed = string.Formatter().parse(template)
    return frozenset(name for _, name, _, _ in parsed if name)


def _capital(text: str) -> str:
    """The text with a capital at the start of each line and sentence."""
    return re.sub(r"(^|[.?] |\n)([a-z])", lambda m: m[1] + m[2].upper(), text)


def _casually(rng: random.Random, question: str, language: str) -> str:
    """A question as people type it."""
    text = question.lower().rstrip("?")
    if language == "en":
        return re.sub(r"\bwho (is|was)\b", rng.choice(("whos", r"who \1")), text)
    text = re.sub(r"\bsiapa(kah)?\b", rng.choice(("siapa sih", "siapa", "sapa")), text)
    text = re.sub(r"\byang\b", "yg", text)
    return re.sub(r"\bitu$", rng.choice(("itu", "tsb", "tadi")), text)


@dataclass(frozen=True, slots=True)
class Statement:
    """A yes-or-no question and a sentence that `says_so`, `says_otherwise` or does `neither`."""

    question: str
    sentence: str
    side: str


@dataclass(frozen=True, slots=True)
class _Opposites:
    """Verbs that rule one another out, of one kind of actor; each object goes with each verb.

    A verb is its forms: active and passive in Indonesian; base, past and participle in English.
    A verb without the passive has none.
    """

    actors: str
    verbs: tuple[tuple[str, ...], ...]
    objects: tuple[str, ...]


def _opposites(lines: str) -> tuple[_Opposites, ...]:
    """Read lines of `actors | verb / verb | object, object`, with commas between a verb's forms."""
    rows = []
    for line in lines.strip().splitlines():
        actors, verbs, objects = line.split("|")
        rows.append(
            _Opposites(actors.strip(), tuple(_list(v) for v in verbs.split("/")), _list(objects))
        )
    return tuple(rows)


_OPPOSITES = {
    "id": _opposites("""
state | menaikkan,dinaikkan / menurunkan,diturunkan / menahan,ditahan | suku bunga, tarif listrik
body | menambah,ditambah / mengurangi,dikurangi | jumlah karyawan, anggaran riset, jam kerja
body | menyetujui,disetujui / menolak,ditolak | usulan merger, kenaikan upah, proyek bendungan
state | mengirim,dikirim / menarik,ditarik | pasukan perdamaian, duta besar, kapal perang
state | membuka,dibuka / menutup,ditutup | perbatasan darat, pelabuhan utara, kedutaan besar
club | memenangi,dimenangi / kalah dalam | laga tandangnya, laga pembukanya
person | mengakui,diakui / membantah,dibantah | tuduhan itu, penerimaan suap, pertemuan rahasia
body | memulai,dimulai / menghentikan,dihentikan | produksi mobil, penyelidikan, pembangunan jalan
body | memperpanjang,diperpanjang / memperpendek,diperpendek | masa kontrak, jam buka, waktu libur
state | melarang,dilarang / mengizinkan,diizinkan | ekspor nikel, impor beras, demonstrasi
body | membeli,dibeli / menjual,dijual | saham pabrik gula, gedung tua itu, tiga pesawat
state | memperketat,diperketat / melonggarkan,dilonggarkan | aturan visa, pembatasan perjalanan
person | menerima,diterima / menampik,ditampik | tawaran jabatan, penghargaan itu, undangan istana
state | meratifikasi,diratifikasi / membatalkan,dibatalkan | perjanjian dagang, traktat laut
body | merekrut,direkrut / melepas,dilepas | para pekerja magang, tenaga ahli asing
body | memperluas,diperluas / mempersempit,dipersempit | area parkir, daerah layanan
body | memajukan,dimajukan / menunda,ditunda | jadwal kongres, rapat umum, peluncuran satelit
person | memuji,dipuji / mencela,dicela | kebijakan pangan, pidato menteri, film itu
state | membela,dibela / mengecam,dikecam | serangan udara, keputusan dewan keamanan
body | memperkuat,diperkuat / melemahkan,dilemahkan | pengawasan internal, hak pekerja
body | menghidupkan,dihidupkan / mematikan,dimatikan | reaktor kedua, lampu jalan, sirene
person | memasuki,dimasuki / meninggalkan,ditinggalkan | ruang sidang, koalisi itu, kota asalnya
state | mengekspor,diekspor / mengimpor,diimpor | gandum, gas alam, garam
body | mempercepat,dipercepat / memperlambat,diperlambat | pembangunan waduk, penyaluran bantuan
body | mempertahankan,dipertahankan / menghapus,dihapus | subsidi pupuk, ujian masuk
person | menandatangani,ditandatangani / menyobek,disobek | surat kesepakatan, petisi warga
"""),
    "en": _opposites("""
state | raise,raised,raised / lower,lowered,lowered / hold,held,held | interest rates, fuel duty
body | increase,increased,increased / reduce,reduced,reduced | its workforce, the research budget
body | approve,approved,approved / reject,rejected,rejected | the merger, the pay rise, the dam plan
state | send,sent,sent / withdraw,withdrew,withdrawn | peacekeepers, its ambassador, two warships
state | open,opened,opened / close,closed,closed | the land border, the northern port, its embassy
club | win,won,won / lose,lost,lost | its away match, its opening match
person | admit,admitted,admitted / deny,denied,denied | the theft, taking money, a secret meeting
body | start,started,started / halt,halted,halted | car production, the inquiry, road works
body | extend,extended,extended / shorten,shortened,shortened | the contract, opening hours
state | ban,banned,banned / allow,allowed,allowed | nickel exports, rice imports, street protests
body | buy,bought,bought / sell,sold,sold | the sugar mill, the old headquarters, three aircraft
state | tighten,tightened,tightened / loosen,loosened,loosened | visa rules, travel limits
person | accept,accepted,accepted / decline,declined,declined | the job offer, the award
state | ratify,ratified,ratified / cancel,cancelled,cancelled | the trade deal, the sea treaty
body | hire,hired,hired / lay off,laid off,laid off | engineers, temporary staff
body | expand,expanded,expanded / shrink,shrank,shrunk | the car park, the delivery area
body | bring forward,brought forward,brought forward / postpone,postponed,postponed | voting, trials
person | praise,praised,praised / condemn,condemned,condemned | the food policy, the speech
state | defend,defended,defended / denounce,denounced,denounced | the air strike, the ruling
body | strengthen,strengthened,strengthened / weaken,weakened,weakened | safety, workers' rights
body | switch on,switched on,switched on / switch off,switched off,switched off | reactors, sirens
person | join,joined,joined / leave,left,left | the coalition, the orchestra, the board
state | export,exported,exported / import,imported,imported | wheat, natural gas, salt
body | speed up,sped up,sped up / slow down,slowed down,slowed down | the clean-up, aid deliveries
body | keep,kept,kept / scrap,scrapped,scrapped | the fertiliser subsidy, entrance exams
person | sign,signed,signed / tear up,tore up,torn up | the agreement, the petition
"""),
}
# Verbs of tests/data/who-did-it.jsonl: no question for a span may teach them.
_KEPT_APART = ("memuji", "membela")
_ACT_SAYS = {
    "id": (
        "{actor} {active} {object}{tail}.", "{actor} telah {active} {object}{tail}.",
        "{object} {passive} oleh {actor}{tail}.", "{object} sudah {passive} {actor}{tail}.",
        "{actor} mengatakan bahwa dia telah {active} {object}{tail}.",
        "{speaker} mengatakan {actor} sudah {active} {object}{tail}.",
        "{actor} akhirnya {active} {object}{tail}, kata {speaker}.",
    ),
    "en": (
        "{actor} {active} {object}{tail}.", "{actor} has {passive} {object}{tail}.",
        "{object} had been {passive} by {actor}{tail}.",
        "{actor} said that he had {passive} {object}{tail}.",
        "{speaker} said that {actor} had {passive} {object}{tail}.",
    ),
}  # fmt: skip
_ACT_TAILS = {
    "id": ("", "", " di {place}", " untuk {state}", " ke {state}", " pada {day}",
           " setelah berunding dengan {state}"),
    "en": ("", "", " in {place}", " for {state}", " to {state}", " on {day}",
           " after talks with {state}"),
}  # fmt: skip
_ACT_BESIDE = {
    "id": ("{another} {counter} {elsewhat}.", "Adapun {elsewhat} {counter_passive} oleh {another}.",
           "{another} tidak {active} {elsewhat}."),
    "en": ("{another} {counter} {elsewhat}.", "{another} did not {base} {elsewhat}."),
}  # fmt: skip
_ACT_QUESTIONS = {
    ("id", "object"): (
        "Apa yang {passive} {actor}?", "Apa yang {passive} oleh {actor}?", "{actor} {active} apa?",
        "Apa yang telah {passive} {actor}?", "Apa saja yang {passive} {actor}?",
    ),
    ("id", "actor"): ("Siapa yang {active} {object}?", "{object} {passive} oleh siapa?",
                      "Siapakah yang telah {active} {object}?"),
    ("en", "object"): ("What did {actor} {base}?", "What has {actor} {passive}?",
                       "What was {passive} by {actor}?", "{actor} {active} what?"),
    ("en", "actor"): ("Who {active} {object}?", "Who was it that {active} {object}?"),
}  # fmt: skip
# Deeds between two actors, so that who is named first matters.
_BETWEEN = {
    "id": _opposites("""
state | mengundang,diundang | -
state | menyerang,diserang | -
state | membantu,dibantu | -
club | mengalahkan,dikalahkan | -
body | menggugat,digugat | -
person | menuduh,dituduh | -
person | menggantikan,digantikan | -
"""),
    "en": _opposites("""
state | invite,invited,invited | -
state | attack,attacked,attacked | -
state | help,helped,helped | -
club | beat,beat,beaten | -
body | sue,sued,sued | -
person | accuse,accused,accused | -
person | replace,replaced,replaced | -
"""),
}

# Sentences by language, what they say of the verb asked about, and whether a question on the future
# is meant. {actor} and {object} are those of the question, {another} and {elsewhat} different ones;
# {active}, {passive} and {base} are the verb asked about and {counter...} its
# opposite.
_ASKS = {
    ("id", False): (
        "Apakah {actor} {active} {object}?", "Benarkah {actor} {active} {object}?",
        "Apakah {actor} sudah {active} {object}?", "Apa benar {actor} {active} {object}?",
        "Apakah {object} {passive} oleh {actor}?", "Benarkah {object} {passive} {actor}?",
    ),
    ("id", True): (
        "Apakah {actor} akan {active} {object}?", "Benarkah {actor} akan {active} {object}?",
        "Akankah {actor} {active} {object}?",
    ),
    ("en", False): (
        "Did {actor} {base} {object}?", "Has {actor} {passive} {object}?",
        "Is it true that {actor} {active} {object}?", "Was {actor} the one that {active} {object}?",
    ),
    ("en", True): (
        "Will {actor} {base} {object}?", "Is {actor} going to {base} {object}?",
        "Is it true that {actor} will {base} {object}?",
    ),
}  # fmt: skip
_SAYS = {
    ("id", "says_so", False): (
        "{actor} {active} {object}", "{actor} telah {active} {object}",
        "{actor} resmi {active} {object}",
        "{object} {passive} oleh {actor}", "{object} sudah {passive} {actor}",
        "{actor} {active} {object}, sementara {another} tidak",
        "{another} {counter} {object}, sedangkan {actor} {active} {object}",
        "{actor} akhirnya {active} {object} setelah sempat ragu",
    ),
    ("id", "says_so", True): (
        "{actor} akan {active} {object}", "{actor} memastikan akan {active} {object}",
        "{actor} segera {active} {object}", "{object} akan {passive} oleh {actor}",
        "{actor} akan {active} {object}, sedangkan {another} tidak",
    ),
    ("id", "says_otherwise", False): (
        "{actor} {counter} {object}", "{actor} resmi {counter} {object}",
        "{object} {counter_passive} oleh {actor}", "{actor} tidak {active} {object}",
        "{actor} belum {active} {object}", "{actor} batal {active} {object}",
        "{actor} menyangkal telah {active} {object}", "{object} tidak {passive} oleh {actor}",
        "bukan {actor} yang {active} {object}, melainkan {another}",
        "{another} {active} {object}, sedangkan {actor} {counter} {object}",
        "{another} {active} {object}, tetapi {actor} tidak",
        "tidak benar bahwa {actor} {active} {object}",
    ),
    ("id", "says_otherwise", True): (
        "{actor} tidak akan {active} {object}", "{actor} membantah akan {active} {object}",
        "{actor} batal {active} {object}", "{actor} akan {counter} {object}",
        "{another} akan {active} {object}, tetapi {actor} tidak",
        "{actor} memastikan tidak akan {active} {object}",
    ),
    ("id", "neither", False): (
        "{another} {active} {object}", "{object} {passive} oleh {another}",
        "{another} {counter} {object}",
        "{another} tidak {active} {object}", "{actor} {active} {elsewhat}",
        "{actor} {counter} {elsewhat}", "{actor} {unrelated}", "{actor} dan {another} {unrelated}",
        "{actor} {unrelated} ketika {another} {active} {object}",
        "{actor} akan {active} {object}", "{actor} berencana {active} {object}",
        "{actor} bisa {active} {object} jika keadaan memburuk", "{actor} diduga {active} {object}",
        "{actor} mungkin {counter} {object}", "{another} mendesak {actor} {active} {object}",
        "{actor} mempertimbangkan untuk {active} {object}",
    ),
    ("id", "neither", True): (
        "{another} akan {active} {object}", "{actor} akan {active} {elsewhat}",
        "{actor} {unrelated}",
        "{actor} mungkin {active} {object}", "{actor} bisa {active} {object} jika keadaan memburuk",
        "{another} mendesak {actor} {active} {object}", "{another} tidak akan {active} {object}",
        "{actor} belum memutuskan apakah akan {active} {object}",
    ),
    ("en", "says_so", False): (
        "{actor} {active} {object}", "{actor} has {passive} {object}",
        "{object} had been {passive} by {actor}",
        "{actor} {active} {object} while {another} did not",
        "{another} {counter} {object}, whereas {actor} {active} {object}",
        "{actor} finally {active} {object} after long talks", "{actor} did in fact {base} {object}",
    ),
    ("en", "says_so", True): (
        "{actor} will {base} {object}", "{actor} will certainly {base} {object}",
        "{object} will be {passive} by {actor}",
        "{actor} will {base} {object}, but {another} will not",
        "{actor} is going to {base} {object}",
    ),
    ("en", "says_otherwise", False): (
        "{actor} {counter} {object}", "{actor} has {counter_passive} {object}",
        "{object} had been {counter_passive} by {actor}", "{actor} did not {base} {object}",
        "{actor} has not {passive} {object}", "{actor} has yet to {base} {object}",
        "{actor} denied having {passive} {object}", "{actor} refused to {base} {object}",
        "it was {another}, not {actor}, that {active} {object}",
        "{another} {active} {object}, whereas {actor} {counter} {object}",
        "{another} {active} {object} but {actor} did not",
        "it is not true that {actor} {active} {object}",
    ),
    ("en", "says_otherwise", True): (
        "{actor} will not {base} {object}", "{actor} denied any intention to {base} {object}",
        "{actor} ruled out a decision to {base} {object}", "{actor} will {counter_base} {object}",
        "{another} will {base} {object}, but {actor} will not",
        "{actor} has dropped a plan to {base} {object}",
    ),
    ("en", "neither", False): (
        "{another} {active} {object}", "{object} had been {passive} by {another}",
        "{another} {counter} {object}", "{another} did not {base} {object}",
        "{actor} {active} {elsewhat}", "{actor} {counter} {elsewhat}", "{actor} {unrelated}",
        "{actor} and {another} {unrelated}", "{actor} {unrelated} when {another} {active} {object}",
        "{actor} will {base} {object}", "{actor} plans to {base} {object}",
        "{actor} might {base} {object}", "{actor} would {base} {object} if things got worse",
        "{actor} allegedly {active} {object}", "{another} urged {actor} to {base} {object}",
        "{actor} may {counter_base} {object}",
    ),
    ("en", "neither", True): (
        "{another} will {base} {object}", "{actor} will {base} {elsewhat}", "{actor} {unrelated}",
        "{actor} might {base} {object}", "{actor} would {base} {object} if things got worse",
        "{another} urged {actor} to {base} {object}", "{another} will not {base} {object}",
        "{actor} has not decided whether to {base} {object}",
    ),
}  # fmt: skip
_SWAPPED = {
    "id": (
        "{object} {active} {actor}",
        "{actor} {passive} oleh {object}",
        "{actor} {passive} {object}",
    ),
    "en": ("{object} {active} {actor}", "{actor} was {passive} by {object}"),
}
_UNRELATED = {
    "id": _list("""
        memperingati hari jadinya, menerbitkan laporan tahunan, menunjukkan minat pada olahraga,
        mengadakan jumpa pers, berterima kasih kepada para relawan, menjadi sorotan media asing"""),
    "en": _list("""
        marked an anniversary, published a yearly report, held a press conference, thanked the
        volunteers, drew attention abroad, took part in a charity event"""),
}
_BEFORE = {
    "id": ("", "", "", "Pada hari Rabu, ", "Menurut kantor berita setempat, ", "Kamis, "),
    "en": ("", "", "", "On Wednesday, ", "According to local media, ", "Officials said that "),
}
_AFTER = {
    "id": (
        ".",
        ".",
        ", kata juru bicaranya.",
        ", demikian laporan media.",
        " di tengah kritik publik.",
    ),
    "en": (".", ".", ", a spokesman said.", ", local papers reported.", " amid public criticism."),
}
_SIDES = ("says_so", "says_otherwise", "neither")


def sides(count: int, seed: int) -> Iterator[Statement]:
    """Yield yes-or-no questions with a sentence each, a third of them on each side.

    What is only planned, possible or alleged is on neither side, unless the question asks for what
    will be.

    Args:
        count: How many statements.
        seed: The same seed gives the same statements.

    Yields:
        Statements, more of them Indonesian than English.
    """
    rng = random.Random(seed)  # noqa: S311
    for number in range(count):
        yield _statement(rng, _SIDES[number % len(_SIDES)])


def _statement(rng: random.Random, side: str) -> Statement:
    language = "id" if rng.random() < _INDONESIAN else "en"
    between = rng.random() < 0.2
    row = rng.choice((_BETWEEN if between else _OPPOSITES)[language])
    verb, *others = rng.sample(row.verbs, len(row.verbs))
    values = _forms(verb, "") | (_forms(others[0], "counter_") if others else {})
    names = _actors(rng, language, row.actors, 4)
    objects = names[2:] if between else rng.sample(row.objects, 2)
    values |= {"actor": names[0], "another": names[1], "object": objects[0], "elsewhat": objects[1]}
    values |= {"unrelated": rng.choice(_UNRELATED[language])}
    future = rng.random() < 0.2
    says: Sequence[str] = _SAYS[language, side, future]
    if between and side == "neither" and not future and rng.random() < 0.6:
        says = _SWAPPED[language]
    ask = rng.choice([a for a in _ASKS[language, future] if _fields(a) <= values.keys()])
    say = rng.choice([s for s in says if _fields(s) <= values.keys()])
    before, after = rng.choice(_BEFORE[language]), rng.choice(_AFTER[language])
    question, sentence = ask.format_map(values), before + say.format_map(values) + after
    question = question.lower().rstrip("?") if rng.random() < _CASUAL else _capital(question)
    return Statement(question, _capital(sentence), side)


def _forms(verb: Sequence[str], prefix: str) -> dict[str, str]:
    """A verb's forms by their names in the templates: two are Indonesian's, three English's."""
    names = ("base", "active", "passive") if len(verb) == 3 else ("active", "passive")
    forms = dict(zip(names, verb, strict=False))
    return {(prefix + name).replace("counter_active", "counter"): f for name, f in forms.items()}


def _actors(rng: random.Random, language: str, kind: str, count: int) -> list[str]:
    """So many actors of a kind, all different."""
    if kind != "person":
        return rng.sample(_GROUPS[language][kind], count)
    firsts = rng.sample(_FIRST[language], count)
    lasts = rng.sample(_LAST[language], count)
    return [f"{first} {last}" for first, last in zip(firsts, lasts, strict=True)]
