"""Account 487 in the second engine: figures worked out by hand from the days of tariffs, and lies about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.oracle.checks import check, fold
from tests.oracle.sound_log.builder import ASSOCIATION, COOP, A, LogBuilder
from tests.oracle.sound_log.edits import Rows, dropped, edited, inside, more, put

DEFERRED: Final = "coop.income_deferred"
RELEASED: Final = "coop.deferred_income_released"
VALID: Final = (
    ("t1", "2024-09-01", "2025-08-31"),
    ("t2", "2024-01-01", "2024-12-31"),
    ("t3", "2024-09-01", "2026-08-31"),
)
"""The whole next year; 122 of 366 days of it; that year and as many days after it."""


def carried(log: LogBuilder, name: str, day: str, entered: str, **classes: int) -> None:
    """An inventory entry of a closing: cents by class."""
    parts = [{"campaign_id": A, "cents": cents, "class_code": code} for code, cents in classes.items()]
    log.coop(f"{name}.1", day, entered_on=entered, parts=parts)


def attached(rule: str = "rattachement", since: str = "2023-06-01") -> LogBuilder:
    """A family pays for three children in June; two years are closed, and in the second one gets the third back."""
    log = LogBuilder()
    log.add(ASSOCIATION, "association.registered.1", since, demo=True, name="AD", siren="123456789", slug="ad")
    log.add(ASSOCIATION, "association.policy_changed.1", since, policy={"cut_off": rule})
    log.coop("registered.1", "2024-06-10", association_id=ASSOCIATION, demo=True, details={})
    log.add(A, "campaign.drafted.1", "2024-06-11", coop_id=COOP, school_year=2024, details={})
    tariffs = [
        {"tariff_id": name, "label": name, "free": False, "tiers": [1], "valid_from": first, "valid_to": last}
        for name, first, last in VALID
    ]
    log.add(A, "campaign.tariffs_set.1", "2024-06-11", tariffs=tariffs)
    log.place(A, "a1", "2024-06-12", ("CPA", 2400), ("CE1", 1000), ("CPA", 730), tariffs="t1 t2 t3")
    log.capture("a1", "pi_1", "2024-06-12", (1, 2400), (2, 1000), (3, 730))
    return log


def years() -> LogBuilder:
    """The log with what its closings carry: 2400 + 730 and 333 of 1000; back but for the half of 730; that as well."""
    log = attached()
    year = {"kind": "year"}
    log.coop("period_closed.1", "2024-09-10", **year, first_day="2023-09-01", last_day="2024-08-31")
    carried(log, "income_deferred", "2024-09-10", "2024-08-31", CE1=333, CPA=3130)
    carried(log, "deferred_income_released", "2024-09-10", "2024-09-01", CE1=333, CPA=2765)
    log.refund("a1", "r1", "pi_1", "2025-01-10", 3, 730)
    log.coop("period_closed.1", "2025-09-10", **year, first_day="2024-09-01", last_day="2025-08-31")
    carried(log, "income_deferred", "2025-09-10", "2025-08-31", CPA=-365)
    return log


def kinds(rows: Rows) -> set[str]:
    """The kinds of what is found."""
    return {difference.kind for difference in check(rows)}


def test_what_closings_carry_is_what_the_days_of_tariffs_say() -> None:
    log = years()
    assert check(log.rows) == []
    assert fold(log.rows).books.balance("deferred") == 0


def test_nothing_is_carried_by_an_association_that_counts_income_when_it_comes_in() -> None:
    for log in (attached("encaissement"), attached(since="2024-03-01")):
        log.coop("period_closed.1", "2024-09-10", kind="year", first_day="2023-09-01", last_day="2024-08-31")
        assert check(log.rows) == []


LAST_YEAR: Final = put(valid_from="2023-09-01", valid_to="2024-08-31")
LIES: Final[tuple[tuple[str, str, Callable[[Rows], Rows]], ...]] = (
    ("a cent more is carried over", "cut_off.entry", edited(DEFERRED, inside("parts", 0, more("cents")))),
    ("a cent less is given back", "cut_off.entry", edited(RELEASED, inside("parts", 1, more("cents", -1)))),
    ("another class is given back", "cut_off.entry", edited(RELEASED, inside("parts", 0, put(class_code="CPA")))),
    ("it is entered on another day", "cut_off.entry", edited(DEFERRED, put(entered_on="2024-08-30"))),
    ("what is given back is gone", "cut_off.missing", dropped(RELEASED, renumbered=True)),
    ("what is carried over is gone", "cut_off.missing", dropped(DEFERRED, 1, renumbered=True)),
    (
        "the tariff was for another year",
        "cut_off.entry",
        edited("campaign.tariffs_set", inside("tariffs", 0, LAST_YEAR)),
    ),
)


@pytest.mark.parametrize(("name", "kind", "lie"), LIES, ids=[name.replace(" ", "-") for name, _, _ in LIES])
def test_a_lie_about_later_years_is_found(name: str, kind: str, lie: Callable[[Rows], Rows]) -> None:
    rows = tuple(years().rows)
    assert lie(rows) != rows, name
    assert kind in kinds(lie(rows))


def test_an_entry_that_no_closing_asks_for_is_found() -> None:
    log = years()
    carried(log, "income_deferred", "2025-10-10", "2025-08-31", CPA=100)
    assert kinds(tuple(log.rows)) == {"cut_off.entry"}
    stray: dict[str, Any] = log.rows[-1].state
    assert stray["parts"][0]["cents"] == 100
