"""CSV files, read back as a spreadsheet does."""

import csv

from adapters.stripe_sandbox.bank.csv_file import HEADER, write_csv
from adapters.stripe_sandbox.bank.statement import Line, Statement, statement_of_month
from domain.money import parse_euros
from tests.adapters.stripe_sandbox.bank.samples import ACCOUNT, FIRST, assert_chained, november, september, statements


def read(statement: Statement) -> list[dict[str, str]]:
    """Read a file back."""
    return list(csv.DictReader(write_csv(statement).decode("utf-8-sig").splitlines(), delimiter=";"))


def test_the_file_begins_with_the_mark_that_spreadsheets_need() -> None:
    assert write_csv(september()).startswith(b"\xef\xbb\xbfDate;Libell")


def test_the_rows_are_the_movements_between_both_balances() -> None:
    first, *rows, last = read(september())
    assert set(first) == set(HEADER)
    assert (first["Libellé"], first["Date"], first["Solde"]) == ("Solde d’ouverture", "01/09/2026", "0,00")
    assert (last["Libellé"], last["Date"], last["Solde"]) == ("Solde de clôture", "30/09/2026", "1254,61")
    assert [(row["Date"], row["Montant"], row["Solde"]) for row in rows] == [
        ("01/09/2026", "1234,56", "1234,56"),
        ("30/09/2026", "20,05", "1254,61"),
    ]
    assert rows[1]["Libellé"] == "VIR SEPA STRIPE Élèves & cie – PO000002 suite du libellé"


def test_balances_chain_over_months() -> None:
    files = [read(statement) for statement in statements()]
    balances = [(parse_euros(rows[0]["Solde"]), parse_euros(rows[-1]["Solde"])) for rows in files]
    assert_chained(balances, [[parse_euros(row["Montant"]) for row in rows[1:-1]] for rows in files])


def test_a_debit_is_negative() -> None:
    assert read(november())[1]["Montant"] == "-20,05"


def test_no_label_becomes_a_formula() -> None:
    line = Line("BQ1", FIRST.booked_on, 100, "=1+1", "@STRIPE", "+33")
    row = read(statement_of_month(ACCOUNT, [line], FIRST.booked_on))[1]
    assert (row["Libellé"], row["Contrepartie"], row["Référence de bout en bout"]) == ("'=1+1", "'@STRIPE", "'+33")
