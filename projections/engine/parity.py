"""Comparing the tables of two schemas row by row, column by column: exact, in Postgres, whatever their size.

Both sides are read in the order of their primary key and merged, so that memory stays flat.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

_SAMPLE: Final = 20
# Merging two indexes needs no memory; hashing or sorting a whole table would.
_PLAN: Final = "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_seqscan', 'off', true)"
_COLUMNS: Final = """
SELECT attname::text FROM pg_attribute
WHERE attrelid = format('%%I.%%I', %s::text, %s::text)::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""
_KEY: Final = """
SELECT attname::text FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
WHERE indrelid = format('%%I.%%I', %s::text, %s::text)::regclass AND indisprimary
ORDER BY array_position(indkey::int[], attnum::int)
"""
_DIFFERENCES: Final = """
SELECT {key}, least(one.position, other.position) AS first_position,
       CASE WHEN one.position IS NULL THEN 'missing' WHEN other.position IS NULL THEN 'added' ELSE 'changed' END,
       count(*) OVER () AS differences
FROM {one} AS one FULL JOIN {other} AS other USING ({key})
WHERE ({ones}) IS DISTINCT FROM ({others})
ORDER BY first_position, {key} LIMIT {limit}
"""


class Difference(NamedTuple):
    """One row that differs: its key, the first event concerned, and if the live row is changed, missing or added."""

    key: dict[str, str]
    position: int
    what: str


class TableParity(NamedTuple):
    """What a comparison of one table found: ``first_position`` is that of the earliest event concerned."""

    model: str
    table: str
    rows: int
    differences: int
    first_position: int | None
    sample: tuple[Difference, ...]


def compare(connection: Connection[Any], model: str, table: str, live: str, rebuilt: str) -> TableParity:
    """Compare a table of the live schema with the rebuilt one."""
    columns = _names(connection, _COLUMNS, rebuilt, table)
    key = _names(connection, _KEY, rebuilt, table)
    query = SQL(_DIFFERENCES).format(
        key=SQL(", ").join(map(Identifier, key)),
        one=Identifier(live, table),
        other=Identifier(rebuilt, table),
        ones=_row("one", columns),
        others=_row("other", columns),
        limit=_SAMPLE,
    )
    with connection.transaction():
        connection.execute(_PLAN)
        found = connection.execute(query).fetchall()
        counted = connection.execute(SQL("SELECT count(*) FROM {}").format(Identifier(rebuilt, table))).fetchone()
    sample = tuple(
        Difference(dict(zip(key, map(str, row), strict=False)), row[len(key)], row[len(key) + 1]) for row in found
    )
    return TableParity(
        model=model,
        table=table,
        rows=counted[0] if counted else 0,
        differences=found[0][-1] if found else 0,
        first_position=sample[0].position if sample else None,
        sample=sample,
    )


def _names(connection: Connection[Any], query: str, schema: str, table: str) -> list[str]:
    """Return the columns of a table that a catalogue query names."""
    return [row[0] for row in connection.execute(query.encode(), (schema, table))]


def _row(side: str, columns: list[str]) -> Composed:
    """All columns of one side, as a row."""
    return SQL("ROW({})").format(SQL(", ").join(Identifier(side, column) for column in columns))
