"""Booking what nothing explains: on the coop whose account it moved, or in the platform's one book (ADR 13)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final, Protocol

from adapters.jobs import ProviderAccountStore
from adapters.payments.port import PaymentProvider
from adapters.reconciliation.movements import MovementStore
from domain.aggregate import Intent, Stamp
from domain.association.platform import RecordPlatformMovement
from domain.coop.suspense import RecordMovementOnHold
from domain.errors import LedgerError
from domain.provider_ids import ProviderIds
from domain.reconciliation.breaks import Break, unexplained
from domain.reconciliation.expected import PLATFORM
from domain.reconciliation.matching import ComparedObject, FoundMovement, MatchState
from service.logging import logger
from service.payments.context import Clock, PaymentContext
from service.runtime.runtime import Runtime

log = logger(__name__)
ACTOR: Final = "system:reconciliation"
"""Who records what a run found."""


class ReconciliationContext(Protocol):
    """What a reconciliation run needs of a worker."""

    @property
    def runtime(self) -> Runtime:
        """The installation: its ledgers and its database."""

    @property
    def provider(self) -> PaymentProvider:
        """The payment provider."""

    @property
    def accounts(self) -> ProviderAccountStore:
        """Which coop has which account at the provider."""

    @property
    def now(self) -> Clock:
        """Tells the time."""

    @property
    def context(self) -> Callable[[str], PaymentContext]:
        """Finds the calling thread's payment context of a ledger."""


def to_book(
    lines: Iterable[ComparedObject],
    found: Iterable[FoundMovement],
    known: Iterable[Break],
    now: datetime,
    ids: ProviderIds,
) -> Iterator[FoundMovement]:
    """Tell which movements, on the provider's side only, are to be booked as unexplained now."""
    before = {one.key: one for one in known}
    alone = {line.key for line in lines if line.state is MatchState.PROVIDER_ONLY}
    for movement in found:
        key = (movement.account, movement.object_id, movement.way)
        if key in alone and unexplained(movement, before.get(key), now, ids):
            yield movement


def book(worker: ReconciliationContext, mirror: MovementStore, movement: FoundMovement, now: datetime) -> bool:
    """Have a ledger record a movement that nothing explains; False when no ledger could."""
    stamp = Stamp(at=now, by=ACTOR)
    try:
        if movement.account == PLATFORM:
            context = worker.context(_platform_book(worker, mirror))
            command: Intent[Any] = RecordPlatformMovement(
                stream_id=context.ledger.association_id,
                stamp=stamp,
                movement_id=movement.movement,
                kind=movement.kind,
                cents=movement.cents,
                moved_at=movement.moved_at,
            )
        else:
            owner = worker.accounts.of_account(movement.account)
            if owner is None:
                return False
            context = worker.context(owner.ledger)
            command = RecordMovementOnHold(
                stream_id=owner.coop_id,
                stamp=stamp,
                movement_id=movement.movement,
                kind=movement.kind,
                cents=movement.cents,
                moved_at=movement.moved_at,
            )
        context.record(command)
    except LedgerError as error:
        # The break stays and the next run tries again: once booked it is never booked twice.
        log.warning("movement not booked", movement=movement.movement, account=movement.account, reason=str(error))
        return False
    return True


def _platform_book(worker: ReconciliationContext, mirror: MovementStore) -> str:
    """The ledger that holds the platform's own movements: the one that began, else the first association."""
    return mirror.platform_book() or worker.runtime.associations()[0].slug
