"""Calls of the provider are spent where something moved, and no account is left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from domain.reconciliation.visits import WEEK, AccountActivity, Visit, sweeps, visits

NOW: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)


def idle(name: str, whole_ago: timedelta = DAY, looked_ago: timedelta = DAY) -> AccountActivity:
    """An account where nothing is open."""
    return AccountActivity(name, NOW - whole_ago, None, NOW - looked_ago)


def stirred(name: str, ago: timedelta, swept_ago: timedelta = DAY) -> AccountActivity:
    """An account on which something is open since a while."""
    return AccountActivity(name, NOW - DAY, NOW - swept_ago, NOW, NOW - ago)


def test_what_moved_last_is_read_whole_first_and_what_did_not_move_by_its_balance() -> None:
    known = [*(idle(f"i{number}", DAY * (number % 6)) for number in range(14)), stirred("a", DAY), stirred("b", HOUR)]
    planned = visits(known, NOW)
    assert planned[:2] == [Visit("b", whole=True), Visit("a", whole=True)]
    assert [visit.account for visit in planned if visit.whole][2:] == ["i11", "i5", "i10"]
    assert {visit.account for visit in planned} == {one.account for one in known}


def test_an_account_that_was_never_read_is_read_whole() -> None:
    assert visits([AccountActivity("new"), idle("i")], NOW)[0] == Visit("new", whole=True)


@pytest.mark.parametrize("pause", [timedelta(hours=24), timedelta(hours=25), timedelta(hours=27)])
def test_each_idle_account_is_read_whole_within_a_week_even_where_runs_come_late(pause: timedelta) -> None:
    read = {f"a{number:03}": NOW - DAY for number in range(100)}
    for run in range(21):
        today = NOW + run * pause
        known = [AccountActivity(name, at) for name, at in read.items()]
        whole = [visit.account for visit in visits(known, today) if visit.whole]
        assert len(whole) >= 16
        read |= dict.fromkeys(whole, today)
        assert today + pause - min(read.values()) <= WEEK


def test_after_days_without_a_run_every_account_of_six_days_is_read_whole() -> None:
    planned = visits([idle(f"i{number}", 6 * DAY) for number in range(20)], NOW)
    assert all(visit.whole for visit in planned)


def test_each_account_is_looked_at_within_a_week_and_an_idle_one_is_not_asked_for_its_webhooks() -> None:
    looked = {f"a{number:03}": NOW - HOUR for number in range(200)}
    for hour in range(101):
        at = NOW + hour * HOUR
        chosen = sweeps([AccountActivity(name, looked_at=then) for name, then in looked.items()], at, 500)
        assert [(one.listed, one.looked) for one in chosen] == [(False, True)] * 2
        looked |= {one.account: at for one in chosen}
    assert min(looked.values()) >= NOW


def asked(one: AccountActivity) -> tuple[bool, bool]:
    """What an account among others is asked for now: its webhooks, and what it may do."""
    others = [idle(f"i{number}", looked_ago=6 * DAY) for number in range(3)]
    found = [each for each in sweeps([*others, one], NOW, 500) if each.account == one.account]
    return (found[0].listed, found[0].looked) if found else (False, False)


def test_what_is_open_is_asked_after_when_a_quarter_of_its_time_passed_and_no_more_often_than_every_six_hours() -> None:
    assert asked(stirred("a", HOUR, 6 * HOUR)) == (True, False)
    assert asked(stirred("a", HOUR, 5 * HOUR)) == (False, False)
    assert asked(stirred("a", 8 * DAY, 2 * DAY)) == (True, False)
    assert asked(stirred("a", 8 * DAY, DAY)) == (False, False)


def test_a_certification_that_is_waited_for_has_its_account_looked_at_the_same_way() -> None:
    waiting = AccountActivity("a", looked_at=NOW - 7 * HOUR, certifying_at=NOW - DAY)
    assert asked(waiting) == (False, True)
    assert asked(waiting._replace(certifying_at=NOW - 8 * DAY)) == (False, False)


def test_no_round_asks_more_accounts_than_its_budget_and_those_that_wait_come_first() -> None:
    known = [*(AccountActivity(f"new{number}") for number in range(9)), stirred("a", HOUR, DAY)]
    assert [one.account for one in sweeps(known, NOW, 3)] == ["a", "new0", "new1"]
