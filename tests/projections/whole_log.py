"""The chain and the invariants of a whole ledger, each on one snapshot of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from psycopg import Connection, IsolationLevel

from adapters.log.chain_reading import ChainReport, read_chain
from projections.checks import CHECKS, Check, Finding, run_check


def verify_chain(
    connection: Connection[Any], schema: str, association_id: UUID, progress: Callable[[int], None] = lambda _: None
) -> ChainReport:
    """Read the chain; the connection must not be inside a transaction."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return read_chain(connection, schema, association_id, progress)


def broken_at(report: ChainReport) -> int | None:
    """The first position that does not fit."""
    return min((fault.position for fault in report.faults), default=None)


def run_checks(
    connection: Connection[Any],
    log_schema: str,
    read_schema: str,
    *,
    checks: tuple[Check, ...] = CHECKS,
    on_check: Callable[[Check, int], None] | None = None,
) -> tuple[Finding, ...]:
    """Run checks; ``on_check`` is called with each one done and how much it found.

    ``connection`` may read both schemas and is in autocommit mode.
    """
    findings: list[Finding] = []
    usual = connection.isolation_level
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with connection.transaction():
            for check in checks:
                found = run_check(connection, check, log_schema, read_schema)
                findings += found
                if on_check is not None:
                    on_check(check, len(found))
    finally:
        connection.isolation_level = usual
    return tuple(findings)
