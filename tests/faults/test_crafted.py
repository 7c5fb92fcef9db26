"""Files crafted by somebody who put every sum right: refused, or harmless, in bounded memory.

What such a file says may be false, and no check can tell: whoever writes an index can write what
they like into its articles.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.conftest import FaultCase, Tries
from tests.faults.crafted import attack
from tests.faults.damage import folder_in, found_by_check, reseal, write_index

pytestmark = pytest.mark.faults

ROWS = 80
LEXICAL = ("data.csc.index.npy", "indices.csc.index.npy", "indptr.csc.index.npy")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((kind, "vectors.faiss") for kind in ("Flat", "IVF4,SQ8", "HNSW8_SQ8", "Exact")),
        *(("Flat", f"lexical/{name}") for name in LEXICAL),
        *(("Flat", f"lexical/{name}.index.json") for name in ("vocab", "params")),
        ("Flat", "articles.sqlite"),
    ],
)
def test_a_crafted_file_is_refused_or_harmless(
    kind: str, name: str, tmp_path: Path, tries: Tries, fault_case: FaultCase
) -> None:
    """No crash, no hang, no error but ours, and no more memory than the file could fill."""
    write_index(tmp_path / "index", ROWS, kind=kind)
    number = tries(200, 15)
    outcome = attack(tmp_path / "index", name, seed=7, number=number)
    shutil.rmtree(tmp_path / "index")
    print(outcome.fell)  # noqa: T201 - what fell, where it did
    fault_case(
        f"crafted {name.rpartition('/')[2]}" + (f" ({kind})" if name == "vectors.faiss" else ""),
        injected="numbers overwritten, bits flipped, bytes cut out or put in; all sums right",
        outcome=f"{outcome.refused} refused, {outcome.served} harmless; within 512 MiB",
        tries=number,
        lost=sum(outcome.fell.values()),
    )


SCHEMAS = {
    "a view for a table": (
        "ALTER TABLE articles RENAME TO a; CREATE VIEW articles AS"
        " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS row FROM n"
    ),
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON skipped BEGIN DELETE FROM articles; END",
    "one table more": "CREATE TABLE more (x)",
    "one table less": "DROP TABLE skipped",
    "one index less": "DROP INDEX also_at_article",
    "one column more": "ALTER TABLE articles ADD COLUMN more TEXT",
    "an index on an expression": "CREATE INDEX i ON texts (length(text))",
    "the file of another": "PRAGMA application_id = 7",
    "no rows": "DELETE FROM articles",
    "a passage outside": "UPDATE passages SET stop = 1 << 40",
    "a passage backwards": "UPDATE passages SET start = stop",
    "a passage of nobody": "UPDATE passages SET article = 1 << 40",
    "passages without end": "UPDATE cuts SET passages = 1 << 40",
    "passages before the first": "UPDATE cuts SET first = -1",
    "passages of others": "UPDATE cuts SET first = 0, passages = 80",
    "masks without end": "UPDATE cuts SET masks = json_array(json_array(0, 1 << 60, 'x'))",
    "masks that are none": "UPDATE cuts SET masks = '[1, null]'",
    "masks too deep": "UPDATE cuts SET masks = replace(hex(zeroblob(50000)), '0', '[')",
    "a day that is none": "UPDATE articles SET published = 'yesterday'",
    "a language without end": "UPDATE articles SET language = hex(zeroblob(1000000)) WHERE row = 3",
    "other sums of the text": "UPDATE texts SET text = text || '.'",
    "a table of another type": (
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '')"
    ),
    "text that is a number": (
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '');"
        " PRAGMA writable_schema = RESET; UPDATE articles SET title = zeroblob(9);"
        " PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || ' STRICT'"
        " WHERE type = 'table'"
    ),
    "a table on the page of another": (
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage ="
        " (SELECT rootpage FROM sqlite_schema WHERE name = 'texts') WHERE name = 'passages'"
    ),
}


def test_a_crafted_database_is_refused(tmp_path: Path, fault_case: FaultCase) -> None:
    """Views, triggers, other schemas and rows that do not fit together; sums and counts right."""
    sound = tmp_path / "index"
    write_index(sound, ROWS)
    missed = []
    for what, statements in SCHEMAS.items():
        index = Path(shutil.copytree(sound, tmp_path / "crafted"))
        with closing(sqlite3.connect(folder_in(index) / "articles.sqlite")) as connection:
            connection.executescript(statements)
            connection.commit()
        reseal(index)
        if not found_by_check(index):
            missed.append(what)
        shutil.rmtree(index)
    assert missed == []
    fault_case(
        "crafted schema or rows",
        injected="views, triggers, tables, ranges and types that are wrong; all sums right",
        outcome="damaged, by check",
        tries=len(SCHEMAS),
        lost=len(missed),
    )
