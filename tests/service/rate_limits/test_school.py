"""A school behind one address meets no limit; a machine there is slowed soon; a crowd of machines closes nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest

from adapters.connections import Pool
from adapters.local_postgres import LocalPostgres
from adapters.rate_limits import RateLimiter, TooManyAttempts
from service.accounts.account_limits import letter_charges, password_charges
from service.rate_limits import Visitor, VisitorAction
from service.rate_limits.catalogue import (
    ADD_PHOTO,
    ASK_EMAIL,
    CONFIRM_ACCOUNT,
    OPEN_BASKET,
    OPEN_PAYMENT_PAGE,
    PLACE,
    SEND_FORM,
)
from tests.adapters.rate_limits.buckets import new_limiter, vault_pool

EIGHT: Final = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
SCHOOL: Final = "203.0.113.7"
CAMPAIGN: Final = UUID(int=1)
JOURNEY: Final = (
    OPEN_BASKET,
    *(SEND_FORM,) * 4,
    ADD_PHOTO,
    ADD_PHOTO,
    *(SEND_FORM,) * 5,
    PLACE,
    OPEN_PAYMENT_PAGE,
)
"""What a family with two children sends: twelve forms, two photos, a payment page that is opened twice."""


@pytest.fixture(scope="module")
def pool(postgres: LocalPostgres) -> Iterator[Pool]:
    """Connections of the vault's own role, for a module."""
    with vault_pool(postgres) as opened:
        yield opened


@pytest.fixture
def limiter(pool: Pool) -> RateLimiter:
    """An association of the test's own."""
    return new_limiter(pool)


def arrivals(families: int) -> list[timedelta]:
    """When families begin: half of them in the first four minutes, the last early enough to be done at the quarter."""
    drawn = random.Random(174)  # noqa: S311 - a school, not a secret
    early = [drawn.uniform(0, 240) for _ in range(families // 2)]
    late = [drawn.uniform(240, 840) for _ in range(families - len(early))]
    return [timedelta(seconds=second) for second in early + late]


def refused(limiter: RateLimiter, action: VisitorAction, at: datetime, visitor: Visitor) -> bool:
    """Whether an action meets a limit."""
    try:
        limiter.take([*visitor.charges(action)], at)
    except TooManyAttempts:
        return True
    return False


def test_three_hundred_families_of_one_school_pay_within_a_quarter_of_an_hour(limiter: RateLimiter) -> None:
    steps = sorted(
        (EIGHT + begun + timedelta(seconds=4 * number), number, action)
        for begun in arrivals(300)
        for number, action in enumerate(JOURNEY)
    )
    assert steps[-1][0] < EIGHT + timedelta(minutes=15)
    visitor = Visitor(SCHOOL, CAMPAIGN)
    met = [action.name for at, _, action in steps if refused(limiter, action, at, visitor)]
    assert met == []


def test_three_hundred_families_of_one_school_open_accounts_and_sign_in(limiter: RateLimiter) -> None:
    for number, begun in enumerate(sorted(arrivals(300))):
        at, address = EIGHT + begun, f"address {number}"
        limiter.take([*letter_charges(address, SCHOOL)], at)
        assert not refused(limiter, CONFIRM_ACCOUNT, at, Visitor(SCHOOL))
        right = [*password_charges(address, SCHOOL, None)]
        limiter.take(right, at)
        limiter.give_back(right)


@pytest.mark.parametrize(
    ("action", "in_an_hour"),
    [(PLACE, 720), (ADD_PHOTO, 1080), (ASK_EMAIL, 460)],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_machine_at_one_address_is_slowed_soon(limiter: RateLimiter, action: VisitorAction, in_an_hour: int) -> None:
    visitor, taken = Visitor("198.51.100.9", CAMPAIGN), [0, 0]
    for second in range(0, 3600, 20):
        while not refused(limiter, action, EIGHT + timedelta(seconds=second), visitor):
            taken[second >= 1800] += 1
    assert sum(taken) <= in_an_hour
    assert taken[1] < taken[0] / 3
    assert not refused(limiter, action, EIGHT + timedelta(hours=1), Visitor(SCHOOL, CAMPAIGN))


def test_machines_at_many_addresses_meet_the_campaigns_limit_and_families_with_an_account_do_not(
    limiter: RateLimiter,
) -> None:
    crowd = [refused(limiter, PLACE, EIGHT, Visitor(f"198.51.{n // 50}.{n % 50}", CAMPAIGN)) for n in range(700)]
    assert crowd.count(False) == 600
    assert refused(limiter, PLACE, EIGHT, Visitor(SCHOOL, CAMPAIGN))
    assert not refused(limiter, PLACE, EIGHT, Visitor(SCHOOL, CAMPAIGN, uuid4()))
    assert not refused(limiter, PLACE, EIGHT, Visitor(SCHOOL, UUID(int=2)))


def test_an_account_is_no_way_around_the_limits(limiter: RateLimiter) -> None:
    visitor = Visitor("198.51.100.9", CAMPAIGN, uuid4())
    assert [refused(limiter, PLACE, EIGHT, visitor) for _ in range(30)].count(False) == 10
