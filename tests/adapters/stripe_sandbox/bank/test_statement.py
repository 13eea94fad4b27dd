"""The statements of an account, month by month."""

from datetime import date

import pytest

from adapters.stripe_sandbox.bank.statement import BankAccount, statement_of_month
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
