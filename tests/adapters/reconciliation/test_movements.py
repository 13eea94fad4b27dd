"""Both sides of the reconciliation are kept once, and only what is not settled is compared again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest

from adapters.connections import Lender
from adapters.reconciliation.movements import MovementStore
from domain.errors import Conflict
from domain.reconciliation.expected import ELSEWHERE, PLATFORM, Direction, ExpectedMovement
from domain.reconciliation.matching import FoundMovement, Key

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
COOP: Final = UUID(int=7)


def wish(object_id: str, cents: int = 500, account: str = PLATFORM, what: str = "PaymentCaptured") -> ExpectedMovement:
    """What a ledger expects."""
    return ExpectedMovement(account, object_id, Direction.IN, cents, NOW, NOW + timedelta(seconds=1), what)


def found(movement: str, object_id: str, cents: int = 500, account: str = PLATFORM) -> FoundMovement:
    """What the provider moved."""
    return FoundMovement(account, movement, object_id, Direction.IN, "charge", cents, NOW)


def test_what_a_log_expects_is_added_once_however_often_it_is_followed(pool: Lender) -> None:
    mirror = MovementStore(pool)
    assert mirror.followed("ad06") == 0
    mirror.expect("ad06", 0, 9, [(8, 0, wish("ch_1")), (9, 0, wish("ch_2")), (9, 1, wish("ch_3"))], {COOP: "acct_1"})
    with pytest.raises(Conflict):
        mirror.expect("ad06", 0, 9, [(8, 0, wish("ch_1"))], {})
    assert mirror.followed("ad06") == 9
    assert mirror.sums(PLATFORM) == (1_500, 0)
    mirror.expect("ad83", 0, 8, [(8, 0, wish("ch_9"))], {})
    assert mirror.sums(PLATFORM) == (2_000, 0)


def test_the_providers_names_are_a_ledgers_own_and_the_last_one_counts(pool: Lender) -> None:
    mirror = MovementStore(pool)
    mirror.expect("ad06", 0, 1, [], {COOP: "acct_1"})
    mirror.expect("ad06", 1, 2, [], {COOP: "acct_2"})
    assert mirror.names("ad06", [COOP, UUID(int=8)]) == {COOP: "acct_2"}
    assert mirror.names("ad83", [COOP]) == {}


def test_a_movement_is_kept_once_and_told_to_be_new_once(pool: Lender) -> None:
    mirror = MovementStore(pool)
    assert mirror.find([found("txn_1", "ch_1"), found("txn_2", "ch_2")]) == 2
    assert mirror.find([found("txn_2", "ch_2"), found("txn_3", "ch_3")]) == 1
    assert mirror.find([]) == 0
    assert mirror.sums(PLATFORM) == (0, 1_500)


def test_what_agreed_is_compared_again_as_a_whole_when_something_comes_after_it(pool: Lender) -> None:
    mirror = MovementStore(pool)
    mirror.expect("ad06", 0, 1, [(1, 0, wish("ch_1"))], {})
    mirror.find([found("txn_1", "ch_1"), found("txn_9", "ch_1", account="acct_1")])
    assert mirror.open(PLATFORM) == ([wish("ch_1")], [found("txn_1", "ch_1")])
    mirror.settle([Key(PLATFORM, "ch_1", Direction.IN)])
    assert mirror.open(PLATFORM) == ([], [])
    assert mirror.open("acct_1") == ([], [found("txn_9", "ch_1", account="acct_1")])
    mirror.expect("ad06", 1, 2, [(2, 0, wish("ch_1", -20))], {})
    expected, movements = mirror.open(PLATFORM)
    assert (sorted(one.cents for one in expected), movements) == ([-20, 500], [found("txn_1", "ch_1")])


def test_a_movement_keeps_the_name_it_was_booked_by(pool: Lender) -> None:
    mirror = MovementStore(pool)
    mirror.find([found("txn_1", "po_1")])
    mirror.rename([found("txn_1", "txn_1")])
    assert mirror.find([found("txn_1", "po_1")]) == 0
    assert mirror.open(PLATFORM)[1] == [found("txn_1", "txn_1")]


def test_what_lies_elsewhere_is_summed_and_never_compared(pool: Lender) -> None:
    mirror = MovementStore(pool)
    mirror.expect("ad06", 0, 1, [(1, 0, wish("HA-1", account=ELSEWHERE)), (1, 1, wish("tr_1", account="acct_1"))], {})
    assert mirror.open(ELSEWHERE) == ([], [])
    assert mirror.sums(ELSEWHERE) == (500, 0)
    assert mirror.accounts() == {"acct_1"}


def test_the_book_of_the_platforms_money_is_the_ledger_that_began_it(pool: Lender) -> None:
    mirror = MovementStore(pool)
    assert mirror.platform_book() is None
    fee = wish("txn_1", what="PlatformMovementRecorded")
    mirror.expect("ad83", 0, 1, [(1, 0, fee)], {})
    mirror.expect("ad06", 0, 1, [(1, 0, fee._replace(object_id="txn_2", known_at=NOW + timedelta(days=1)))], {})
    assert mirror.platform_book() == "ad83"
