"""How fast a process asks: as much as the provider takes, less after a refusal, and looks at payments before crawls."""

from __future__ import annotations

import pytest

from adapters.stripe_provider.settings import StripeSettings
from adapters.stripe_provider.wire.pace import Pace, TooSlowError
from tests.kit.stripe.waited_clock import WaitedClock

PLATFORM, COOP = "", "acct_1"


def paced(per_second: float = 100) -> tuple[Pace, WaitedClock]:
    """Return a pace and its clock."""
    clock = WaitedClock()
    return Pace(per_second, clock=clock, sleep=clock.sleep), clock


def calls_within(
    pace: Pace, clock: WaitedClock, seconds: float, account: str = PLATFORM, *, crawl: bool = False
) -> int:
    """Ask as fast as one may for some seconds; return how often that was."""
    end, made = clock.now + seconds, 0
    while clock.now < end:
        pace.take(account, 60, crawl=crawl)
        made += 1
    return made


def test_no_second_has_more_calls_than_the_provider_takes_beyond_a_short_burst() -> None:
    pace, clock = paced()
    assert calls_within(pace, clock, 1) <= 100 + 25 + 1
    assert 99 <= calls_within(pace, clock, 1) <= 101


def test_each_account_has_calls_of_its_own() -> None:
    pace, clock = paced()
    calls_within(pace, clock, 1)
    before = clock.now
    pace.take(COOP, 60)
    assert clock.now == before


def test_after_a_refusal_nothing_is_asked_until_the_provider_said_and_then_half_as_much() -> None:
    pace, clock = paced()
    calls_within(pace, clock, 1)
    pace.refused(PLATFORM, 2)
    pace.refused(PLATFORM, 2)
    before = clock.now
    pace.take(PLATFORM, 60)
    assert clock.now - before >= 2
    assert pace.pace(PLATFORM) == pytest.approx(50, rel=0.02)


def test_the_pace_comes_back_by_itself_within_half_a_minute() -> None:
    pace, clock = paced()
    for _ in range(20):
        pace.refused(PLATFORM, 1)
        clock.sleep(1)
    assert 1 <= pace.pace(PLATFORM) < 10
    clock.sleep(30)
    assert pace.pace(PLATFORM) == 100


def test_who_does_not_wait_hears_that_there_is_no_turn_and_takes_none_from_the_others() -> None:
    pace, clock = paced()
    pace.refused(PLATFORM, 10)
    for _ in range(1_000):
        with pytest.raises(TooSlowError):
            pace.take(PLATFORM, 3)
    pace.take(PLATFORM, 60)
    assert clock.now <= 10.1


def test_a_crawl_lets_looks_at_payments_go_first_and_is_not_kept_waiting_for_ever() -> None:
    pace, clock = paced()
    calls_within(pace, clock, 1)
    before = clock.now
    pace.take(PLATFORM, 60, crawl=True)
    assert clock.now - before >= 0.1, "half of the bucket is there again"
    for _ in range(500):
        pace.take(PLATFORM, 60)
    before = clock.now
    pace.take(PLATFORM, 60, crawl=True)
    assert clock.now - before <= 2.1


@pytest.mark.parametrize(
    ("key", "address", "expected"),
    [("sk_live_x", None, 100), ("sk_test_x", None, 25), ("sk_test_x", "http://127.0.0.1:9", 100)],
)
def test_the_provider_takes_a_hundred_calls_a_second_and_twenty_five_for_trials(
    key: str, address: str | None, expected: int
) -> None:
    settings = StripeSettings(api_key=key, live="_live_" in key, base_url=address)
    assert settings.calls_per_second == expected


def test_an_account_whose_limit_was_raised_is_asked_as_fast_as_that() -> None:
    settings = StripeSettings(api_key="sk_live_x", live=True, calls=400)
    assert settings.calls_per_second == 400
