"""Values of qa as JSON, and back as they were: answers, what is cited, settings.

Of a dataclass its fields go by their names, but for those that hold their default; an article goes
by a name that the caller gives it, since one is met many times.

Not handled: values of types that no annotation names.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, NoReturn, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from qa.errors import QAError
from qa.types import Article, Citation, Span

LONGEST_TEXT = 1 << 24
"""Code points of the longest article; an offset beyond is no offset."""

Name: TypeAlias = Callable[[Article], Any]
"""What stands for an article."""

Decoder: TypeAlias = Callable[[Any, Callable[[Any], Article]], Any]
"""Makes a value again, by the article that a name stands for; ValueError if it is none."""

_T = TypeVar("_T")


def packed(value: Any, name: Name, *, leave: tuple[str, ...] = ()) -> Any:
    """A value as JSON.

    Args:
        value: Of the types that qa hands on.
        name: Gives what stands for an article.
        leave: Fields that are left out, of whichever dataclass.
    """
    if isinstance(value, Article):
        return name(value)
    if type(value) is Span:
        return [value.start, value.end]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [packed(each, name, leave=leave) for each in value]
    if isinstance(value, Mapping):
        return dict(value)
    return packed_fields(value, name, leave=leave) if is_dataclass(value) else value


def packed_fields(value: Any, name: Name, *, leave: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a dataclass, also of an article itself, as `packed` has them."""
    return {
        each.name: packed(part, name, leave=leave)
        for each in fields(value)
        if each.name not in leave and (part := getattr(value, each.name)) != each.default
    }


def packed_whole(value: Any) -> dict[str, Any]:
    """A value as JSON with all that it holds, whole articles too."""
    numbers: dict[Article, int] = {}
    document = packed(value, lambda article: numbers.setdefault(article, len(numbers)))
    articles = [packed_fields(article, numbers.__getitem__) for article in numbers]
    return {"value": document, "articles": articles}


def unpacked_whole(kind: type[_T], document: Any) -> _T:
    """What `packed_whole` packed, of a type.

    Raises:
        ValueError: If it is anything else.
    """
    of: Any = kind
    try:
        articles = [whole(document) for document in a(list, a(dict, document)["articles"])]
        made: _T = decoder(of)(document["value"], lambda name: articles[a(int, name)])
    except (KeyError, IndexError, TypeError, AttributeError, QAError, ArithmeticError) as error:
        raise ValueError(f"no {kind.__name__}: {error}") from error
    return made


def whole(document: Any) -> Article:
    """The article of what `packed_fields` made of one."""
    made: Article = _of_article()(document, no_article)
    return made


def no_article(_name: Any) -> NoReturn:
    """Where no article can stand.

    Raises:
        ValueError: Always.
    """
    raise ValueError("an article within an article")


@cache
def decoder(kind: Any) -> Decoder:
    """What makes a value of a type out of what `packed` made of one."""
    origin, within = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (some,) = (decoder(one) for one in within if one is not type(None))
        return lambda value, find: None if value is None else some(value, find)
    if origin is tuple:
        each = decoder(within[0])
        return lambda value, find: tuple([each(one, find) for one in a(list, value)])
    if origin is not None:
        return lambda value, _find: {
            a(str, name): a(within[1], number) for name, number in a(dict, value).items()
        }
    if kind is Article:
        return lambda value, find: find(value)
    if kind is Span:
        return _span
    if kind is float:
        return _number
    if kind is date:
        return lambda value, _find: date.fromisoformat(a(str, value))
    if is_dataclass(kind):
        return _dataclass(kind)
    if issubclass(kind, Enum):
        return lambda value, _find: kind(value)
    return lambda value, _find: a(kind, value)


def _dataclass(kind: Any) -> Decoder:
    """The decoder of a dataclass, also of an article itself, by its fields."""
    hints = get_type_hints(kind)
    parts = [(each.name, decoder(hints[each.name])) for each in fields(kind)]

    def decode(value: Any, find: Callable[[Any], Article]) -> Any:
        document = a(dict, value)
        made = kind(**{name: of(document[name], find) for name, of in parts if name in document})
        if isinstance(made, Citation) and made.quote != _words(made):
            raise ValueError("a quote that does not stand in its article")
        return made

    return decode


def a(kind: type[_T], value: Any) -> _T:
    """A value that is of a kind; an int is a float too, but a bool is no number.

    Raises:
        ValueError: If it is not.
    """
    fits = type(value) is kind or (kind is float and type(value) is int)
    if not fits:
        raise ValueError(f"not a {kind.__name__}: {value!r:.40}")
    checked: _T = value
    return checked


@cache
def _of_article() -> Decoder:
    return _dataclass(Article)


def _span(value: Any, _find: object) -> Span:
    start, end = a(list, value)
    if a(int, end) > LONGEST_TEXT:
        raise ValueError("no place in an article")
    return Span(a(int, start), end)


def _words(place: Citation) -> str:
    return place.article.text[place.span.start : place.span.end]


def _number(value: Any, _find: object) -> float:
    number = float(a(float, value))
    if math.isnan(number):
        raise ValueError("not a number")
    return number
