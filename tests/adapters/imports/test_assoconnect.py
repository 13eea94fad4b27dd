"""The payments table of the guide (S-166, S-167) is read to the cent, whatever its format, order and neighbours."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from adapters.imports import FileKind, Means, ParsedFile, parse_payments
from adapters.imports.errors import ColumnsDoubled, ColumnsMissing
from tests.kit.payment_files import HEADER, MARIE, as_csv, as_xlsx, marie, sample


def by_class(parsed: ParsedFile) -> Counter[str]:
    """The cents of each class."""
    cents: Counter[str] = Counter()
    for row in parsed.rows:
        cents[row.class_code] += row.cents
    return cents


def only_error(**changes: str) -> tuple[int, str, str]:
    """The line, column and code of the one error of a file whose second line is changed."""
    parsed = parse_payments(as_csv(HEADER, marie(**changes)))
    assert parsed.rows == ()
    (error,) = parsed.errors
    return error.line, error.column, error.code


@pytest.mark.parametrize(("name", "first_line"), [("guide.xlsx", 3), ("guide.csv", 2)])
def test_the_four_rows_of_the_guide_are_read_from_a_workbook_and_from_a_csv(name: str, first_line: int) -> None:
    parsed = parse_payments(sample(name))
    assert parsed.kind is FileKind.ASSOCONNECT
    assert (parsed.errors, parsed.ignored) == ((), ())
    assert by_class(parsed) == {"CPA": 2400, "CE1": 1200, "CE2-CM1": 1200}
    assert [(row.first_name, row.last_name) for row in parsed.rows] == [
        ("Marie", "GALANTE"),
        ("Julien", "GALANTE"),
        ("Laurence", "DURAND"),
        ("Robert", "DUPOND"),
    ]
    assert {row.means for row in parsed.rows} == {Means.CARD}
    assert [row.paid_on for row in parsed.rows] == [date(2024, 7, 4)] * 2 + [date(2024, 6, 27)] * 2
    assert [row.line for row in parsed.rows] == list(range(first_line, first_line + 4))


def test_columns_are_found_by_name_whatever_their_order_case_accents_and_neighbours() -> None:
    header = ("CLASSE", "date de paiement", "Moyen  de paiement", "montant du", "PAIEMENT", "NOM PARTICIPANT")
    row = ("Cpa", "04/07/2024", "Carte", "12", "paiement recu", "GALANTE")
    data = as_csv(("Titre",), (), (*header, "Taille", "Prenom Participant"), (*row, "1m20", "Marie"))
    parsed = parse_payments(data)
    assert parsed.errors == ()
    assert [(row.line, row.first_name, row.cents) for row in parsed.rows] == [(4, "Marie", 1200)]
    assert parsed.unread_columns == ("Taille",)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "iso-8859-15"])
def test_every_separator_and_encoding_of_french_spreadsheets_is_recognised(separator: str, encoding: str) -> None:
    parsed = parse_payments(as_csv(HEADER, marie(first_name="Zoé"), separator=separator, encoding=encoding))
    assert [(row.first_name, row.cents) for row in parsed.rows] == [("Zoé", 1200)]


@pytest.mark.parametrize(
    ("written", "cents"),
    [("12,00 €", 1200), ("1\u202f800,00\u00a0€", 180_000), ("1 800,00 €", 180_000), ("20.00 €", 2000), ("7", 700)],
)
def test_amounts_are_read_in_french_and_in_english_form(written: str, cents: int) -> None:
    assert parse_payments(as_csv(HEADER, marie(due=written))).rows[0].cents == cents


@pytest.mark.parametrize(("number", "cents"), [(12, 1200), (12.1, 1210), (36.3, 3630), (0.01, 1)])
def test_numeric_cells_are_read_without_any_rounding(number: float, cents: int) -> None:
    row = (*MARIE[:3], number, *MARIE[4:])
    assert parse_payments(as_xlsx(HEADER, row)).rows[0].cents == cents


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("04/07/2024", date(2024, 7, 4)),
        ("4/7/2024", date(2024, 7, 4)),
        ("2024-07-04", date(2024, 7, 4)),
        ("04/07/2024 14:32", datetime(2024, 7, 4, 12, 32, tzinfo=UTC)),
        ("04/07/2024 à 14h32", datetime(2024, 7, 4, 12, 32, tzinfo=UTC)),
        ("2024-12-04T14:32:00+01:00", datetime(2024, 12, 4, 13, 32, tzinfo=UTC)),
    ],
)
def test_dates_are_days_in_paris_and_times_become_utc(written: str, moment: date) -> None:
    assert parse_payments(as_csv(HEADER, marie(day=written))).rows[0].paid_on == moment


def test_real_dates_of_a_workbook_are_read() -> None:
    midnight, afternoon = datetime(2024, 7, 4), datetime(2024, 7, 4, 14, 32)  # noqa: DTZ001 (as Excel holds them)
    parsed = parse_payments(as_xlsx(HEADER, (*MARIE[:5], midnight, MARIE[6]), (*MARIE[:5], afternoon, MARIE[6])))
    assert [row.paid_on for row in parsed.rows] == [date(2024, 7, 4), datetime(2024, 7, 4, 12, 32, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("Carte bancai", Means.CARD),
        ("CARTE", Means.CARD),
        ("CB", Means.CARD),
        ("Espèc", Means.CASH),
        ("Chèque", Means.CHEQUE),
        ("Vireme", Means.TRANSFER),
    ],
)
def test_means_of_payment_are_recognised_even_cut_short(written: str, means: Means) -> None:
    assert parse_payments(as_csv(HEADER, marie(means=written))).rows[0].means is means


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"first_name": " "}, "Prénom participant", "name-missing"),
        ({"first_name": "x" * 10_000}, "Prénom participant", "text-too-long"),
        ({"due": ""}, "Montant dû", "amount-missing"),
        ({"due": "douze"}, "Montant dû", "amount-unreadable"),
        ({"due": "12,005 €"}, "Montant dû", "amount-unreadable"),
        ({"due": "=6+6"}, "Montant dû", "amount-unreadable"),
        ({"due": "-12,00 €"}, "Montant dû", "amount-negative"),
        ({"due": "99999999999,00 €"}, "Montant dû", "amount-unreadable"),
        ({"means": "Car"}, "Moyen de paiement", "label-unknown"),
        ({"means": "Chèq"}, "Moyen de paiement", "label-ambiguous"),
        ({"means": ""}, "Moyen de paiement", "label-missing"),
        ({"day": ""}, "Date de paiement", "date-missing"),
        ({"day": "31/02/2024"}, "Date de paiement", "date-unreadable"),
        ({"day": "04/07/0024"}, "Date de paiement", "date-unreadable"),
        ({"day": "07-04-24"}, "Date de paiement", "date-unreadable"),
        ({"status": "Paie"}, "Paiement", "label-ambiguous"),
        ({"status": "Mystère"}, "Paiement", "label-unknown"),
        ({"school_class": "???"}, "classe", "class-unreadable"),
        ({"school_class": "Mme Durand"}, "classe", "class-unreadable"),
        ({"school_class": "Galante"}, "classe", "class-unreadable"),
        ({"school_class": "CP Mme Durand"}, "classe", "class-unreadable"),
    ],
)
def test_a_cell_that_means_nothing_is_named_by_its_line_its_column_and_a_code(
    changes: dict[str, str], column: str, code: str
) -> None:
    assert only_error(**changes) == (2, column, code)


def test_every_bad_cell_of_a_line_is_named_at_once_and_never_quoted() -> None:
    parsed = parse_payments(as_csv(HEADER, marie(due="Dupond", day="Robert")))
    assert [error.code for error in parsed.errors] == ["amount-unreadable", "date-unreadable"]
    assert not any("Dupond" in error.french or "Robert" in error.french for error in parsed.errors)


@pytest.mark.parametrize(
    ("status", "french"),
    [
        ("En attente", "non repris\u00a0: paiement en attente"),
        ("Refusé", "non repris\u00a0: paiement refusé"),
        ("Remboursé", "non repris\u00a0: paiement remboursé"),
        ("Annulé", "non repris\u00a0: paiement annulé"),
    ],
)
def test_a_line_that_was_not_paid_is_left_aside_with_its_reason_even_without_a_date(status: str, french: str) -> None:
    parsed = parse_payments(as_csv(HEADER, marie(status=status, day="")))
    assert (parsed.rows, parsed.errors) == ((), ())
    assert [(note.line, note.french) for note in parsed.ignored] == [(2, french)]


def test_order_payer_tariff_and_paid_amount_are_read_when_the_export_has_them() -> None:
    more = ("N° de commande", "Prénom payeur", "Nom payeur", "Email payeur", "Téléphone", "Formule", "Montant payé")
    cells = ("1001", "Paule", "GALANTE", "paule@exemple.invalid", "06 00 00 00 00", "1 enfant", "12,00")
    (row,) = parse_payments(as_csv((*HEADER, *more), (*MARIE, *cells))).rows
    assert row.order_ref == "1001"
    assert row.payer is not None
    assert (row.payer.first_name, row.payer.email, row.payer.phone) == (
        "Paule",
        "paule@exemple.invalid",
        "+33600000000",
    )
    assert row.extra == {"Formule": "1 enfant"}


def test_a_paid_amount_that_is_not_the_amount_due_is_for_a_person_to_decide() -> None:
    parsed = parse_payments(as_csv((*HEADER, "Montant payé"), (*MARIE, "6,00")))
    assert [(error.column, error.code) for error in parsed.errors] == [("Montant payé", "amount-uncertain")]


def test_a_class_is_one_of_the_coop_s_list_where_it_has_one() -> None:
    listed = parse_payments(as_csv(HEADER, marie(school_class="cm1 a")), known_classes=("CP", "CM1-A"))
    assert [row.class_code for row in listed.rows] == ["CM1-A"]
    unknown = parse_payments(as_csv(HEADER, marie(school_class="CE1")), known_classes=("CP", "CM1-A"))
    assert [(error.code, error.french) for error in unknown.errors] == [
        ("class-unknown", "cette classe n’est pas dans la liste de la coopérative")
    ]


def test_an_empty_class_is_without_class() -> None:
    assert parse_payments(as_csv(HEADER, marie(school_class=""))).rows[0].class_code == "SANS-CLASSE"


def test_the_missing_columns_of_an_unknown_header_are_named_in_french() -> None:
    with pytest.raises(ColumnsMissing) as refusal:
        parse_payments(as_csv(HEADER[:5], MARIE[:5]), class_asked=True)
    assert "une liste faite sur le fichier modèle. Colonnes manquantes\u00a0: Date de paiement, classe." in (
        refusal.value.french
    )


def test_a_column_that_occurs_twice_is_refused() -> None:
    with pytest.raises(ColumnsDoubled) as refusal:
        parse_payments(as_csv((*HEADER, "Classe"), (*MARIE, "CE1")))
    assert "classe" in refusal.value.french


def test_a_row_never_shows_its_names() -> None:
    (row,) = parse_payments(as_csv(HEADER, MARIE)).rows
    assert repr(row) == "PaymentRow(line=2)"
