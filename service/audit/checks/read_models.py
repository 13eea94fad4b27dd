"""Every row of every read model against the replay at the same position."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from projections.catalogue import MODELS
from projections.engine.parity import TableParity, compare
from projections.engine.temporary import TEMPORARY
from service.audit.findings import AuditFinding, FindingKind
from service.audit.session import Audit

_FRENCH = {"missing": "manquante", "added": "en trop", "changed": "modifiée"}


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Compare each table, row by row and column by column; one that is not there is a finding too."""
    found = [one for model in MODELS for table in model.tables for one in _compared(audit, model.name, table)]
    audit.proven = not found
    yield from found


def _compared(audit: Audit, model: str, table: str) -> Iterator[AuditFinding]:
    """Compare one table."""
    name = f'"{audit.place.read_schema}".{table}'
    there = audit.replayed.execute("SELECT to_regclass(%s) IS NOT NULL", (name,)).fetchone()
    if not there or not there[0]:
        yield AuditFinding(FindingKind.READ_MODEL, 1, f"La vue {table} n’est pas là.")
        return
    try:
        parity = compare(audit.replayed, model, table, audit.place.read_schema, TEMPORARY)
    except psycopg.ProgrammingError:  # a column of it is gone
        yield AuditFinding(FindingKind.READ_MODEL, 1, f"La vue {table} n’a pas la forme attendue.")
        return
    audit.examined["read-models"] += parity.rows
    if parity.differences:
        yield AuditFinding(FindingKind.READ_MODEL, parity.first_position, _sentence(parity))


def _sentence(parity: TableParity) -> str:
    """Say how many rows differ, and how the first of them does."""
    first = parity.sample[0]
    return (
        f"La vue {parity.table} diffère du rejeu en {parity.differences} ligne(s), dès l’événement "
        f"{parity.first_position}\u00a0: ligne {_FRENCH[first.what]}."
    )
