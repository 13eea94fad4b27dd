"""kill -9 of Postgres while families are put in the vault and contribute: whomever the log names is there.

People are on disk before their event is sent: the bus stores an event again after a restart, and nobody would store
them again.
"""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID, uuid4

from adapters.connections import DatabaseAwayError, Pool
from adapters.log.ledger import Ledger
from adapters.people_vault import Brought, Keyring, NewPerson, PeopleVault, Person, PersonKind, Purpose
from domain.errors import OutcomeUnknown, TooBusy
from domain.events.contribution import ContributionPlaced
from tests.crash.test_kill import DurableLedger, durable_ledger
from tests.kit.postgres_ledger import place_contribution

__all__ = ["durable_ledger"]
_FAMILIES = 8
_KILLS = 3
_BETWEEN = 1.0
"""Seconds of contributions between two kills."""


class Families:
    """Families who contribute one after the other, each put in the vault before, until they are told to stop."""

    def __init__(self, ledger: Ledger, vault: PeopleVault, campaign_id: UUID) -> None:
        """Nobody contributed yet."""
        self._ledger, self._vault, self._campaign_id = ledger, vault, campaign_id
        self.stopping = threading.Event()
        self.acknowledged: set[UUID] = set()

    def contribute(self) -> None:
        """Contribute until told to stop; what ends without an outcome is left."""
        while not self.stopping.is_set():
            command = place_contribution(self._campaign_id)
            coop, until = uuid4(), date(2036, 8, 31)
            payer = NewPerson(
                command.payer_id, coop, Purpose.ACCOUNTING, until, Person("Marie", "GALANTE"), PersonKind.PAYER
            )
            try:
                self._vault.put_together([Brought([payer], uuid4())])
                self._ledger.bus.submit(command).result(60)
            except (DatabaseAwayError, OutcomeUnknown, TooBusy):
                time.sleep(0.05)
            else:
                self.acknowledged.add(command.contribution_id)


def test_whomever_the_log_names_is_in_the_vault_after_postgres_was_killed(durable_ledger: DurableLedger) -> None:
    server, entry = durable_ledger.server, durable_ledger.entry
    keyring = Keyring([os.urandom(32)])
    with Ledger(entry, server.dsn()) as ledger, Pool(ledger.vault_dsn, size=_FAMILIES) as pool:
        vault = PeopleVault(pool, entry.association_id, keyring)
        families = Families(ledger, vault, durable_ledger.campaign_id)
        with ThreadPoolExecutor(_FAMILIES) as threads:
            working = [threads.submit(families.contribute) for _ in range(_FAMILIES)]
            try:
                for _ in range(_KILLS):
                    time.sleep(_BETWEEN)
                    server.kill()
                    server.start()
                time.sleep(_BETWEEN)
            finally:
                families.stopping.set()
            for one in working:
                one.result()
        placed = [one.event for one in ledger.store.events(1, ledger.store.head()[0])]
        named = {one.contribution_id: one.payer_id for one in placed if isinstance(one, ContributionPlaced)}
        assert families.acknowledged <= named.keys()
        assert vault.get_many(named.values()).keys() == set(named.values())
    assert len(families.acknowledged) > 50
