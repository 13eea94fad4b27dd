"""A campaign gives one voucher and one entry, tied to its payouts to the cent."""

import pytest

from domain.errors import LedgerCorrupt, StatementDoesNotAddUp
from reports.parts.report import Table
from reports.voucher import FamilyAnnex, VoucherInput, voucher
from tests.reports.example_rows import (
    CHILDREN,
    HEAD,
    IDS,
    JUNE_27,
    LABELS,
    NAMES,
    ORDERS,
    PAYOUT,
    PROVENANCE,
    VOUCHER,
    class_row,
    order,
)


def table_of(given: VoucherInput, name: str) -> Table:
    """One table of a voucher."""
    return next(table for table in voucher(PROVENANCE, given).tables if table.name == name)


def entry_of(given: VoucherInput) -> list[tuple[object, ...]]:
    """The accounting entry: account, debit, credit."""
    return [(row[0], row[2], row[3]) for row in table_of(given, "ecriture").rows()]


def test_the_voucher_is_numbered_in_its_fiscal_year_and_dated() -> None:
    report = voucher(PROVENANCE, VOUCHER)
    assert report.title == "Pièce comptable R-2024-2025-0001"
    assert report.subtitle == "Test adhésion juillet 2024 – établie le 31 juillet 2024"
    assert not report.restricted


def test_the_total_is_what_payouts_carried_plus_what_remains() -> None:
    values = {figure.label: figure.value for figure in voucher(PROVENANCE, VOUCHER).figures}
    assert values["Total de la collecte"] == 4_800
    assert values["Virements"] == 3_000
    assert values["Solde non viré"] == 1_800


def test_each_payout_lists_the_movements_it_covers_and_they_add_up_to_its_part() -> None:
    rows = list(table_of(VOUCHER, "contenu").rows())
    assert [(row[0], row[1], row[3]) for row in rows] == [
        ("V-2024-2025-0003", "Paiement reçu", 1_200),
        ("V-2024-2025-0003", "Paiement reçu", 1_200),
        ("V-2024-2025-0003", "Paiement reçu", 600),
    ]
    assert sum(one.cents for one in PAYOUT.contents) == PAYOUT.part


@pytest.mark.parametrize("undistributed", [1_799, 1_801])
def test_a_voucher_that_is_a_cent_off_its_payouts_is_refused(undistributed: int) -> None:
    with pytest.raises(StatementDoesNotAddUp) as refused:
        voucher(PROVENANCE, VOUCHER._replace(undistributed=undistributed))
    assert "écart 0,01\u00a0€" in refused.value.french


def test_payments_that_contradict_the_classes_are_refused() -> None:
    with pytest.raises(LedgerCorrupt):
        voucher(PROVENANCE, VOUCHER._replace(contributions=ORDERS[:2]))


def test_a_campaign_gives_one_entry_in_the_coops_chart() -> None:
    assert entry_of(VOUCHER) == [("512", 3_000, 0), ("5171", 1_800, 0), ("7561", 0, 4_800)]
    assert table_of(VOUCHER, "ecriture").total() == ("Total", None, 4_800, 4_800)


def test_a_payout_that_the_bank_has_not_shown_is_still_an_internal_transfer() -> None:
    given = VOUCHER._replace(payouts=(PAYOUT._replace(booked_on=None, status="sent"),))
    assert entry_of(given)[0] == ("5801", 3_000, 0)


def test_refunds_lost_disputes_cash_and_blocked_money_are_shown_apart_never_netted() -> None:
    orders = (
        order(1, IDS[4], 5_000, JUNE_27, refunded=1_000),
        order(2, IDS[5], 2_000, JUNE_27)._replace(lost=2_000, status="unpaid"),
        order(3, IDS[6], 1_500, JUNE_27, means="cash"),
    )
    given = VOUCHER._replace(
        classes=[class_row("CPA", 2, 8_500, refunded=1_000, unpaid=2_000, cash=1_500)],
        contributions=orders,
        payouts=(PAYOUT,),
        undistributed=1_000,
        blocked=400,
    )
    assert entry_of(given) == [
        ("512", 3_000, 0),
        ("5171", 600, 0),
        ("5172", 400, 0),
        ("530", 1_500, 0),
        ("7561", 2_000, 0),
        ("7561", 1_000, 0),
        ("7561", 0, 8_500),
    ]
    means = [(row[0], row[-1]) for row in table_of(given, "moyens").rows()]
    assert means == [("Carte bancaire", 4_000), ("Espèces", 1_500)]


def test_money_collected_elsewhere_is_no_part_of_what_payouts_carried_and_has_an_account_of_its_own() -> None:
    orders = (*ORDERS, order(4, IDS[4], 4_800, JUNE_27, means="external", refunded=800))
    given = VOUCHER._replace(
        classes=[class_row("CPA", 6, 9_600, refunded=800, elsewhere=(4_800, 800))], contributions=orders
    )
    values = {figure.label: figure.value for figure in voucher(PROVENANCE, given).figures}
    assert (values["Total de la collecte"], values["Reçu en ligne, net"]) == (8_800, 4_800)
    assert values["Collecté ailleurs, net"] == 4_000
    assert entry_of(given) == [
        ("512", 3_000, 0),
        ("5171", 1_800, 0),
        ("4678", 4_800, 0),
        ("4678", 0, 800),
        ("7561", 800, 0),
        ("7561", 0, 9_600),
    ]
    means = [(row[0], row[-1]) for row in table_of(given, "moyens").rows()]
    assert means == [("Autre plateforme", 4_000), ("Carte bancaire", 4_800)]


def test_the_annex_by_family_is_restricted_and_shows_the_erased_as_erased() -> None:
    known = {key: name for key, name in NAMES.items() if key != IDS[0]}
    report = voucher(PROVENANCE, VOUCHER, FamilyAnnex(CHILDREN, known))
    annex = report.tables[-1]
    assert report.restricted
    assert annex.apart
    assert [(row[1], row[2]) for row in annex.rows()][:2] == [
        ("Claire GALANTE", "Personne effacée"),
        ("Claire GALANTE", "Julien GALANTE"),
    ]
    assert annex.sum_of("Conservé") == 4_800


def test_a_voucher_without_the_annex_names_nobody() -> None:
    texts = [str(value) for table in voucher(PROVENANCE, VOUCHER).tables for row in table.rows() for value in row]
    assert not [text for text in texts for person in NAMES.values() if person.last in text or person.first in text]


def test_a_campaign_that_still_runs_gives_a_provisional_voucher() -> None:
    running = VOUCHER._replace(campaign=HEAD._replace(finished=False))
    assert voucher(PROVENANCE, running).notes[0].startswith("Collecte en cours\u00a0: pièce provisoire")
    assert voucher(PROVENANCE, VOUCHER).notes[0].startswith("Collecte terminée")


def test_a_campaign_without_any_payment_gives_an_empty_voucher() -> None:
    given = VoucherInput(2024, 2, HEAD, [], {}, LABELS, [], [], 0)
    assert [list(table.rows()) for table in voucher(PROVENANCE, given).tables] == [[], [], [], [], []]
