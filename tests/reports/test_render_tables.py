"""Tables on paper: no word leaves its column, and the total never stands alone on a page."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import pytest

from reports.parts.report import Report
from reports.payments_table import PersonNames, payments_table
from reports.render.pdf import to_pdf
from tests.kit.pdf_text import pages
from tests.reports.example_rows import HEAD, JULY_4, LABELS, PROVENANCE, child, order

_NAMES: Final = (
    PersonNames("Marie-Antoinette", "GALANTE DE LA TOUR-FONDUE"),
    PersonNames("Jean-Christophe", "O’CONNOR-VILLENEUVE"),
    PersonNames("Ève", "LI"),
    PersonNames("Anne", "Wolfeschlegelsteinhausenbergerdorff"),
)
_DAY: Final = "4 juillet 2024"
_FIRST_SLIP: Final = 10**19


def table_of(number: int) -> Report:
    """The payments of so many families with long names, each second one in cash with a slip of twenty digits."""
    orders, children = [], []
    names: dict[UUID, PersonNames] = {}
    slips: dict[UUID, str] = {}
    for at in range(number):
        payer, pupil = UUID(int=0xB0000 + at), UUID(int=0xC0000 + at)
        names |= {payer: _NAMES[at % 4], pupil: _NAMES[(at + 1) % 4]}
        made = order(at, payer, 1_200_00 if at % 5 == 0 else 1_200, JULY_4, means="card" if at % 2 else "cash")
        orders.append(made)
        children.append(child(at, 1, pupil, "CE2-CM1", made.paid))
        if made.means == "cash":
            slips[made.contribution_id] = str(_FIRST_SLIP + at)
    return payments_table(PROVENANCE, HEAD, orders, children, names, LABELS, slips=slips)


def test_a_slip_of_twenty_digits_and_a_long_name_are_divided_where_their_column_ends() -> None:
    texts = pages(to_pdf(table_of(8)))
    lines = [line for text in texts for line in text.replace("\u200b", "").splitlines()]
    assert max(len(line) for line in lines if line.strip().isdigit()) < len(str(_FIRST_SLIP))
    assert not any("Wolfeschlegelsteinhausenbergerdorff" in line for line in lines)
    whole = "".join(lines)
    assert all(str(_FIRST_SLIP + at) in whole for at in range(0, 8, 2))
    assert "Wolfeschlegelsteinhausenbergerdorff" in whole
    assert "00000-00100" in lines, "what fits is not divided"


@pytest.mark.parametrize("number", [1, 2, *range(7, 17)])
def test_the_total_stays_with_the_last_two_rows_before_it(number: int) -> None:
    for text in pages(to_pdf(table_of(number))):
        before, *after = text.split("Total\n")
        if after:
            for table in (before, *after[:-1]):
                assert table.count(_DAY) >= min(number, 2), table
