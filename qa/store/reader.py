"""Reading the articles and passages of an index.

Every method may be called from any thread; calls take turns.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import RLock
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamaged, StoreError
from qa.i18n import _
from qa.protocols import Rows
from qa.settings import Filters
from qa.store.filter_index import FilterIndex
from qa.store.schema import masks_from_json, parts_from_json
from qa.types import Article, Copy, Headline, Passage, Skipped, SourceSize, Span

_SELECT_ARTICLES = """
SELECT
    articles.row, id, path, title, text, sha256, source, url, published, language, record,
    (SELECT json_group_array(json_array(path, record, title, source, url, published)) FROM
        (SELECT * FROM also_at WHERE article = articles.row
            ORDER BY published IS NULL, published, also_at.row)),
    masks,
    mended,
    captured,
    parts,
    (SELECT id FROM articles AS first JOIN groups ON first.row = representative
        WHERE groups.article = articles.row)
FROM articles
JOIN texts ON texts.article = articles.row
JOIN cuts ON cuts.article = articles.row
LEFT JOIN parts ON parts.article = articles.row
"""
_ARTICLE_BY_ID = _SELECT_ARTICLES + "WHERE id = ?"
_ARTICLES_BY_ROW = (
    _SELECT_ARTICLES + "WHERE articles.row IN (SELECT value FROM json_each(?)) ORDER BY 1"  # noqa: S608
)

# Where the rest of a group stands, exact duplicates too, in the order in which they came.
_COPIES = """
SELECT path, record, title, source, url, published FROM (
    SELECT articles.row, 0 AS further, path, record, title, source, url, published
    FROM articles JOIN groups ON groups.article = articles.row
    WHERE representative = (SELECT representative FROM groups WHERE article = :row)
    UNION ALL
    SELECT also_at.article, also_at.row + 1, path, record, title, source, url, published
    FROM also_at JOIN groups USING (article)
    WHERE representative = (SELECT representative FROM groups WHERE article = :row)
)
WHERE row != :row ORDER BY row, further
"""

# What filters let through, as `Filters.allow` has it.
_PASSES = """(
    (:since IS NULL OR published >= :since) AND (:until IS NULL OR published <= :until)
    AND (:sources IS NULL OR source IN (SELECT value FROM json_each(:sources)))
)"""

_BATCH = 256


class ArticleReader:
    """The file that `ArticleWriter` wrote, open for reading."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection
        self._turn = RLock()
        with self._statements():
            (self.article_count,) = connection.execute(
                "SELECT coalesce(max(row) + 1, 0) FROM articles"
            ).fetchone()
            (self.passage_count,) = connection.execute(
                "SELECT coalesce(max(row) + 1, 0) FROM passages"
            ).fetchone()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file, which nobody may change meanwhile.

        Raises:
            IndexDamaged: If SQLite finds no such tables in it.
        """
        name = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(name, uri=True, isolation_level=None, check_same_thread=False)
        try:
            return cls(path, connection)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def articles(self, first: int = 0) -> Iterator[Article]:
        """The articles in the order in which they came, but for so many first ones."""
        for begin in range(first, self.article_count, _BATCH):
            rows = range(begin, min(begin + _BATCH, self.article_count))
            yield from self._articles(rows).values()

    def article(self, id: str) -> Article:  # noqa: A002 - the field's own name
        """The article of an id; KeyError if there is none."""
        with self._statements() as connection:
            found = connection.execute(_ARTICLE_BY_ID, (id,)).fetchone()
            if found is None:
                raise KeyError(id)
            return self._article(connection, found)[1]

    def rows_of(self, id: str) -> range:  # noqa: A002 - the field's own name
        """The rows of the passages of an article; KeyError if there is none of this id."""
        with self._statements() as connection:
            found = connection.execute(
                "SELECT first, passages FROM cuts JOIN articles ON articles.row = cuts.article"
                " WHERE id = ?",
                (id,),
            ).fetchone()
        if found is None:
            raise KeyError(id)
        return range(found[0], found[0] + found[1])

    def passages(self, rows: Sequence[int] | Rows, filters: Filters = Filters()) -> list[Passage]:
        """The passages of some rows, in the order asked for; each article is read once.

        Articles are as they stand in the first of their places that the filters let through.
        """
        wanted = [int(row) for row in rows]
        with self._statements() as connection:
            found = {
                row: (article, start, stop)
                for row, article, start, stop in connection.execute(
                    "SELECT row, article, start, stop FROM passages"
                    " WHERE row IN (SELECT value FROM json_each(?))",
                    (json.dumps(wanted),),
                )
            }
            wanted_articles = sorted({article for article, _, _ in found.values()})
            articles = {
                row: article.under(filters)
                for row, article in self._articles(wanted_articles).items()
            }
            passages = []
            for row in wanted:
                article, start, stop = found[row]
                passages.append(Passage(row, articles[article], Span(start, stop)))
        return passages

    def first_rows(self) -> Rows:
        """The row of the first passage of each article that has one, ascending."""
        with self._statements() as connection:
            found = connection.execute("SELECT first FROM cuts WHERE passages > 0 ORDER BY first")
            return np.array([first for (first,) in found], np.int64)

    def published(self) -> list[date | None]:
        """The days on which the articles of `first_rows` came out, in that order."""
        with self._statements() as connection:
            found = connection.execute(
                "SELECT published FROM cuts JOIN articles ON articles.row = cuts.article"
                " WHERE passages > 0 ORDER BY first"
            )
            return [_day(day) for (day,) in found]

    def languages_of(self, rows: Rows) -> list[str]:
        """The language of the article that each passage is of, in the order asked for."""
        wanted = rows.tolist()
        with self._statements() as connection:
            found = dict(
                connection.execute(
                    "SELECT passages.row, language FROM passages"
                    " JOIN articles ON articles.row = passages.article"
                    " WHERE passages.row IN (SELECT value FROM json_each(?))",
                    (json.dumps(wanted),),
                )
            )
        return [found[row] for row in wanted]

    def filter_index(self) -> FilterIndex:
        """What tells which passages filters let through."""
        with self._statements() as connection:
            return FilterIndex(
                connection.execute(
                    "SELECT published, source, first, passages FROM articles"
                    " JOIN cuts ON cuts.article = articles.row ORDER BY articles.row"
                ),
                connection.execute("SELECT article, published, source FROM also_at"),
            )

    def undated(self) -> int:
        """Articles without a date."""
        with self._statements() as connection:
            (count,) = connection.execute(
                "SELECT count(*) FROM articles WHERE published IS NULL"
            ).fetchone()
        return int(count)

    def articles_in(self, place: str) -> int:
        """How many articles stand in a folder or a file of a path; all where that is empty."""
        with self._statements() as connection:
            (count,) = connection.execute(
                "SELECT count(DISTINCT article) FROM (SELECT row AS article, path FROM articles"
                " UNION ALL SELECT article, path FROM also_at)"
                " WHERE :place = '' OR path = :place OR substr(path, 1, :length) = :place || '/'",
                {"place": place, "length": len(place) + 1},
            ).fetchone()
        return int(count)

    def skipped(self) -> list[Skipped]:
        """What could not be loaded, in the order in which it came."""
        with self._statements() as connection:
            rows = connection.execute("SELECT path, reason FROM skipped ORDER BY row").fetchall()
        return [Skipped(path, reason) for path, reason in rows]

    def places(self) -> dict[str, str]:
        """Every place of every article (`path` or `path#record`), and the article's id."""
        with self._statements() as connection:
            rows = connection.execute(
                "SELECT CASE WHEN record IS NULL THEN path ELSE path || '#' || record END, id"
                " FROM articles"
                " UNION ALL SELECT also_at.path || coalesce('#' || also_at.record, ''), id"
                " FROM also_at"
                " JOIN articles ON articles.row = also_at.article"
            ).fetchall()
        return dict(rows)

    def languages(self) -> tuple[str, ...]:
        """The languages of the articles, without `und`, in alphabetical order."""
        with self._statements() as connection:
            rows = connection.execute(
                "SELECT DISTINCT language FROM articles WHERE language != 'und' ORDER BY language"
            ).fetchall()
        return tuple(language for (language,) in rows)

    def sources(self) -> list[str]:
        """The sources that articles name, in alphabetical order."""
        with self._statements() as connection:
            rows = connection.execute(
                "SELECT source FROM articles WHERE source IS NOT NULL"
                " UNION SELECT source FROM also_at WHERE source IS NOT NULL ORDER BY source"
            ).fetchall()
        return [source for (source,) in rows]

    def sizes(self, filters: Filters) -> list[SourceSize]:
        """How many articles of each source the filters let through, the most first."""
        with self._statements() as connection:
            rows = connection.execute(
                "SELECT source, count(DISTINCT article), min(published), max(published) FROM"  # noqa: S608
                " (SELECT row AS article, source, published FROM articles"
                " UNION ALL SELECT article, source, published FROM also_at)"
                f" WHERE {_PASSES} GROUP BY source ORDER BY 2 DESC, 1",
                _parameters(connection, filters),
            ).fetchall()
        return [
            SourceSize(name, count, _day(first), _day(last)) for name, count, first, last in rows
        ]

    def months(self) -> dict[str | None, tuple[int, str, str]]:
        """How many articles came out in each month, and the first and the last day of these.

        Months are such as `2022-01`, in order; that of articles without a date is None.
        """
        with self._statements() as connection:
            rows = connection.execute(
                "SELECT substr(published, 1, 7), count(*), min(published), max(published)"
                " FROM articles GROUP BY 1 ORDER BY 1"
            ).fetchall()
        return {month: (count, first, last) for month, count, first, last in rows}

    def headlines(self) -> list[Headline]:
        """Every article as a list shows it, the newest first and those without a date last."""
        with self._statements() as connection:
            rows = connection.execute(
                "SELECT id, title, source, published FROM articles"
                " ORDER BY published IS NULL, published DESC, row"
            ).fetchall()
            return [Headline(id_, title, source, _day(day)) for id_, title, source, day in rows]

    def digests(self) -> NDArray[np.bytes_]:
        """The digest of every passage, in row order, shape (n,), 16 bytes each."""
        with self._statements() as connection:
            rows = connection.execute("SELECT digest FROM passages ORDER BY row").fetchall()
        return np.array([digest for (digest,) in rows], dtype="S16")

    def passage_counts(self) -> NDArray[np.int64]:
        """How many passages each article has, in order."""
        with self._statements() as connection:
            found = connection.execute("SELECT passages FROM cuts ORDER BY article").fetchall()
        return np.array([count for (count,) in found], np.int64)

    def cut(self) -> Iterator[tuple[Article, list[Span], list[bytes]]]:
        """Every article in order, with the spans of its passages and their digests.

        Its other places are in the order in which they came, so that it can be written again.
        """
        for first in range(0, self.article_count, _BATCH):
            rows = range(first, min(first + _BATCH, self.article_count))
            spans: dict[int, list[Span]] = {row: [] for row in rows}
            digests: dict[int, list[bytes]] = {row: [] for row in rows}
            copies: dict[int, list[Copy]] = {row: [] for row in rows}
            ends = (rows[0], rows[-1])
            with self._statements() as connection:
                articles = self._articles(rows)
                # Passages of articles that follow one another do so as well.
                cut = connection.execute(
                    "SELECT article, start, stop, digest FROM passages WHERE row >="
                    " (SELECT min(first) FROM cuts WHERE passages > 0 AND article BETWEEN ? AND ?)"
                    " AND row < (SELECT max(first + passages) FROM cuts WHERE passages > 0"
                    " AND article BETWEEN ? AND ?) ORDER BY row",
                    ends * 2,
                ).fetchall()
                places = connection.execute(
                    "SELECT article, path, record, title, source, url, published FROM also_at"
                    " WHERE article BETWEEN ? AND ? ORDER BY row",
                    ends,
                ).fetchall()
            for row, start, stop, digest in cut:
                spans[row].append(Span(start, stop))
                digests[row].append(digest)
            for row, *place in places:
                copies[row].append(_copy(place))
            for row, article in articles.items():
                yield replace(article, also_at=tuple(copies[row])), spans[row], digests[row]

    def problems(self) -> Iterator[str]:
        """What a look at every page and every row finds wrong."""
        with self._statements() as connection:
            checks = [text for (text,) in connection.execute("PRAGMA integrity_check")]
            if checks != ["ok"]:
                yield from checks
                return
            counts = connection.execute(
                "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)"
            ).fetchone()
            (led,) = connection.execute(
                "SELECT count(*) FROM groups LEFT JOIN groups AS first"
                " ON first.article = groups.representative"
                " WHERE first.representative IS NOT groups.representative"
            ).fetchone()
        if led:
            yield "groups of near-duplicates do not agree"
        if counts != (self.article_count, self.passage_count):
            yield "rows are missing"
            return
        altered = [
            article.path
            for article in self.articles()
            if hashlib.sha256(article.text.encode()).hexdigest() != article.sha256
        ]
        if altered:
            yield f"{len(altered)} texts are not of their sha256, the first that of {altered[0]}"
        outside, masked = [], []
        for first in range(0, self.passage_count, _BATCH):
            for passage in self.passages(range(first, min(first + _BATCH, self.passage_count))):
                span, article = passage.span, passage.article
                if span.end > len(article.text):
                    outside.append(passage.row)
                if any(span.overlaps(mask) for mask in article.masks):
                    masked.append(passage.row)
        for rows, what in ((outside, "end behind their article"), (masked, "touch masked text")):
            if rows:
                yield f"{len(rows)} passages {what}, the first of them passage {rows[0]}"

    def _articles(self, rows: Sequence[int]) -> dict[int, Article]:
        """Articles by their rows, ascending."""
        with self._statements() as connection:
            found = connection.execute(_ARTICLES_BY_ROW, (json.dumps(list(rows)),)).fetchall()
            return dict(self._article(connection, one) for one in found)

    def _article(
        self, connection: sqlite3.Connection, found: tuple[Any, ...]
    ) -> tuple[int, Article]:
        row, id_, path, title, text, sha256, source, url, *rest = found
        published, language, record, also_at, masks, mended, captured, parts, group = rest
        copies = connection.execute(_COPIES, {"row": row}) if group else ()
        article = Article(
            id=id_,
            path=path,
            title=title,
            text=text,
            sha256=sha256,
            source=source,
            url=url,
            published=_day(published),
            language=language,
            record=record,
            also_at=tuple(map(_copy, json.loads(also_at))),
            masks=masks_from_json(masks),
            group=group or "",
            copies=tuple(map(_copy, copies)),
            mended=bool(mended),
            parts=parts_from_json(parts),
            captured=captured,
        )
        return row, article

    @contextmanager
    def _statements(self) -> Iterator[sqlite3.Connection]:
        """The connection, to one caller at a time, its errors raised as ours."""
        with self._turn:
            try:
                yield self._connection
            except (sqlite3.Error, ValueError) as error:
                # A value may be flipped in a large file, whose sum only `qa check` takes.
                raise self._failed(error) from error

    def _failed(self, error: Exception) -> StoreError:
        """The message where SQLite fails."""
        return IndexDamaged(
            _("{path} is damaged ({reason}). Rebuild the index: qa index FOLDER --full").format(
                path=self._path, reason=error
            )
        )


def _copy(fields: Sequence[Any]) -> Copy:
    """A copy as its row has it."""
    path, record, title, source, url, published = fields
    return Copy(path, record, title, source, url, _day(published))


def _day(published: str | None) -> date | None:
    return date.fromisoformat(published) if published else None


def _parameters(connection: sqlite3.Connection, filters: Filters) -> dict[str, str | None]:
    """What `_PASSES` takes."""
    return {
        "since": filters.since.isoformat() if filters.since else None,
        "until": filters.until.isoformat() if filters.until else None,
        "sources": _sources(connection, filters),
    }


def _sources(connection: sqlite3.Connection, filters: Filters) -> str | None:
    """The names of the source that the filters ask for, as a JSON list; None for any source."""
    if filters.source is None:
        return None
    wanted = filters.source.casefold()
    every = connection.execute("SELECT source FROM articles UNION SELECT source FROM also_at")
    return json.dumps([name for (name,) in every if name and name.casefold() == wanted])
