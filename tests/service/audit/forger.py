"""Somebody with all rights on the database, who changes what is stored and hides it as well as can be."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from adapters.log.chain import ChainRow, chain_hash, genesis
from adapters.log.ledger import Ledger
from adapters.registry import AssociationEntry
from domain.calendar import paris_date
from domain.events import Event, decode, encode
from projections.catalogue import MODELS
from projections.engine.rebuild import rebuild
from service.runtime.projector_sessions import projector_sessions, schemas_of

_ROWS: Final = """
SELECT position, originator_id, originator_version, coop_id, topic, state, recorded_at, hash
FROM ad06.ledger_events ORDER BY position
"""

_TABLES: Final = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('ad06', 'ad06_read')
"""


class Forger:
    """Changes the ledger of one association; triggers hold nobody who owns the server."""

    def __init__(self, database: str, association_id: UUID) -> None:
        """Come as the administrator of the database, and have no trigger in the way."""
        self._database = database
        self._association_id = association_id
        with self._connected() as connection:
            for (table,) in connection.execute(_TABLES).fetchall():
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())

    def run(self, *statements: str) -> None:
        """Run statements."""
        with self._connected() as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def replace(self, position: int, before: str, after: str) -> None:
        """Change the content of an event, which must hold the text."""
        with self._connected() as connection:
            changed = connection.execute(
                "UPDATE ad06.ledger_events"
                " SET state = convert_to(replace(convert_from(state, 'UTF8'), %(from)s, %(to)s), 'UTF8')"
                " WHERE position = %(at)s AND strpos(convert_from(state, 'UTF8'), %(from)s) > 0",
                {"at": position, "from": before, "to": after},
            )
            assert changed.rowcount == 1

    def put_in_place_of(self, position: int, event: Event) -> None:
        """Have another event stand at a position."""
        with self._connected() as connection:
            connection.execute(
                "UPDATE ad06.ledger_events SET (topic, state) = (%s, %s) WHERE position = %s",
                (event.TOPIC, encode(event), position),
            )

    def move_head(self, position: int) -> None:
        """Have the head of the log be at an event."""
        with self._connected() as connection:
            connection.execute(
                "UPDATE ad06.ledger_head SET (position, hash, recorded_at) ="
                " (SELECT position, hash, recorded_at FROM ad06.ledger_events WHERE position = %s)",
                (position,),
            )

    def empty_read_models(self) -> None:
        """Have the read models hold nothing, as before the first event."""
        with self._connected() as connection:
            for table in (table for model in MODELS for table in model.tables):
                connection.execute(SQL("DELETE FROM {}").format(Identifier("ad06_read", table)))
            connection.execute("UPDATE ad06_read.tracking SET position = 0")

    def value(self, query: str) -> Any:  # noqa: ANN401 - what was asked
        """Ask for one value."""
        with self._connected() as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]

    def chain_again(self) -> None:
        """Make every hash anew, the day that stands beside each event, and the head, so that the chain fits."""
        link = genesis(self._association_id)
        with self._connected() as connection:
            for fields in connection.execute(_ROWS).fetchall():
                row = ChainRow(*fields)
                link = chain_hash(link, row)
                day = paris_date(decode(row.topic, row.state).happened_at)
                connection.execute(
                    "UPDATE ad06.ledger_events SET (hash, happened_on) = (%s, %s) WHERE position = %s",
                    (link, day, row.position),
                )
        self.move_head(row.position)

    def rebuild(self) -> None:
        """Have the read models say what the log says now."""
        entry = AssociationEntry("ad06", self._association_id, None, demo=True)
        with Ledger(entry, self._database) as ledger, projector_sessions(ledger) as (log, read):
            read.execute("UPDATE ad06_read.tracking SET position = (SELECT max(position) FROM ad06.ledger_events)")
            assert rebuild(log, read, schemas_of(ledger), accept_differences=True).swapped

    def dump(self) -> dict[str, str]:
        """A fingerprint of each table that the ledger and its read models have, and of whatever else there is."""
        with self._connected() as connection:
            names = connection.execute(
                "SELECT schemaname, tablename FROM pg_tables WHERE schemaname <> 'information_schema'"
                " AND schemaname !~ '^pg_' ORDER BY 1, 2"
            ).fetchall()
            dumped = {}
            for schema, table in names:
                query = SQL("SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {} AS t")
                row = connection.execute(query.format(Identifier(schema, table))).fetchone()
                dumped[f"{schema}.{table}"] = row[0] if row else ""
            return dumped

    def _connected(self) -> Connection[Any]:
        return psycopg.connect(self._database)
