"""The files that members of one association asked for: asked once, made once, taken away five times in seven days."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg.rows import class_row

from adapters.connections import Lender
from adapters.exports.row import DOWNLOADS, LIFE, UNDER_WAY, ChosenRows, ExportRequest, ExportRow
from adapters.exports.sealed_file import SealedExport, opened_parts
from adapters.people_vault import Keyring

_KEY_BYTES: Final = 32
_KEPT: Final = 40
"""Files of one member in a coop that are remembered at once."""
_COLUMNS: Final[LiteralString] = """
    export_id, coop_id, asked_by, kind, campaign_id, school_year, form, asked_at, state, attempt, done, whole,
    filename, size, expires_at, downloads, columns
"""
_SELECT: Final[LiteralString] = f"SELECT {_COLUMNS} FROM vault.exports WHERE association = %(association)s"  # noqa: S608 (constants)
_SAME: Final[LiteralString] = f"""{_SELECT} AND asked_by = %(asked_by)s AND (export_id = %(export_id)s OR (
    state IN ('waiting', 'working') AND coop_id = %(coop_id)s AND kind = %(kind)s AND form = %(form)s
    AND campaign_id IS NOT DISTINCT FROM %(campaign_id)s AND school_year IS NOT DISTINCT FROM %(school_year)s
    AND columns IS NOT DISTINCT FROM %(columns)s AND chosen IS NOT DISTINCT FROM %(chosen)s
)) LIMIT 1"""
_COUNT: Final = """
    SELECT count(*) FILTER (WHERE state IN ('waiting', 'working')), count(*) FROM vault.exports
    WHERE association = %(association)s AND asked_by = %(asked_by)s
"""
_ADD: Final[LiteralString] = f"""
    INSERT INTO vault.exports
        (association, export_id, coop_id, asked_by, kind, campaign_id, school_year, form, columns, chosen, asked_at,
         state, expires_at)
    VALUES (%(association)s, %(export_id)s, %(coop_id)s, %(asked_by)s, %(kind)s, %(campaign_id)s, %(school_year)s,
            %(form)s, %(columns)s, %(chosen)s, %(now)s, 'waiting', %(expires_at)s)
    ON CONFLICT DO NOTHING RETURNING {_COLUMNS}
"""  # noqa: S608 (made of constants)
_BEGIN: Final[LiteralString] = f"""
    UPDATE vault.exports SET state = 'working', attempt = attempt + 1, done = 0, whole = 0, size = 0,
        kek_id = %(kek_id)s, wrapped = %(wrapped)s
    WHERE association = %(association)s AND export_id = %(export)s AND state IN ('waiting', 'working')
    RETURNING {_COLUMNS}
"""  # noqa: S608 (made of constants)
_MINE: Final[LiteralString] = (
    "WHERE association = %(association)s AND export_id = %(export)s AND state = 'working' AND attempt = %(attempt)s"
)
_TAKE: Final = """
    UPDATE vault.exports SET downloads = downloads + 1
    WHERE association = %(association)s AND export_id = %(export)s AND asked_by = %(member)s AND coop_id = %(coop)s
      AND state = 'ready' AND downloads < %(most)s AND expires_at > %(now)s
    RETURNING kek_id, wrapped, size
"""
_EMPTY: Final = """
    WITH over AS (
        UPDATE vault.exports SET kek_id = NULL, wrapped = NULL
        WHERE association = %(association)s AND wrapped IS NOT NULL AND state NOT IN ('waiting', 'working')
          AND (state <> 'ready' OR downloads >= %(most)s OR expires_at <= %(now)s)
        RETURNING export_id
    ) DELETE FROM vault.export_parts AS part USING over WHERE part.export_id = over.export_id
"""
DROP_OF_PERSON: Final = """
    WITH dropped AS (
        UPDATE vault.exports AS file
        SET state = CASE WHEN file.state = 'working' THEN 'waiting' ELSE 'dropped' END, kek_id = NULL, wrapped = NULL
        FROM vault.people AS person
        WHERE file.association = %(association)s AND person.person_id = %(subject)s
          AND file.coop_id = person.coop_id AND file.state IN ('working', 'ready')
        RETURNING file.export_id
    ) DELETE FROM vault.export_parts AS part USING dropped WHERE part.export_id = dropped.export_id
"""
"""Drops every file of the coop of someone who is to be forgotten, before the person goes; one under way begins anew."""


class ExportStore:
    """The files of one association, over a pool of the role ``coopledger_vault``."""

    def __init__(self, pool: Lender, association_id: UUID, keyring: Keyring) -> None:
        """Keep them; nothing is read yet."""
        self._pool = pool
        self._association_id = association_id
        self._keyring = keyring.derived(b"exports")

    def ask(self, request: ExportRequest, now: datetime) -> ExportRow | None:
        """Return the file that answers a request: the same where it is under way already; None where too many are."""
        values = {**request._asdict(), **self._of(now=now, expires_at=now + LIFE)}
        rows = values.pop("rows")
        values |= {"columns": rows and rows.columns, "chosen": rows and rows.packed}
        with self._pool.connection(autocommit=False) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (f"exports:{request.asked_by}",))
            with connection.cursor(row_factory=class_row(ExportRow)) as cursor:
                known = cursor.execute(_SAME, values).fetchone()
                if known is not None:
                    return known
                counted = connection.execute(_COUNT, values).fetchone()
                if counted is None or counted[0] >= UNDER_WAY or counted[1] >= _KEPT:
                    return None
                return cursor.execute(_ADD, values).fetchone()

    def of_member(self, coop_id: UUID, member_id: UUID) -> list[ExportRow]:
        """Return what a member asked for about a coop, the latest first."""
        query: LiteralString = f"{_SELECT} AND coop_id = %(coop)s AND asked_by = %(member)s ORDER BY asked_at DESC"
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(ExportRow)) as cursor:
            return cursor.execute(query, self._of(coop=coop_id, member=member_id)).fetchall()

    def chosen(self, export_id: UUID) -> ChosenRows | None:
        """Return the rows of a list that is to be made; None where it is no list, or none that is waited for."""
        query = (
            "SELECT columns, chosen FROM vault.exports"
            " WHERE association = %(association)s AND export_id = %(export)s AND chosen IS NOT NULL"
        )
        with self._pool.connection() as connection:
            row = connection.execute(query, self._of(export=export_id)).fetchone()
        return None if row is None else ChosenRows.unpacked(*row)

    def begin(self, export_id: UUID) -> tuple[ExportRow, SealedExport] | None:
        """Begin to make a file, from its first byte; None where it is not waited for any more."""
        key = os.urandom(_KEY_BYTES)
        wrapped = self._keyring.wrap(key, self._bound(export_id))
        values = self._of(export=export_id, kek_id=self._keyring.current_id, wrapped=wrapped)
        with self._pool.connection(autocommit=False) as connection:
            with connection.cursor(row_factory=class_row(ExportRow)) as cursor:
                row = cursor.execute(_BEGIN, values).fetchone()
            connection.execute("DELETE FROM vault.export_parts WHERE export_id = %s", (export_id,))
        return None if row is None else (row, SealedExport(self._pool, key, export_id, row.attempt))

    def tell(self, row: ExportRow, done: int, whole: int) -> None:
        """Say how far the making of a file is."""
        self._change("done = %(done)s, whole = %(whole)s", row, done=done, whole=whole)

    def finish(self, row: ExportRow, filename: str, size: int, now: datetime) -> bool:
        """Have a file be ready, for seven days from now; False where it is not wanted any more, or begun anew."""
        return self._change(
            "state = 'ready', filename = %(filename)s, size = %(size)s, expires_at = %(until)s, chosen = NULL",
            row,
            filename=filename,
            size=size,
            until=now + LIFE,
        )

    def fail(self, export_id: UUID) -> None:
        """Say that a file cannot be made."""
        query = (
            "UPDATE vault.exports SET state = 'failed', kek_id = NULL, wrapped = NULL, chosen = NULL"
            " WHERE association = %(association)s AND export_id = %(export)s AND state IN ('waiting', 'working')"
        )
        with self._pool.connection() as connection:
            connection.execute(query, self._of(export=export_id))

    def find(self, export_id: UUID) -> ExportRow | None:
        """Return one file of any member; None where there is none."""
        query: LiteralString = f"{_SELECT} AND export_id = %(export)s"
        with self._pool.connection() as connection, connection.cursor(row_factory=class_row(ExportRow)) as cursor:
            return cursor.execute(query, self._of(export=export_id)).fetchone()

    def take(self, export_id: UUID, coop_id: UUID, member_id: UUID, now: datetime) -> Iterator[bytes] | None:
        """Count one more taking away, and return what yields the content; None where it is not, or not any more.

        Raises:
            VaultUnreadable: altered, or another key; VaultKeyMissing: its key is gone.

        """
        values = self._of(export=export_id, coop=coop_id, member=member_id, now=now, most=DOWNLOADS)
        with self._pool.connection() as connection:
            row = connection.execute(_TAKE, values).fetchone()
        if row is None:
            return None
        kek_id, wrapped, size = row
        return opened_parts(self._pool, self._keyring.unwrap(kek_id, wrapped, self._bound(export_id)), export_id, size)

    def erase_over(self, now: datetime) -> int:
        """Erase the content of files that cannot be taken away any more, and rows past their day; return how many."""
        with self._pool.connection() as connection:
            connection.execute(_EMPTY, self._of(now=now, most=DOWNLOADS))
            query = "DELETE FROM vault.exports WHERE association = %(association)s AND expires_at <= %(now)s"
            return connection.execute(query, self._of(now=now)).rowcount

    def rewrap(self) -> int:
        """Wrap under the current key whatever is still wrapped under an older one; return how many files."""
        with self._pool.connection(autocommit=False) as connection:
            rows = connection.execute(
                "SELECT export_id, kek_id, wrapped FROM vault.exports"
                " WHERE association = %s AND kek_id <> %s FOR UPDATE",
                (self._association_id, self._keyring.current_id),
            ).fetchall()
            for export_id, kek_id, wrapped in rows:
                key = self._keyring.unwrap(kek_id, wrapped, self._bound(export_id))
                connection.execute(
                    "UPDATE vault.exports SET kek_id = %s, wrapped = %s WHERE export_id = %s",
                    (self._keyring.current_id, self._keyring.wrap(key, self._bound(export_id)), export_id),
                )
        return len(rows)

    def drop_all(self) -> int:
        """Drop every file, for when its key may have been read; return how many. They are asked for anew."""
        with self._pool.connection() as connection:
            query = "DELETE FROM vault.exports WHERE association = %s AND state NOT IN ('waiting', 'working')"
            return connection.execute(query, (self._association_id,)).rowcount

    def _change(self, change: LiteralString, row: ExportRow, **values: object) -> bool:
        """Change a file that this making of it still holds; False where it does not."""
        query: LiteralString = f"UPDATE vault.exports SET {change} {_MINE}"  # noqa: S608 (made of constants)
        given = self._of(export=row.export_id, attempt=row.attempt, **values)
        with self._pool.connection() as connection:
            return connection.execute(query, given).rowcount == 1

    def _of(self, **values: object) -> dict[str, Any]:
        return {"association": self._association_id, **values}

    def _bound(self, export_id: UUID) -> bytes:
        return f"v1|export|{self._association_id}|{export_id}".encode()
