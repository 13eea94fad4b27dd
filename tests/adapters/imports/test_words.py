"""Words that platforms really write, each with what it means; and the recipe says what the table of words says."""

from __future__ import annotations

import pytest

from adapters.imports import Means, PaymentState, parse_payments
from adapters.imports.headers import fold
from adapters.imports.vocabulary import MEANS, MEANS_OF, STATE_OF, STATES
from tests.house.sources import ROOT
from tests.kit.payment_files import TICKETS, Cell, as_xlsx, ticket, without

EXTERNAL_TERMINAL = "Carte bancaire (TPE, paiement carte externe au logiciel)"


AWAITED: dict[str, Cell] = {
    "Paiement": "Aucun paiement",
    "Moyen de paiement": "Paiement hors ligne",
    "Date de paiement": None,
}
FREE: dict[str, Cell] = {"Montant dû": 0, "Moyen de paiement": "Gratuit"}
IN_PARTS: dict[str, Cell] = {"Moyen de paiement": "Paiement en plusieurs fois"}


def read(*lines: tuple[Cell, ...]) -> tuple[list[tuple[int, int, Means]], list[tuple[int, str]]]:
    """Line, cents and means of what a file brings; line and code of what it leaves aside. It has no errors."""
    parsed = parse_payments(as_xlsx(TICKETS, *lines))
    assert parsed.errors == ()
    return [(row.line, row.cents, row.means) for row in parsed.rows], [(one.line, one.code) for one in parsed.ignored]


def test_the_words_of_an_ordinary_export_are_known_and_each_does_what_it_means() -> None:
    brought, aside = read(
        ticket(1),
        ticket(2, **AWAITED),
        ticket(3, **FREE),
        ticket(4, **IN_PARTS, Paiement="Paiement partiel"),
        ticket(5, **IN_PARTS | {"Montant dû": 30}),
        ticket(6, **{"Moyen de paiement": "Virement (externe au logiciel)"}),
        ticket(7, **{"Moyen de paiement": EXTERNAL_TERMINAL}),
        ticket(8, **{"Montant dû": 0}),
        ticket(9, **{"Moyen de paiement": "Espèces"}),
    )
    assert brought == [(2, 1200, Means.CARD), (6, 3000, Means.INSTALMENTS), (10, 1200, Means.CASH)]
    not_ours, free = "not-of-the-platform", "free"
    assert aside == [(3, "not-paid"), (4, free), (5, "not-paid"), (7, not_ours), (8, not_ours), (9, free)]


def test_what_was_paid_in_parts_without_a_day_counts_on_the_day_of_the_order_and_is_told() -> None:
    no_day: dict[str, Cell] = {"Date de paiement": None}
    parsed = parse_payments(as_xlsx(TICKETS, ticket(1, **IN_PARTS | no_day), ticket(2, **no_day)))
    assert [(row.line, str(row.paid_on)) for row in parsed.rows] == [(2, "2024-09-03")]
    assert [(note.line, note.code) for note in parsed.doubtful] == [(2, "day-of-order")]
    assert [(error.line, error.code) for error in parsed.errors] == [(3, "date-missing")]


@pytest.mark.parametrize(
    ("cut", "means"),
    [
        ("Carte bancai", Means.CARD),
        ("Carte bancaire (TPE, pai", Means.OWN_TERMINAL),
        ("Virement (ext", Means.OWN_TRANSFER),
    ],
)
def test_a_word_cut_short_is_the_shorter_word_up_to_its_bracket(cut: str, means: Means) -> None:
    parsed = parse_payments(as_xlsx(TICKETS, ticket(1, **{"Moyen de paiement": cut})))
    aside = [note.code for note in parsed.ignored]
    assert (len(parsed.rows), aside) == ((1, []) if means is Means.CARD else (0, ["not-of-the-platform"]))


def test_a_word_that_is_on_no_table_stops_the_file_by_its_line() -> None:
    parsed = parse_payments(
        as_xlsx(TICKETS, ticket(1, **{"Moyen de paiement": "Troc"}), ticket(2, Paiement="Peut-être"))
    )
    assert [(error.line, error.code) for error in parsed.errors] == [(2, "label-unknown"), (3, "label-unknown")]


def test_every_word_has_one_meaning_and_the_recipe_names_it() -> None:
    recipe = (ROOT / "docs" / "recipes" / "import-payments.md").read_text(encoding="utf-8")
    labels = [label for word in (*STATES, *MEANS) for label in word.labels]
    assert len(STATE_OF) == sum(len(word.labels) for word in STATES)
    assert len(MEANS_OF) == len({fold(label) for word in MEANS for label in word.labels})
    assert [label for label in labels if f"« {label} »" not in recipe] == []
    assert {word.state for word in STATES} == set(PaymentState) - {PaymentState.DEBIT}
    assert {word.means for word in MEANS} == set(Means)


def test_the_buyer_of_a_transaction_is_the_payer_and_the_child_is_not() -> None:
    (row,) = parse_payments(as_xlsx(TICKETS, ticket(1))).rows
    assert row.payer is not None
    assert (row.payer.first_name, row.payer.last_name, row.payer.email) == ("Odile", "TESTARD", "odile@exemple.invalid")
    assert (row.transaction, row.ticket, row.class_code) == ("501", "1", "CPA")


@pytest.mark.parametrize(
    ("buyer", "first", "last"),
    [
        ("Marie-Ange DE LA TOUR", "Marie-Ange", "DE LA TOUR"),
        ("Coopérative Imaginaire", "", "Coopérative Imaginaire"),
        ("ODILE TESTARD", "", "ODILE TESTARD"),
        ("", "", ""),
    ],
)
def test_a_buyer_of_one_column_has_a_last_name_where_capitals_tell_it(buyer: str, first: str, last: str) -> None:
    line = ticket(1, **{"Acheté par": buyer})
    (row,) = parse_payments(as_xlsx(*without("Prénom", "Nom", rows=[line]))).rows
    assert row.payer is not None
    assert (row.payer.first_name, row.payer.last_name) == (first, last)


def test_a_table_without_a_column_for_the_class_has_children_without_class() -> None:
    (row,) = parse_payments(as_xlsx(*without("Classe de l’enfant 1", rows=[ticket(1)]))).rows
    assert row.class_code == "SANS-CLASSE"
