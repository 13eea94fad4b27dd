"""A statement adds up, is explained by its entries, says whether it is final, and names what came in late; else no."""

from datetime import date

import msgspec
import pytest

from domain.errors import StatementDoesNotAddUp
from domain.events.base import StatementBoxes
from domain.events.closings.period import ByOrigin, CoverageState, ExternalHolding, ListedBreak, ProviderCoverage
from domain.roll_forward import Origin
from reports.parts.report import Report, Table
from reports.statement import StatementInput, statement
from tests.reports.example_rows import BOXES, CLOSING, ENTRIES, JULY, PROVENANCE, STATEMENT

NOTHING = StatementBoxes(opening=0, receipts=0, disbursements=0, transfers=0, closing=0)
OPEN = STATEMENT._replace(closing=None)


def table(report: Report, name: str) -> Table:
    """The one table of a name."""
    (found,) = (one for one in report.tables if one.name == name)
    return found


def facts(report: Report) -> dict[object, object]:
    """What the closing says of itself."""
    return {row[0]: row[1] for row in table(report, "cloture").rows()}


def test_the_four_boxes_stand_between_two_balances() -> None:
    report = statement(PROVENANCE, STATEMENT)
    assert [(figure.label, figure.value) for figure in report.figures] == [
        ("Solde au 30 juin 2024", 180_739),
        ("Décaissements", 1_200),
        ("Encaissements", 3_600),
        ("Virements", 180_000),
        ("Solde au 31 juillet 2024", 3_139),
        ("dont bloqué par contestation", 0),
    ]
    assert report.provenance.period == "juillet 2024"


def test_a_closed_month_is_final_and_bears_the_place_of_its_closing() -> None:
    report = statement(PROVENANCE, STATEMENT)
    assert report.subtitle == "Juillet 2024 – DÉFINITIF, clos le 10 août 2024"
    assert report.name == "releve-174-2024-07"
    said = facts(report)
    assert said["Événement de clôture"] == "210"
    assert said["Chiffres arrêtés à l’événement"] == "209"
    assert said["Empreinte du registre à cet événement"] == "5f" * 32
    assert said["Prestataire de paiement"] == "comptes lus le 9 août 2024 à 05\u00a0h\u00a012"
    year, perpetual = table(report, "cumuls").rows()
    assert year == ("Exercice 2023-2024", 184_339, 1_200, 180_000, 0)
    assert perpetual[1:] == (384_339, 21_200, 360_000, 0)


@pytest.mark.parametrize(
    ("made_on", "balance"),
    [
        (date(2024, 7, 15), "Solde au 15 juillet 2024"),
        (date(2024, 7, 31), "Solde au 31 juillet 2024"),
        (date(2024, 8, 5), "Solde au 31 juillet 2024"),
    ],
)
def test_any_other_month_is_provisional_up_to_its_day(made_on: date, balance: str) -> None:
    report = statement(PROVENANCE, OPEN._replace(made_on=made_on))
    assert "PROVISOIRE au" in report.subtitle
    assert "DÉFINITIF" not in report.subtitle
    assert report.figures[4].label == balance
    assert report.name == "releve-174-2024-07-provisoire"
    assert {one.name for one in report.tables} == {"dont", "operations", "corrections"}


def test_the_boxes_are_told_apart_into_families_refunds_and_the_platform() -> None:
    """Goodwill of the platform is no payment of a family, and what it takes back is no refund."""
    goodwill = ENTRIES[1]._replace(position=180, origin=Origin.PLATFORM, receipts=500, label="Régularisation")
    taken_back = goodwill._replace(position=181, receipts=0, disbursements=300)
    boxes = StatementBoxes(opening=180_739, receipts=4_100, disbursements=1_500, transfers=180_000, closing=3_339)
    parts = table(statement(PROVENANCE, OPEN._replace(boxes=boxes, entries=[*ENTRIES, goodwill, taken_back])), "dont")
    assert list(parts.rows()) == [
        ("dont paiements des familles", 3_600, 0),
        ("dont remboursements et contestations", 0, 1_200),
        ("dont avances et régularisations de la plateforme", 500, 300),
    ]
    assert parts.total() == ("Total", boxes.receipts, boxes.disbursements)


def test_the_closed_statement_names_the_later_facts_and_links_both_clocks() -> None:
    """Closed at 31,39 €, and 24,00 € more is known of July today: both balances stand on it, and what lies between."""
    late = ENTRIES[1]._replace(position=230, recorded_on=date(2024, 8, 12), period=date(2024, 8, 1), late=True)
    report = statement(PROVENANCE, STATEMENT._replace(later=[late]))
    assert report.figures[4].value == 3_139
    assert report.figures[-1].value == 3_139 + 2_400
    assert report.figures[-1].label == "Solde au 31 juillet 2024, faits connus après la clôture compris"
    (row,) = table(report, "connus-apres").rows()
    assert row[1:3] == (date(2024, 8, 12), "août 2024")
    assert row[5:] == (230, 2_400)
    assert table(report, "operations").sum_of("Encaissement") == 3_600


def test_differences_with_the_provider_and_money_held_elsewhere_stand_on_the_statement() -> None:
    read = CLOSING.event.provider.read_at
    gap = ListedBreak(
        object_id="ch_9", kind="ledger-only", ledger_cents=2_400, provider_cents=0, moved_at=PROVENANCE.produced_at
    )
    provider = ProviderCoverage(state=CoverageState.READ, read_at=read, breaks=(gap,), platform_breaks=2)
    held = (ExternalHolding(platform="helloasso", cents=4_800),)
    event = msgspec.structs.replace(CLOSING.event, provider=provider, held_elsewhere=held)
    report = statement(PROVENANCE, STATEMENT._replace(closing=CLOSING._replace(event=event)))
    assert list(table(report, "ecarts").rows()) == [(date(2024, 7, 31), "ch_9", "ledger-only", 2_400, 0)]
    assert list(table(report, "ailleurs").rows()) == [("helloasso", 4_800)]
    assert str(facts(report)["Prestataire de paiement"]).endswith("plateforme\u00a0: 2")


def test_entries_follow_the_day_of_payment_and_the_balance_runs_to_the_closing_one() -> None:
    rows = list(table(statement(PROVENANCE, STATEMENT), "operations").rows())
    assert [row[3] for row in rows] == [151, 152, 161, 170]
    assert [row[-1] for row in rows] == [181_939, 184_339, 183_139, 3_139]


def test_a_late_payment_is_in_the_open_month_and_again_on_the_annex() -> None:
    report = statement(PROVENANCE, STATEMENT)
    assert table(report, "operations").sum_of("Encaissement") == 3_600
    assert [(row[1], row[5], row[6]) for row in table(report, "corrections").rows()] == [("juin 2024", 151, 1_200)]


def test_a_month_without_late_payments_has_no_annex() -> None:
    entries = [entry._replace(late=False) for entry in ENTRIES]
    report = statement(PROVENANCE, STATEMENT._replace(entries=entries))
    assert "corrections" not in {one.name for one in report.tables}


def test_the_figures_of_the_guide_page_are_refused_with_their_gap() -> None:
    page = StatementBoxes(opening=1_939, receipts=0, disbursements=0, transfers=0, closing=180_000)
    with pytest.raises(StatementDoesNotAddUp) as refused:
        statement(PROVENANCE, OPEN._replace(boxes=page, entries=()))
    assert "écart 1\u202f780,61\u00a0€" in refused.value.french


@pytest.mark.parametrize("box", ["receipts", "disbursements", "transfers"])
@pytest.mark.parametrize("given", [OPEN, STATEMENT])
def test_boxes_that_the_entries_do_not_explain_are_refused(given: StatementInput, box: str) -> None:
    other = msgspec.structs.replace(BOXES, **{box: getattr(BOXES, box) + 100})
    sign = 1 if box == "receipts" else -1
    other = msgspec.structs.replace(other, closing=BOXES.closing + sign * 100)
    with pytest.raises(StatementDoesNotAddUp) as refused:
        statement(PROVENANCE, given._replace(boxes=other))
    assert refused.value.values["gap_euros"] == "1,00\u00a0€"


def test_parts_that_the_entries_do_not_explain_are_refused_although_their_box_is() -> None:
    event = msgspec.structs.replace(CLOSING.event, receipts=ByOrigin(families=3_500, platform=100))
    with pytest.raises(StatementDoesNotAddUp):
        statement(PROVENANCE, STATEMENT._replace(closing=CLOSING._replace(event=event)))


def test_a_month_in_which_nothing_moved_has_a_statement_of_zeros() -> None:
    operations = table(statement(PROVENANCE, StatementInput(JULY, JULY, NOTHING, 0, ())), "operations")
    assert list(operations.rows()) == []
    assert operations.total() == ("Total", None, None, None, 0, 0, 0, 0, None)
