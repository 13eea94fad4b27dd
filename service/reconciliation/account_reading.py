"""Reading an account at the provider: all that moved since a little before the last run, and what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final, NamedTuple

from adapters.payments.port import PaymentProvider
from adapters.payments.values import BalanceTransaction
from adapters.reconciliation.movements import MovementStore
from domain.reconciliation.expected import PLATFORM, direction_of
from domain.reconciliation.matching import FoundMovement

OVERLAP: Final = timedelta(days=3)
"""How far before the last run a run begins: what the provider dates back is found too."""
_BEGINNING: Final = datetime(2015, 1, 1, tzinfo=UTC)
_AHEAD: Final = timedelta(hours=1)
"""How far the provider's clock may be ahead of ours."""
_TRIES: Final = 3
_BATCH: Final = 500


class AccountReading(NamedTuple):
    """What was read of an account: since when, how many movements, how many of them new, and its balance in cents.

    Of one that is not ``whole`` the balance alone was read.
    """

    since: datetime
    found: int
    fresh: int
    balance: int
    steady: bool
    whole: bool = True


def read_balance(
    provider: PaymentProvider, mirror: MovementStore, account: str, now: datetime
) -> AccountReading | None:
    """Hold a coop's balance against what moved there and what the ledger says; None where they differ.

    Raises:
        ProviderUnavailable: it does not answer.
        ProviderMisuse: it has no such account.

    """
    balance = provider.balance(account).total
    if mirror.sums(account) != (balance, balance):
        return None
    return AccountReading(now, 0, 0, balance, steady=True, whole=False)


def read_account(
    provider: PaymentProvider, mirror: MovementStore, account: str, last: datetime | None, now: datetime
) -> AccountReading:
    """Read what an account moved since its ``last`` run into the mirror; again if its balance changed meanwhile.

    Raises:
        ProviderUnavailable: it does not answer; what was read is kept.
        ProviderMisuse: it has no such account.

    """
    since = _BEGINNING if last is None else last - OVERLAP
    name, start, found, fresh = None if account == PLATFORM else account, since, 0, 0
    for _ in range(_TRIES):
        before = provider.balance(name).total
        batches = _batches(provider.balance_transactions(name, start, now + _AHEAD), account)
        counts = [(len(batch), mirror.find(batch)) for batch in batches]
        found = max(found, sum(count for count, _ in counts))
        fresh += sum(new for _, new in counts)
        # What it held is all that ever moved: nothing came between, and it need not be asked again.
        _, moved = mirror.sums(account)
        balance = before if moved == before else provider.balance(name).total
        if balance == before:
            return AccountReading(since, found, fresh, balance, steady=True)
        start = now - _AHEAD
    return AccountReading(since, found, fresh, balance, steady=False)


def _batches(movements: Iterable[BalanceTransaction], account: str) -> Iterator[list[FoundMovement]]:
    listed = (_found(movement, account) for movement in movements)
    while batch := list(islice(listed, _BATCH)):
        yield batch


def _found(movement: BalanceTransaction, account: str) -> FoundMovement:
    return FoundMovement(
        account=account,
        movement=movement.movement,
        object_id=movement.source or movement.movement,
        # A fee may be more than the payment it is kept from: the way is the payment's.
        way=direction_of(movement.cents or movement.net),
        kind=movement.kind,
        cents=movement.net,
        moved_at=movement.created_at,
    )
