"""What a paper is about in money, whether the bank or the cash box: what lists of papers show."""

from __future__ import annotations

import json
from typing import Final

from domain.chart_of_accounts import CHART
from domain.papers.content import MONEY
from projections.papers import PART, PaperRow

_MONEY: Final = frozenset(CHART[account].number for account in MONEY)


def paper_amount(row: PaperRow) -> int:
    """Return the amount of a paper in cents, negative when money leaves.

    It is what the paper adds to the bank. A paper that moves nothing there is about the cash box, and one that moves
    neither about what its entry adds up to. A recap adds both up.
    """
    entry = json.loads(row.printed).get("entry")
    if not entry or (row.paper == PART and row.cents):
        return row.cents
    money = [one["debit"] - one["credit"] for one in entry if one["number"] in _MONEY]
    return sum(money) if money else sum(one["debit"] for one in entry)
