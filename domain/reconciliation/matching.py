"""Expected movements against those found, object by object: matched, in flight, on one side only, or another amount.

The key is the account, the provider's object and the way its money went; amounts decide nothing but whether they agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from domain.reconciliation.expected import Direction, ExpectedMovement

GRACE: Final = timedelta(minutes=30)
"""How long one side may know of money that the other has not heard of."""


class Key(NamedTuple):
    """What is compared: an account, an object of the provider, and the way its money went."""

    account: str
    object_id: str
    way: Direction


class FoundMovement(NamedTuple):
    """A movement at the provider, with its net in signed cents; ``object_id`` is what is behind it, else itself."""

    account: str
    movement: str
    object_id: str
    way: Direction
    kind: str
    cents: int
    moved_at: datetime


class MatchState(StrEnum):
    """How an object compares."""

    MATCHED = "matched"
    IN_FLIGHT = "in-flight"
    LEDGER_ONLY = "ledger-only"
    PROVIDER_ONLY = "provider-only"
    AMOUNT_DIFFERS = "amount-differs"

    @property
    def is_break(self) -> bool:
        """Whether a person must look into it."""
        return self not in (MatchState.MATCHED, MatchState.IN_FLIGHT)


class ComparedObject(NamedTuple):
    """One object compared, in cents; ``moved_at`` is when either side first dates it, ``what`` how they name it."""

    key: Key
    state: MatchState
    ledger_cents: int
    provider_cents: int
    moved_at: datetime
    what: str

    @property
    def difference(self) -> int:
        """What the provider has more than the ledger, in cents."""
        return self.provider_cents - self.ledger_cents


def match(expected: Iterable[ExpectedMovement], found: Iterable[FoundMovement], now: datetime) -> list[ComparedObject]:
    """Compare what the ledger expects with what the provider has, in order of key.

    Both must be complete for every object they name.
    """
    sides: dict[Key, tuple[list[ExpectedMovement], list[FoundMovement]]] = defaultdict(lambda: ([], []))
    for wish in expected:
        sides[Key(wish.account, wish.object_id, wish.way)][0].append(wish)
    for movement in found:
        sides[Key(movement.account, movement.object_id, movement.way)][1].append(movement)
    annulled = _annulled(sides)
    return [_line(key, *sides[key], now, nothing=key[:2] in annulled) for key in sorted(sides)]


def _annulled(sides: dict[Key, tuple[list[ExpectedMovement], list[FoundMovement]]]) -> set[tuple[str, str]]:
    """The objects that the ledger never booked and that gave back all they took: there is nothing to book."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    booked = {key[:2] for key, (wishes, _) in sides.items() if wishes}
    for key, (_, movements) in sides.items():
        sums[key[:2]] += sum(movement.cents for movement in movements)
    return {object_ for object_, cents in sums.items() if cents == 0 and object_ not in booked}


def _line(
    key: Key, wishes: list[ExpectedMovement], movements: list[FoundMovement], now: datetime, *, nothing: bool
) -> ComparedObject:
    ledger, provider = sum(one.cents for one in wishes), sum(one.cents for one in movements)
    instants = [one.known_at for one in wishes] + [one.moved_at for one in movements]
    if nothing or ledger == provider:
        state = MatchState.MATCHED
    elif now - max(instants) < GRACE:
        state = MatchState.IN_FLIGHT
    elif not movements:
        state = MatchState.LEDGER_ONLY
    elif not wishes:
        state = MatchState.PROVIDER_ONLY
    else:
        state = MatchState.AMOUNT_DIFFERS
    dated = [one.moved_at for one in wishes] + [one.moved_at for one in movements]
    named = dict.fromkeys([one.kind for one in movements] + [one.what for one in wishes])
    return ComparedObject(key, state, ledger, provider, min(dated), ", ".join(named))


def named(expected: Iterable[ExpectedMovement], found: Iterable[FoundMovement]) -> list[FoundMovement]:
    """Return the movements that were booked as unexplained, under the name they are booked by: their own."""
    by_itself = {(wish.account, wish.object_id): wish.way for wish in expected}
    keys = [(movement, (movement.account, movement.movement)) for movement in found]
    return [
        movement._replace(object_id=movement.movement, way=by_itself[key]) for movement, key in keys if key in by_itself
    ]
