"""Questions that ask for several things, and the several things that findings name.

"Negara mana saja ...?", "siapa saja", "which countries" get every finding above the threshold, and
where one stands in an enumeration ("A, B, dan C") every member of that, each an exact span.

Indonesian, Malay and English only. Not handled: whether the list is complete, members of more than
six words (of a list with numbers twelve), other enumerations over several sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile, takewhile

from qa.answer.amounts import small_number
from qa.answer.normalise import Relation, Sort, Value, relate, value_of
from qa.answer.titles import inside_titles, is_title
from qa.cite import cite
from qa.language.detect import family
from qa.language.text import fold, folded_words, sentences, words
from qa.language.vocabulary import known
from qa.question.analyse import STOPWORDS, Kind
from qa.question.query import Query
from qa.types import Article, Candidate, Citation, Finding, Read, Span

_LISTED = 0.2
_LISTED_IN_OWN = 0.15
"""The same for what enumerates in the question's language, beside which others are passed over."""
_OF_ONE = 6
"""Members of one enumeration that come before those of others."""
_MOST_MEMBER_WORDS = 6
_COUNT_WITHIN = 4
"""Words of a question among which it says how many things there are: `Di tiga kota mana saja`."""
_MOST_ASKED = 30
_SHARE_OF_BEST = 0.75
"""What is much less sure than the best finding is of another kind."""
_PLACES = known().places_after
_LOOKED_AT = 1000
"""Code points on either side of a span among which its sentence is looked for."""
_SEPARATOR = re.compile(
    r",\s+(?:(?:dan|serta|atau|maupun|and|or)\s+)?|\s+(?:dan|serta|atau|maupun|and|or)\s+"
    # `PT Paiton Operation & Maintenance` is one name.
    r"|(?<=[^\W\d_A-Z])\s+&\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_UP_TO_LAST = re.compile(r",?\s+(?:hingga|sampai)\s+(?=(?P<last>[^\W\d]+))", re.IGNORECASE)
"""What joins the last to what commas have begun to list: `gajah, badak, hingga singa`."""
_NO_LAST = known().weekdays.keys() | known().months.keys() | known().pointed_times
_LEADING = known().enumerating | known().examples
_LEADS_IN = re.compile(
    rf"\b(?:{'|'.join(sorted(word.replace('-', ' ') for word in _LEADING))})\b[\s:,]*",
    re.IGNORECASE,
)
"""What stands before an enumeration: `tim yang terdiri dari`."""
_PEOPLE = (known().people | known().callings | known().troops) - known().no_people
_FILLERS = known().fillers | STOPWORDS
_NO_MEMBER = known().negations | known().auxiliaries | known().excluding
_NO_MEMBER |= known().clause_openers - known().relative
_ITS = "nya"
_LONGEST_WORD = 30
_FEWEST_BARE = 3
"""Members of an enumeration without a conjunction, which something must lead in."""
_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]")
_REMARK = re.compile(r"\s*[(\[][^()\[\]]*[)\]]?\W*$")
"""What stands in brackets at the end of a part, also where they are not closed."""
_NUMBER = re.compile(r"(?:^|(?<=\s))(\d{1,2})[.)]\s+(?=\S)", re.MULTILINE)
"""What begins an item of a list with numbers."""
_ITEM_ENDS = re.compile(r"[,;:\n]|\s[–—(-]|[.!?](?=\s|$)")
_LAST_INITIALS = re.compile(
    # `A dan B. Polisi`, `RS (34), dan M.N. Polisi`; `A. Malik dan B. Noer` are names.
    r"\b(?:[A-Z]\.?){1,4}(?:\s*\([^()]*\))?,?\s+(?:dan|serta|atau|and|or|&)\s+(?:[A-Z]\.?){0,3}[A-Z]\."
    r"(?=\s+[^\W\d_]{2})"
)


def listed(
    query: Query, reads: Sequence[Read], *, least: float, cited: Sequence[Citation]
) -> tuple[Candidate, ...]:
    """The things that findings name, where they name more than one.

    Args:
        query: What merely repeats its words is no item.
        reads: The passages that were read, each finding with its confidence.
        least: Confidence that an answer needs. A thing that is listed needs it too, and .2 at
            least, or .15 where something in the question's language enumerates.
        cited: As `items` takes it.
    """
    found = [
        (one.confidence, one.finding)
        for one in reads
        if one.finding and one.confidence and one.confidence >= max(least, _LISTED)
    ]
    found.sort(key=lambda one: -one[0])
    things = items(query, _in_own_language(query, reads, least=least) or found, cited=cited)
    things = _of_one_kind(query, things)
    return things[: _asked_for(query)] if len(things) > 1 else ()


def _of_one_kind(query: Query, things: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Without those who are people, where a thing is asked for and others are none.

    `Senjata apa saja?` has `rudal`, not `pelatih`; `Apa saja yang dikirim?` has both.
    """
    asked = _kind_asked_for(query.text)
    people = [one for one in things if _PEOPLE.issuperset(folded_words(one.text)[:1])]
    if asked is None or asked in _PEOPLE or len(people) == len(things):
        return tuple(things)
    return tuple(one for one in things if one not in people)


def _kind_asked_for(question: str) -> str | None:
    """The noun of what is asked for: `senjata` of `Senjata apa saja ...?`, `Which weapons ...?`."""
    folded = folded_words(question)
    for at, word in enumerate(folded):
        if word in ("apa", "mana") and folded[at + 1 : at + 2] == ["saja"]:
            return folded[at - 1] if at and folded[at - 1] not in STOPWORDS else None
        if word in ("which", "what"):
            return next((each for each in folded[at + 1 :] if each not in STOPWORDS), None)
    return None


def _asked_for(query: Query) -> int | None:
    """How many things a question says that there are: `Tiga pelatih siapa saja`; else None."""
    if query.days:
        return None
    for word in words(query.text)[:_COUNT_WITHIN]:
        number = small_number(fold(query.text[word.start : word.end]))
        if number and 1 < number <= _MOST_ASKED:
            return number
    return None


def _in_own_language(
    query: Query, reads: Sequence[Read], *, least: float
) -> list[tuple[float, Finding]]:
    """The findings in the question's language, surest first, where one of them enumerates."""
    found = [
        (one.confidence, one.finding)
        for one in reads
        if one.finding
        and one.confidence
        and one.confidence >= max(least, _LISTED_IN_OWN)
        and family(one.passage.article.language) == family(query.language)
    ]
    found.sort(key=lambda one: -one[0])
    several = any(len(members(one.passage.article, one.span)) > 1 for _, one in found)
    return found if several else []


def items(
    query: Query, found: Sequence[tuple[float, Finding]], *, cited: Sequence[Citation] = ()
) -> tuple[Candidate, ...]:
    """Every different thing that findings name, each cited, surest finding first.

    Args:
        query: What merely repeats its words is no item.
        found: Findings above the threshold with their confidence, best first; those far below
            the first are passed over.
        cited: Citations that the answer has; one of the same span keeps its number, others are
            numbered on from there.
    """
    asked = _folded(query.words)
    numbers = {(place.article.id, place.span): place.n for place in cited}
    found_items: dict[str, Candidate] = {}
    values: list[tuple[int, Value]] = []
    for at, sure, article, span in _several_first(found, _asked_for(query)):
        key = fold(article.text[span.start : span.end])
        value = value_of(article.text[span.start : span.end], language=article.language)
        # What one enumeration names twice is two things: `Kota Bandung, Kabupaten Bandung`.
        is_known = any(
            relate(value, other) is Relation.SAME for source, other in values if source != at
        )
        # `OSCE pekan`: a reader that ran on.
        runs_on = any(key.startswith(f"{other} ") for other in found_items)
        if key in found_items or is_known or runs_on or asked.issuperset(_folded(key)):
            continue
        if value.sort is Sort.DATE and query.kind is not Kind.TIME:
            continue
        values.append((at, value))
        n = numbers.setdefault((article.id, span), 1 + max(numbers.values(), default=0))
        place = cite(span, article, n)
        found_items[key] = Candidate(place.quote, sure, place)
    return tuple(found_items.values())


def _several_first(
    found: Sequence[tuple[float, Finding]], wanted: int | None
) -> list[tuple[int, float, Article, Span]]:
    """The members of findings near the best, surest first, those after the sixth of one last.

    Before all come those of the surest enumeration with as many members as are wanted. Each comes
    with the number of its finding.
    """
    whole: list[tuple[int, float, Article, Span]] = []
    first: list[tuple[int, float, Article, Span]] = []
    rest: list[tuple[int, float, Article, Span]] = []
    several = any(len(members(one.passage.article, one.span)) > 2 for _, one in found)
    for at, (sure, finding) in enumerate(found):
        if sure >= _SHARE_OF_BEST * found[0][0]:
            article = finding.passage.article
            named = [
                (at, sure, article, span)
                for span in members(article, finding.span)
                if not _is_aside(article.text, span.start)
            ]
            if len(named) == 1 and several and len(words(finding.quote)) > _MOST_MEMBER_WORDS:
                # What names one thing at length says something else.
                continue
            if len(named) == wanted and not whole:
                whole = named
                continue
            first += named[:_OF_ONE]
            rest += named[_OF_ONE:]
    return whole + first + rest


def members(article: Article, span: Span) -> list[Span]:
    """The members of the enumeration that a span is part of, in order; the span if it is in none.

    An enumeration is a run of short parts of a sentence with commas and at least one conjunction
    between them. It reaches beyond the span on a side where the span is a whole part of it.
    """
    text = article.text
    if numbered := _numbered(article, span):
        return numbered
    whole = _sentence(article, span)
    around = _led_in(text, whole, span)
    is_led_in = around.start > whole.start
    span = Span(max(span.start, around.start), min(span.end, around.end))
    gaps = _gaps(article, around)
    starts = [around.start, *(gap.end for gap in gaps)]
    ends = [*(gap.start for gap in gaps), around.end]
    parts = [_bare(text, Span(*part), around.start) for part in zip(starts, ends, strict=True)]
    first = left = max(at for at, start in enumerate(starts) if start <= span.start)
    last = right = max(at for at, start in enumerate(starts) if start < span.end)
    span = _closed(text, _whole_title(text, span, parts[last]))
    if is_led_in and first == 0:
        # `komersial` of `meliputi area komersial, hotel dan pelabuhan`
        span = Span(min(span.start, parts[0].start), span.end)
    if parts[first].start >= span.start:
        while left and (left == first or _is_short(text, parts[left])):
            left -= 1
    if parts[last].end <= span.end:
        while right < len(gaps) and (right == last or _is_short(text, parts[right])):
            right += 1
    if left == 0 < first and not is_led_in and _is_label(text, parts[0]):
        left = 1
    while right > last and _is_aside(text, starts[right]):
        right -= 1
    joins = [bool(text[gap.start : gap.end].strip(" ,\xa0\t\n")) for gap in gaps]
    bare = is_led_in and left == 0 and right >= _FEWEST_BARE - 1 and not any(joins[:right])
    while right > last and not joins[right - 1] and not bare:
        # `A dan B, tidak ...`: a list ends with its conjunction.
        right -= 1
    if not (any(joins[left:right]) or bare) or _is_aside(text, starts[left + 1]):
        return [span]
    run = parts[left : right + 1]
    run[0] = Span(span.start, max(span.start, run[0].end)) if left == first else _tail(text, run[0])
    if right == last:
        run[-1] = Span(run[-1].start, max(run[-1].start, min(span.end, parts[last].end)))
    else:
        run[-1] = _head(text, run[-1])
    found = [part for part in run if part]
    found = [part for part in found if not _is_filler(text, part)]
    found = [*found[:1], *(part for part in found[1:] if not _is_aside(text, part.start))]
    if len(found) > 1 and not text[found[-1].start].isupper():
        found[-1] = _without_place(text, found[-1])
    names = [part for part in found if _is_name(text, part)]
    if len(names) > 2 or (len(found) > 2 and len(names) > 1 and found[-1] in names):
        # `dua teman kuliah, Ayu dan Fajar`: what names follow is none of them.
        found = names
    return found if len(found) > 1 else [span]


def _numbered(article: Article, span: Span) -> list[Span]:
    """The members of a list with numbers that a span is in: `1. Ayu Sari 2. Budi`; else nothing."""
    text = article.text
    marks = _NUMBER.finditer(text, max(0, span.start - _LOOKED_AT), span.end + _LOOKED_AT)
    run: list[re.Match[str]] = []
    for mark in marks:
        follows = run and int(mark[1]) == int(run[-1][1]) + 1
        if not follows and run and run[0].start() <= span.start < mark.start():
            break
        run = [*run, mark] if follows else [mark]
    if len(run) < 2 or int(run[0][1]) != 1 or not run[0].start() <= span.start:
        return []
    ends = [*(mark.start() for mark in run[1:]), len(text)]
    found = []
    for mark, end in zip(run, ends, strict=True):
        stop = _ITEM_ENDS.search(text, mark.end(), end)
        part = _bare(text, Span(mark.end(), stop.start() if stop else end), mark.end())
        held = _placed(text, part)
        while held and _is_stopword(text, held[-1]):
            held.pop()
        if not 0 < len(held) <= 2 * _MOST_MEMBER_WORDS:
            return []
        found.append(Span(part.start, held[-1].end))
    shown = [
        part
        for part in found
        if not any(mask.start < part.end and part.start < mask.end for mask in article.masks)
    ]
    is_in = any(part.start <= span.start < part.end for part in shown)
    return shown if is_in and len(shown) > 1 else []


def _whole_title(text: str, span: Span, part: Span) -> Span:
    """A span that begins with a title and ends before its last field, with the rest of it."""
    first = _placed(text, span)[:1]
    inside = [*_SEPARATOR.finditer(text, part.start, part.end)]
    if not (first and inside and is_title(text[first[0].start : first[0].end])):
        return span
    return Span(span.start, _head(text, part).end) if span.end < inside[-1].end() else span


def _closed(text: str, span: Span) -> Span:
    """A span without a bracket at its end that is open there: `Ayu Sari (34`."""
    remark = _REMARK.search(text[span.start : span.end])
    is_open = remark and remark.start() and not _BRACKETED.search(remark[0])
    return Span(span.start, span.start + remark.start()) if remark and is_open else span


def _gaps(article: Article, around: Span) -> list[Span]:
    """What stands between the parts of a sentence."""
    text = article.text
    gaps: list[Span] = []
    bracketed = [match.span() for match in _BRACKETED.finditer(text, around.start, around.end)]
    joined = {match.start(): match for match in _SEPARATOR.finditer(text, around.start, around.end)}
    up_to = {match.start(): match for match in _UP_TO_LAST.finditer(text, around.start, around.end)}
    for match in (each for _, each in sorted((joined | up_to).items())):
        if match.start() <= around.start or match.end() >= around.end:
            continue
        if any(start < match.start() < end for start, end in bracketed):
            continue
        if match.re is _UP_TO_LAST and not _is_last(text, gaps, match):
            if match.start() in joined:
                gaps.append(Span(*joined[match.start()].span()))
            continue
        is_inside_name = (
            gaps
            and "," not in match[0]
            and _is_name_begun(text, Span(gaps[-1].end, match.start()), match.end())
        )
        if not is_inside_name:
            gaps.append(Span(*match.span()))
    titles = inside_titles(text, gaps, around, language=article.language)
    return [gap for gap in gaps if gap not in titles]


def _is_last(text: str, gaps: Sequence[Span], up_to: re.Match[str]) -> bool:
    """Whether a list ends there: not `dari pagi hingga malam`, nor `naik, hingga bulan Mei`."""
    if not gaps or text[gaps[-1].start] != "," or fold(up_to["last"]) in _NO_LAST | STOPWORDS:
        return False
    between = words(text[gaps[-1].end : up_to.start()])
    return 0 < len(between) <= _MOST_MEMBER_WORDS and not any(
        _is_stopword(text[gaps[-1].end :], word) for word in between
    )


def _is_name_begun(text: str, part: Span, following: int) -> bool:
    """Whether a name runs on over a conjunction: `Organization for Security and Co-operation`."""
    found = list(dropwhile(lambda word: _is_stopword(text, word), _placed(text, part)))
    capital = [text[word.start].isupper() for word in found]
    return (
        capital[-1:] == [True]
        and not all(capital)
        and all(
            is_up or _is_stopword(text, word) for is_up, word in zip(capital, found, strict=True)
        )
        and text[following].isupper()
    )


def _sentence(article: Article, span: Span) -> Span:
    """The sentence that a span lies in; the span itself where it runs over several."""
    low, high = max(0, span.start - _LOOKED_AT), span.end + _LOOKED_AT
    for mask in article.masks:
        if mask.end <= span.start:
            low = max(low, mask.end)
        elif mask.start >= span.end:
            high = min(high, mask.start)
    for sentence in sentences(article.text, low, high):
        if sentence.start <= span.start and span.end <= sentence.end:
            return _without_initials(article.text, sentence, span)
    return span


def _without_initials(text: str, sentence: Span, span: Span) -> Span:
    """The sentence that a span lies in where one ends in initials: `oleh A, B, dan C. Polisi`."""
    start, end = sentence.start, sentence.end
    for match in _LAST_INITIALS.finditer(text, start, end):
        if match.end() <= span.start:
            start = match.end()
        elif span.end <= match.end():
            end = match.end()
            break
    return Span(start, end)


def _placed(text: str, span: Span) -> list[Span]:
    """The words of a span, in the text's coordinates."""
    return [
        Span(span.start + word.start, span.start + word.end)
        for word in words(text[span.start : span.end])
    ]


def _is_stopword(text: str, word: Span) -> bool:
    return fold(text[word.start : word.end]) in STOPWORDS


def _bare(text: str, part: Span, begin: int) -> Span:
    """A part from its first to its last word, without function words before it (`dengan OSCE`).

    One with a capital is a name (`Will Greenwood`), but where the sentence begins. A remark in
    brackets after it is not part of it: `Ayu Sari (34)`.
    """
    remark = _REMARK.search(text[part.start : part.end])
    if remark and remark.start():
        part = Span(part.start, part.start + remark.start())
    found = list(
        dropwhile(
            lambda word: (
                _is_stopword(text, word) and (word.start == begin or text[word.start].islower())
            ),
            _placed(text, part),
        )
    )
    return Span(found[0].start, found[-1].end) if found else Span(part.start, part.start)


def _is_name(text: str, part: Span) -> bool:
    """Whether a member is a name, perhaps with words before it: `unknown Baikal Finance Group`."""
    found = _placed(text, part)
    return bool(found) and text[found[-1].start].isupper()


def _is_filler(text: str, part: Span) -> bool:
    """Whether a member names nothing: `lain sebagainya`."""
    named = [text[word.start : word.end] for word in _placed(text, part)]
    return all(word in _FILLERS for word in named)


def _is_aside(text: str, start: int) -> bool:
    """Whether a part goes on with something else: `kecuali`, `dan tidak membuat sakit`."""
    first = words(text[start : start + _LONGEST_WORD])[:1]
    return any(fold(text[start + word.start : start + word.end]) in _NO_MEMBER for word in first)


def _is_label(text: str, part: Span) -> bool:
    """Whether what begins a sentence only leads in: `Gejala utamanya, demam, batuk dan pilek`."""
    return fold(text[part.start : part.end]).endswith(_ITS)


def _led_in(text: str, around: Span, span: Span) -> Span:
    """The part of a sentence that a span lies in, between words that lead in what they name."""
    marks = [*_LEADS_IN.finditer(text, around.start, around.end)]
    starts = [around.start, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), around.end]
    parts = [Span(*part) for part in zip(starts, ends, strict=True) if part[0] < part[1]]
    return max(parts, key=lambda part: min(part.end, span.end) - max(part.start, span.start))


def _without_place(text: str, part: Span) -> Span:
    """The last member without where all of them are: `puskesmas di wilayah timur`."""
    found = _placed(text, part)
    cut = next((at for at, word in enumerate(found) if at and _is_place(text, word)), len(found))
    return Span(part.start, found[cut - 1].end)


def _is_place(text: str, word: Span) -> bool:
    return fold(text[word.start : word.end]) in _PLACES


def _is_short(text: str, part: Span) -> bool:
    """Whether it may be a member; a name that enumerates may be as long as its parts."""
    inside = len(_SEPARATOR.findall(text, part.start, part.end))
    return 0 < len(_placed(text, part)) <= _MOST_MEMBER_WORDS * (1 + inside)


def _head(text: str, part: Span) -> Span:
    """The beginning of a part that belongs to the enumeration: a name, or words up to a stop."""
    inside = [*_SEPARATOR.finditer(text, part.start, part.end)]
    found = _placed(text, Span(inside[-1].end(), part.end) if inside else part)
    head = _joined(text, found[:1], found[1:])
    return Span(part.start, head.end) if inside else head


def _tail(text: str, part: Span) -> Span:
    """The end of a part that belongs to the enumeration."""
    inside = _SEPARATOR.search(text, part.start, part.end)
    found = _placed(text, Span(part.start, inside.start()) if inside else part)[::-1]
    tail = _joined(text, found[:1], found[1:])
    if not inside:
        return tail
    named = takewhile(
        lambda word: text[word.start].isupper() or _is_stopword(text, word),
        found,
    )
    titles = [word.start for word in named if is_title(text[word.start : word.end])]
    return Span(titles[-1] if titles else tail.start, part.end)


def _joined(text: str, taken: list[Span], following: Sequence[Span]) -> Span:
    """Words, and those that go on from them: with a capital after a name, else no function word."""
    if not taken:
        return Span(0, 0)
    is_name = text[taken[0].start].isupper()
    for word in following:
        gap = text[min(taken[-1].end, word.end) : max(taken[-1].start, word.start)]
        apart = gap.strip(" \xa0-–.'’")
        goes_on = text[word.start].isupper() if is_name else not _is_stopword(text, word)
        if apart or not goes_on or len(taken) == _MOST_MEMBER_WORDS:
            break
        taken = [*taken, word]
    return Span(min(word.start for word in taken), max(word.end for word in taken))


def _folded(text: str) -> frozenset[str]:
    folded = fold(text)
    return frozenset(folded[word.start : word.end] for word in words(folded))
