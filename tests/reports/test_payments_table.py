"""The payments table is the guide's: its columns, one row a child, payers beside, nothing cut."""

from reports.parts.wording import payment_reference
from reports.payments_table import Answers, payments_table
from tests.reports.example_rows import CHILDREN, HEAD, IDS, JULY_4, LABELS, NAMES, ORDERS, PROVENANCE, child, order


def test_the_columns_of_the_guide_come_in_its_order() -> None:
    answers = Answers(("Numéro de licence",), {IDS[0]: {"Numéro de licence": "A-17"}})
    participants = payments_table(PROVENANCE, HEAD, ORDERS, CHILDREN, NAMES, LABELS, answers).tables[1]
    labels = [column.label for column in participants.columns]
    assert labels == [
        "Prénom participant",
        "Nom participant",
        "Paiement",
        "Montant dû",
        "Moyen de paiement",
        "Date de paiement",
        "Numéro de licence",
        "Classe",
        "Montant réglé",
        "dont collecté ailleurs",
        "Remboursé",
        "Impayé",
        "Dû aux familles",
        "Reste",
        "Participants",
        "N° de commande",
    ]
    assert [row[6] for row in participants.rows()] == ["A-17", "", "", ""]


def test_one_payment_of_24_euros_for_two_children_gives_two_rows_of_12() -> None:
    payers, participants = payments_table(PROVENANCE, HEAD, ORDERS, CHILDREN, NAMES, LABELS).tables
    children = [row for row in participants.rows() if row[1] == "GALANTE"]
    assert [(row[0], row[3], row[6], row[7]) for row in children] == [
        ("Marie", 1_200, "CPA", 1_200),
        ("Julien", 1_200, "CE1", 1_200),
    ]
    payer = next(row for row in payers.rows() if row[2] == "GALANTE")
    assert (payer[0], payer[4], payer[8]) == (children[0][-1], 2, 2_400)


def test_payers_and_participants_have_the_same_totals() -> None:
    payers, participants = payments_table(PROVENANCE, HEAD, ORDERS, CHILDREN, NAMES, LABELS).tables
    for label in ("Participants", "Montant dû", "Montant réglé", "Remboursé", "Impayé", "Dû aux familles", "Reste"):
        assert payers.sum_of(label) == participants.sum_of(label)
    assert participants.sum_of("Montant réglé") == 4_800


def test_what_another_platform_collected_is_told_apart_for_payers_and_for_children() -> None:
    orders = (ORDERS[0], order(2, IDS[6], 1_200, JULY_4, means="external", refunded=200), ORDERS[2])
    children = (*CHILDREN[:3], child(2, 1, IDS[3], "CPA", elsewhere=True, refunded=200))
    payers, participants = payments_table(PROVENANCE, HEAD, orders, children, NAMES, LABELS).tables
    assert payers.sum_of("dont collecté ailleurs") == participants.sum_of("dont collecté ailleurs") == 1_200
    assert [row[4] for row in participants.rows() if row[8]] == ["Autre plateforme"]


def test_a_child_who_got_everything_back_is_listed_and_is_no_participant() -> None:
    orders = (*ORDERS[:2], order(3, IDS[4], 2_400, JULY_4, refunded=1_200)._replace(due=1_200))
    children = (child(3, 1, IDS[0], "CPA", refunded=1_200), *CHILDREN[1:])
    report = payments_table(PROVENANCE, HEAD, orders, children, NAMES, LABELS)
    figures = {figure.label: figure.value for figure in report.figures}
    assert (figures["Contributions"], figures["Paiements"], figures["Participants"]) == (3, 3, 3)
    assert (figures["Montant dû"], figures["Montant réglé"], figures["Remboursé"]) == (3_600, 4_800, 1_200)
    assert [row[0] for row in report.tables[1].rows()] == ["Marie", "Julien", "Laurence", "Robert"]


def test_the_means_of_payment_is_never_cut() -> None:
    participants = payments_table(PROVENANCE, HEAD, ORDERS, CHILDREN, NAMES, LABELS).tables[1]
    assert {row[4] for row in participants.rows()} == {"Carte bancaire"}


def test_who_left_without_paying_is_not_in_the_table() -> None:
    orders = (*ORDERS, order(4, IDS[4], 1_200, None))
    children = (*CHILDREN, child(4, 1, IDS[0], "CPA"))
    payers, participants = payments_table(PROVENANCE, HEAD, orders, children, NAMES, LABELS).tables
    assert len(list(payers.rows())) == 3
    assert len(list(participants.rows())) == 4


def test_what_remains_of_an_instalment_plan_is_shown() -> None:
    part = order(1, IDS[5], 1_200, JULY_4)._replace(paid=400, status="partial")
    kid = child(1, 1, IDS[2], "CE1")._replace(paid=400, held=400)
    payers, participants = payments_table(PROVENANCE, HEAD, [part], [kid], NAMES, LABELS).tables
    assert payers.sum_of("Reste") == participants.sum_of("Reste") == 800


def test_a_person_whom_the_vault_forgot_is_shown_as_erased() -> None:
    payers, participants = payments_table(PROVENANCE, HEAD, ORDERS, CHILDREN, {}, LABELS).tables
    assert {row[1] for row in participants.rows()} == {row[2] for row in payers.rows()} == {"Personne effacée"}


def test_a_field_named_like_a_column_keeps_its_own_column() -> None:
    answers = Answers(("Classe", "Classe"), {IDS[0]: {"Classe": "de Mme Roux"}})
    participants = payments_table(PROVENANCE, HEAD, ORDERS, CHILDREN, NAMES, LABELS, answers).tables[1]
    assert [column.label for column in participants.columns][6:9] == ["Classe (2)", "Classe (3)", "Classe"]
    assert next(iter(participants.rows()))[6:9] == ("de Mme Roux", "de Mme Roux", "CPA")


def test_an_order_number_is_ten_digits_that_are_read_aloud() -> None:
    assert payment_reference(ORDERS[0].contribution_id) == "00000-00101"


def test_the_table_says_that_it_is_nominative() -> None:
    report = payments_table(PROVENANCE, HEAD, [], [], {}, LABELS)
    assert report.restricted
    assert report.notes[0].startswith("Document nominatif")
