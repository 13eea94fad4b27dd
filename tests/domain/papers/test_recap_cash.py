"""A recap lists what each part moves at the bank and in the cash box: its columns are the lines of its own entry."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import pytest

from domain.papers.content import TEMPLATE, same_figures
from tests.domain.papers.binder import Binder
from tests.projections.history import PRICE


def recap(template: int = TEMPLATE) -> str:
    """What is printed of the recap of a campaign with a payout that arrived and two slips of cash."""
    binder = Binder()
    binder.paid_for(binder.campaign_id, "CP")
    binder.cash(binder.campaign_id, "B-1", "CE1")
    binder.cash(binder.campaign_id, "B-2", "CP")
    binder.arrives(binder.payout(binder.coop_id, PRICE))
    binder.archive(binder.campaign_id)
    binder.issue(template)
    return binder.recaps[-1].printed


def moved(printed: dict[str, Any]) -> Counter[str]:
    """What the parts of a recap add to the bank and to the cash box, by the number of the account."""
    sums: Counter[str] = Counter()
    for part in printed["parts"]:
        sums["512"] += part["in"] - part["out"]
        sums["530"] += part["cash_in"] - part["cash_out"]
    return sums


def test_the_columns_of_the_bank_and_the_cash_box_are_the_lines_of_the_entry() -> None:
    printed = msgspec.json.decode(recap())
    assert moved(printed) == {"512": PRICE, "530": 2 * PRICE}
    for number, cents in moved(printed).items():
        assert sum(one["debit"] - one["credit"] for one in printed["entry"] if one["number"] == number) == cents
    assert printed["cash"] == moved(printed)["530"]


@pytest.mark.parametrize("template", [1, 2])
def test_what_is_printed_by_an_older_template_stays_as_it_was(template: int) -> None:
    printed = msgspec.json.decode(recap(template))
    assert {frozenset(part) for part in printed["parts"]} == {frozenset({"reference", "piece_on", "in", "out"})}


def test_a_newer_template_alone_is_no_reason_for_another_edition() -> None:
    assert recap(2) != recap()
    assert same_figures(recap(2), recap())
    assert not same_figures(recap(2), recap().replace('"in":2000', '"in":2001'))
