"""Writing the articles and passages of an index, for a generation that is not yet published.

Not handled: changing what was written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from qa.errors import StoreError
from qa.i18n import _
from qa.store.reader import ArticleReader
from qa.store.schema import SCHEMA, masks_as_json, parts_as_json
from qa.types import Article, Copy, Mask, Skipped, Span

_PLACE = "path, record, title, source, url, published"


class ArticleWriter(ArticleReader):
    """A file that is written, and can be read meanwhile."""

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new file, for a generation that is thrown away if anything goes wrong.

        Raises:
            StoreError: If it cannot be written.
        """
        path.touch(exist_ok=False)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            # No journal and no waiting for the disk: until it is published, nobody else reads it.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.executescript(SCHEMA)
            connection.execute("BEGIN")
            return cls(path, connection)
        except sqlite3.Error as error:
            connection.close()
            raise _unwritable(path, error) from error

    def commit(self) -> None:
        """Write what is not yet written, and let go of the file."""
        with self._statements() as connection:
            connection.execute("COMMIT")
        self.close()

    def add_article(self, article: Article) -> bool:
        """Take an article, or only its places if its text is there; whether it was new.

        The article is kept as it stands in the place that is dated first, else in the one that came
        first.

        Raises:
            StoreError: If its text cannot be stored, or another text has its id.
        """
        with self._statements() as connection:
            known = connection.execute(
                "SELECT row, sha256 FROM articles WHERE id = ?", (article.id,)
            ).fetchone()
            if known and known[1] != article.sha256:
                raise another_text(article.path)
            row = known[0] if known else self.article_count
            try:
                if not known:
                    self._insert_article(connection, row, article)
                else:
                    self._insert_copy(connection, row, article)
                for copy in article.also_at:
                    self._insert_copy(connection, row, copy)
            except UnicodeEncodeError as error:
                raise StoreError(
                    _("{path} holds a lone surrogate, which is no character. Leave it out.").format(
                        path=article.path
                    )
                ) from error
            return not known

    def add_copy(self, article: str, copy: Copy) -> None:
        """Take a further place of an article by its id, as `add_article` does."""
        with self._statements() as connection:
            (row,) = connection.execute(
                "SELECT row FROM articles WHERE id = ?", (article,)
            ).fetchone()
            self._insert_copy(connection, row, copy)

    def _insert_article(self, connection: sqlite3.Connection, row: int, article: Article) -> None:
        connection.execute("INSERT INTO texts VALUES (?, ?)", (row, article.text))
        connection.execute(
            "INSERT INTO cuts VALUES (?, ?, 0, 0)", (row, masks_as_json(article.masks))
        )
        connection.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row,
                article.id,
                article.path,
                article.record,
                article.title,
                article.source,
                article.url,
                article.published.isoformat() if article.published else None,
                article.language,
                article.sha256,
                article.mended,
                article.captured,
            ),
        )
        if article.parts:
            connection.execute(
                "INSERT INTO parts VALUES (?, ?)", (row, parts_as_json(article.parts))
            )
        self.article_count = row + 1

    def _insert_copy(self, connection: sqlite3.Connection, row: int, copy: Article | Copy) -> None:
        """Take a further place of an article, which becomes its own if it is dated before that."""
        published = copy.published.isoformat() if copy.published else None
        fields = (copy.path, copy.record, copy.title, copy.source, copy.url, published)
        (before,) = connection.execute(
            "SELECT published FROM articles WHERE row = ?", (row,)
        ).fetchone()
        if published and (before is None or published < before):
            (*own,) = connection.execute(
                f"SELECT {_PLACE} FROM articles WHERE row = ?",  # noqa: S608
                (row,),
            ).fetchone()
            connection.execute(
                f"UPDATE articles SET ({_PLACE}) = (?, ?, ?, ?, ?, ?) WHERE row = ?",  # noqa: S608
                (*fields, row),
            )
            fields = tuple(own)
        connection.execute(
            f"INSERT INTO also_at (article, {_PLACE}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (row, *fields),
        )

    def add_skipped(self, skipped: Skipped) -> None:
        """Keep what could not be loaded, and why."""
        with self._statements() as connection:
            connection.execute(
                "INSERT INTO skipped (path, reason) VALUES (?, ?)", (skipped.path, skipped.reason)
            )

    def add_passages(
        self, article: str, spans: Sequence[Span], masks: Sequence[Mask], digests: Sequence[bytes]
    ) -> None:
        """Take the passages of an article, as the next rows, and what is masked in it."""
        first = self.passage_count
        with self._statements() as connection:
            (row,) = connection.execute(
                "SELECT row FROM articles WHERE id = ?", (article,)
            ).fetchone()
            connection.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?)",
                [
                    (first + i, row, span.start, span.end, digest)
                    for i, (span, digest) in enumerate(zip(spans, digests, strict=True))
                ],
            )
            connection.execute(
                "UPDATE cuts SET masks = ?, first = ?, passages = ? WHERE article = ?",
                (masks_as_json(masks), first, len(spans), row),
            )
            self.passage_count = first + len(spans)

    def add_groups(self, groups: Mapping[str, str]) -> None:
        """Take which article stands for each that has near-duplicates: id -> id, itself too."""
        with self._statements() as connection:
            connection.executemany(
                "INSERT INTO groups SELECT articles.row, first.row FROM articles, articles AS first"
                " WHERE articles.id = ? AND first.id = ?",
                groups.items(),
            )

    def _failed(self, error: Exception) -> StoreError:
        return _unwritable(self._path, error)


def another_text(path: str) -> StoreError:
    """The message for an article whose id is that of another text."""
    return StoreError(_("{path} has the id of another article. Leave it out.").format(path=path))


def _unwritable(path: Path, error: Exception) -> StoreError:
    return StoreError(
        _(
            "Cannot write {path} ({reason}). Free some space or choose another folder: --index DIR"
        ).format(path=path, reason=error)
    )
