"""What an auditor recomputes: the chain of the log, the standing invariants, the read models against a replay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from psycopg import Connection

from adapters.log.chain import verify_chain
from adapters.log.ledger import Ledger
from projections.base.read_model import set_schema
from projections.catalogue import MODELS
from projections.checks import run_checks
from projections.engine.live import LedgerSchemas, leading
from projections.engine.parity import compare
from projections.engine.replay import replay_as_of
from projections.engine.runner import catch_up, head
from service.runtime.open_ledger import OpenLedger


class Verification(NamedTuple):
    """What a verification found; sound when there is no finding. Findings are sentences for an auditor."""

    events: int
    chain_head: str
    findings: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether everything holds."""
        return not self.findings


@contextmanager
def sessions(ledger: Ledger) -> Iterator[tuple[Connection[Any], Connection[Any]]]:
    """Open the two sessions of a replay, as the projector: one reads the log, one the read models."""
    with (
        psycopg.connect(ledger.projector_dsn, autocommit=True) as log,
        psycopg.connect(ledger.projector_dsn, autocommit=True) as read,
    ):
        yield log, read


def schemas(ledger: Ledger) -> LedgerSchemas:
    """Where an association's log and read models are."""
    return LedgerSchemas(ledger.log_schema, ledger.read_schema)


def verify_ledger(opened: OpenLedger, progress: Callable[[str], None]) -> Verification:
    """Verify one association's ledger: chain, invariants, and every row of the read models against a replay."""
    ledger = opened.ledger
    with psycopg.connect(ledger.app_dsn, autocommit=True) as connection:
        chain = verify_chain(connection, ledger.log_schema, ledger.association_id)
    progress(f"Chaîne : {chain.events} événements relus.")
    findings = [] if chain.sound else [f"La chaîne casse à la position {chain.broken_at} : {chain.reason}."]
    if chain.sound:
        findings += _read_models(ledger)
        progress("Vues : comparées ligne à ligne à un rejeu, invariants vérifiés.")
    return Verification(chain.events, chain.head.hex(), tuple(findings))


def _read_models(ledger: Ledger) -> list[str]:
    """Compare the read models with a replay at the same position, and check the invariants on them."""
    with sessions(ledger) as (log, read), leading(read, ledger.read_schema, wait=True):
        position = catch_up(
            log, read, ledger.log_schema, ledger.read_schema, upto=head(log, ledger.log_schema), announce=True
        )
        set_schema(read, ledger.read_schema)
        found = run_checks(read, ledger.log_schema, ledger.read_schema)
        findings = [f"Invariant {finding.invariant} ({finding.check}) : {finding.sentence}" for finding in found]
        with (
            psycopg.connect(ledger.projector_dsn, autocommit=True) as other,
            replay_as_of(log, other, ledger.log_schema, position=position) as replayed,
        ):
            findings += _differences(other, ledger.read_schema, replayed)
    return findings


def _differences(connection: Connection[Any], live: str, replayed: str) -> list[str]:
    """Compare every row of every table."""
    found = []
    for model in MODELS:
        for table in model.tables:
            parity = compare(connection, model.name, table, live, replayed)
            if parity.differences:
                found.append(
                    f"La vue {table} diffère du rejeu en {parity.differences} ligne(s), "
                    f"dès la position {parity.first_position}."
                )
    return found
