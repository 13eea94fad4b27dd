"""Somebody with all rights on the database, who changes what is stored and hides it as well as can be."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import Connection

from adapters.log.chain import ChainRow, chain_hash, genesis
from adapters.log.ledger import Ledger
from adapters.registry import AssociationEntry
from projections.engine.rebuild import rebuild
from service.runtime.projector_sessions import projector_sessions, schemas_of

_ROWS: Final = """
SELECT position, originator_id, originator_version, coop_id, recorded_at, topic, state, hash
FROM ad06.ledger_events ORDER BY position
"""


class Forger:
    """Changes the ledger of one association; triggers hold nobody who owns the server."""

    def __init__(self, database: str, association_id: UUID) -> None:
        """Come as the administrator of the database."""
        self._database = database
        self._association_id = association_id

    def run(self, *statements: str) -> None:
        """Run statements with every trigger off."""
        with self._connected() as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def value(self, query: str) -> Any:  # noqa: ANN401 - what was asked
        """Ask for one value."""
        with self._connected() as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return row[0]

    def chain_again(self) -> None:
        """Make every hash anew, and the head, so that the chain fits."""
        link = genesis(self._association_id)
        with self._connected() as connection:
            for fields in connection.execute(_ROWS).fetchall():
                row = ChainRow(*fields)
                link = chain_hash(link, row)
                connection.execute("UPDATE ad06.ledger_events SET hash = %s WHERE position = %s", (link, row.position))
            connection.execute(
                "UPDATE ad06.ledger_head SET (position, hash, recorded_at) ="
                " (SELECT position, hash, recorded_at FROM ad06.ledger_events ORDER BY position DESC LIMIT 1)"
            )

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
                "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
            ).fetchall()
            return {
                name: connection.execute(
                    f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {name} AS t".encode()
                ).fetchone()[0]  # type: ignore[index]
                for (name,) in names
            }

    def _connected(self) -> Connection[Any]:
        return psycopg.connect(self._database, options="-c session_replication_role=replica")
