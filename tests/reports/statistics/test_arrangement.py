"""What pandas arranges is what plain additions give, to the cent, however large the amounts are."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from datetime import date
from typing import Final

import pytest

from domain.calendar import add_months
from projections.figures.basket_rows import BasketGroup
from reports.statistics.baskets import add_up
from reports.statistics.receipts import YearReceipt, by_month, by_year
from reports.statistics.words import HOURS

_LARGE: Final = 2**53 + 1
"""The first whole number that a float cannot hold."""


def _receipts(chance: random.Random) -> list[YearReceipt]:
    """Receipts of three school years, some before September and some after August, some taken back."""
    return [
        YearReceipt(year, add_months(date(year, 9, 1), chance.randint(-4, 13)), chance.randint(-500, _LARGE))
        for year in chance.choices((2022, 2023, 2024), k=chance.randint(1, 60))
    ]


@pytest.mark.parametrize("seed", range(40))
def test_months_are_added_up_as_by_hand(seed: int) -> None:
    receipts = _receipts(random.Random(seed))  # noqa: S311 - invented amounts
    for year in (2022, 2023, 2024):
        months = by_month(receipts, year)
        assert [one.month for one in months] == [add_months(months[0].month, at) for at in range(len(months))]
        assert months[0].month <= date(year, 9, 1)
        assert months[-1].month >= date(year + 1, 8, 1)
        for one in months:
            of_year = [r for r in receipts if r.school_year == year]
            before = [r for r in receipts if r.school_year == year - 1]
            assert one.cents == sum(r.cents for r in of_year if r.month == one.month)
            assert one.so_far == sum(r.cents for r in of_year if r.month <= one.month)
            assert one.before == sum(r.cents for r in before if r.month <= add_months(one.month, -12))
        assert months[-1].so_far == sum(r.cents for r in receipts if r.school_year == year), "no month is left out"
    sums = Counter[int]()
    for receipt in receipts:
        sums[receipt.school_year] += receipt.cents
    assert by_year(receipts) == dict(sums)


@pytest.mark.parametrize("seed", range(40))
def test_baskets_are_added_up_as_by_hand(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - invented baskets
    groups = [
        BasketGroup(
            chance.choice(("card", "cash", "cheque", "external")),
            chance.choice((None, 1, 2, 3, 4, 5, 6, 7)),
            chance.choice((None, *range(24))),
            chance.randint(1, 400),
            chance.randint(1, _LARGE),
        )
        for _ in range(chance.randint(0, 80))
    ]
    found, by_card = add_up(groups), [one for one in groups if one.means == "card"]
    assert {one.means: (one.baskets, one.cents) for one in found.by_means} == {
        means: (
            sum(one.baskets for one in groups if one.means == means),
            sum(one.cents for one in groups if one.means == means),
        )
        for means in {one.means for one in groups}
    }
    assert [one.baskets for one in found.by_means] == sorted((one.baskets for one in found.by_means), reverse=True)
    assert list(found.by_weekday) == [
        sum(one.baskets for one in by_card if one.weekday == weekday) for weekday in range(1, 8)
    ]
    assert list(found.by_hours) == [
        sum(one.baskets for one in by_card if one.hour is not None and first <= one.hour <= last)
        for first, last in HOURS
    ]
    total, count = sum(one.cents for one in groups), sum(one.baskets for one in groups)
    assert abs(found.average() * count - total) * 2 <= count


def test_an_average_is_rounded_to_the_nearest_cent() -> None:
    assert add_up([BasketGroup("card", 1, 8, 2, 3)]).average() == 2
    assert add_up([BasketGroup("card", 1, 8, 3, 10)]).average() == 3
    assert add_up([]).average() == 0
    assert add_up([BasketGroup("cash", None, None, 3, 36)]).average(1, 10) == 13
    assert add_up([BasketGroup("cash", None, None, 1, 10)]).average(1, 10) == 0


def test_a_web_process_starts_without_pandas() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, service.web.app, service.pages.routes; print('pandas' in sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.strip() == "False"
