"""An account with movements in three months of a year, among them a transfer taken back and a month without any."""

from datetime import date
from itertools import pairwise

from adapters.stripe_sandbox.bank.statement import BankAccount, Line, Statement, statement_of_month

ACCOUNT = BankAccount("FR7630006000011234567890189", "Coopérative scolaire Jean MACÉ – OCCE 06")
FIRST = Line(
    "BQ0000000001", date(2026, 9, 1), 123_456, "VIR SEPA STRIPE COOP 06 PO000001", "STRIPE", "po_sbx_0000000000000001"
)
SECOND = Line(
    "BQ0000000002", date(2026, 9, 30), 2_005, "VIR SEPA STRIPE Élèves & cie – PO000002 suite du libellé", "STRIPE", ""
)
TAKEN_BACK = Line(
    "BQ0000000003",
    date(2026, 11, 2),
    -2_005,
    "RETOUR VIR SEPA STRIPE PO000002 COMPTE CLOS",
    "STRIPE",
    "po_sbx_0000000000000002",
    "AC04",
)
LAST = Line("BQ0000000004", date(2026, 11, 30), 999, "VIR SEPA STRIPE COOP 06 PO000003", "STRIPE", "po_sbx_3")
LINES = (SECOND, FIRST, LAST, TAKEN_BACK)
MONTHS = tuple(date(2026, month, 15) for month in range(8, 13))


def statements() -> list[Statement]:
    """Make the statements of August to December: October has no line, neither have August and December."""
    return [statement_of_month(ACCOUNT, LINES, month) for month in MONTHS]


def september() -> Statement:
    """Make the statement of two credits."""
    return statements()[1]


def november() -> Statement:
    """Make the statement that begins with a transfer taken back."""
    return statements()[3]


def assert_chained(balances: list[tuple[int, int]], movements: list[list[int]]) -> None:
    """Check that each closing balance is the opening one with the movements, and the next opening one."""
    assert [closing - opening for opening, closing in balances] == [sum(cents) for cents in movements]
    assert all(before[1] == after[0] for before, after in pairwise(balances))
