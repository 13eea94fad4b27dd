"""Accounts and coops are called by one name."""

import pytest

from domain.chart_of_accounts import CHART, Account, Book, book_of
from domain.texts.identification import identification_line


@pytest.mark.parametrize("account", Account)
def test_every_account_has_a_book_a_number_and_a_french_name(account: Account) -> None:
    line = CHART[account]
    assert book_of(account) is line.book
    assert line.number.isdigit()
    assert line.label.strip()


def test_no_two_accounts_of_a_book_share_a_number_or_a_name() -> None:
    for book in Book:
        lines = [line for line in CHART.values() if line.book is book]
        assert lines
        assert len({line.number for line in lines}) == len({line.label for line in lines}) == len(lines)


def test_the_coop_s_accounts_have_the_numbers_of_the_french_chart() -> None:
    numbers = {account.value: line.number for account, line in CHART.items() if line.book is Book.COOP}
    assert numbers == {
        "online": "5171",
        "online_blocked": "5172",
        "payouts_5801": "5801",
        "deposits_5802": "5802",
        "bank": "512",
        "cash": "530",
        "contributions": "7561",
        "deferred": "487",
        "other_income": "758",
        "bank_fees": "627",
        "due_to_families": "4671",
        "due_to_platform": "4672",
        "collected_elsewhere": "4678",
    }


def test_the_identification_line_elides_before_a_vowel() -> None:
    said = identification_line("école des Mimosas", "Cannes", "174", "OCCE06")
    assert said == (
        "Coopérative scolaire OCCE de l’école des Mimosas - Cannes"
        " - affiliée et autorisée par l’OCCE06 sous le N°\u00a0174"
    )


def test_the_identification_line_does_not_elide_before_a_consonant() -> None:
    said = identification_line("Collège Pagnol", "Nice", "12", "la fédération")
    assert said == (
        "Coopérative scolaire OCCE de Collège Pagnol - Nice"
        " - affiliée et autorisée par la fédération sous le N°\u00a012"
    )
