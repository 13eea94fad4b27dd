"""The statements of an account, month by month."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.stripe_sandbox.bank.cfonb120 import signed_amount, write_cfonb120
from adapters.stripe_sandbox.bank.statement import BankAccount, Line, statement_of_month
from tests.adapters.stripe_sandbox.bank.samples import (
    ACCOUNT,
    FIRST,
    LAST,
    LINES,
    SECOND,
    TAKEN_BACK,
    assert_chained,
    september,
    statements,
)


def test_each_line_is_in_the_statement_of_its_month_in_the_order_of_days() -> None:
    assert [statement.lines for statement in statements()] == [(), (FIRST, SECOND), (), (TAKEN_BACK, LAST), ()]


def test_balances_chain_over_months_also_where_nothing_happened() -> None:
    balances = [(statement.opening, statement.closing) for statement in statements()]
    assert balances == [(0, 0), (0, 125_461), (125_461, 125_461), (125_461, 124_455), (124_455, 124_455)]
    assert_chained(balances, [[line.cents for line in statement.lines] for statement in statements()])


def test_the_balance_after_the_last_line_is_the_closing_one() -> None:
    assert september().balances() == [123_456, 125_461]


_DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
_LINES = st.builds(Line, st.just("BQ1"), _DAYS, st.integers(-(10**9), 10**9), st.just("VIR"), st.just("STRIPE"))


@given(st.lists(_LINES, max_size=40))
def test_whatever_happens_balances_chain_and_no_line_is_lost(lines: list[Line]) -> None:
    months = [date(year, month, 1) for year in (2026, 2027) for month in range(1, 13)]
    made = [statement_of_month(ACCOUNT, lines, month) for month in months]
    assert_chained([(one.opening, one.closing) for one in made], [[line.cents for line in one.lines] for one in made])
    assert sum(len(one.lines) for one in made) == len(lines)
    assert made[-1].closing == sum(line.cents for line in lines)
    for one in made:
        records = write_cfonb120(one).splitlines()
        assert {len(record) for record in records} == {120}
        assert [record[90:104].decode() for record in (records[0], records[-1])] == [
            signed_amount(one.opening),
            signed_amount(one.closing),
        ]


def test_a_month_that_is_not_over_ends_today() -> None:
    statement = statement_of_month(ACCOUNT, LINES, date(2026, 11, 1), until=date(2026, 11, 23))
    assert (statement.last_day, statement.lines) == (date(2026, 11, 23), (TAKEN_BACK,))
    assert statement_of_month(ACCOUNT, LINES, date(2026, 9, 1), until=date(2026, 11, 23)) == september()


def test_an_account_knows_the_parts_of_its_iban() -> None:
    parts = (ACCOUNT.bank, ACCOUNT.branch, ACCOUNT.number, ACCOUNT.key)
    assert parts == ("30006", "00001", "12345678901", "89")
    assert ACCOUNT.iban_spaced == "FR76 3000 6000 0112 3456 7890 189"


@pytest.mark.parametrize("iban", ["DE89370400440532013000", "FR76", "FR76300060000112345678901é9 "])
def test_an_account_that_is_not_french_is_refused(iban: str) -> None:
    with pytest.raises(ValueError, match="French IBAN"):
        BankAccount(iban, "Coop")
