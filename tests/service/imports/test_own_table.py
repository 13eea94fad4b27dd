"""The payments table that this service exports can be imported: by another one whole, and here without any effect."""

from __future__ import annotations

import pytest

from domain.campaign.state import Campaign
from reports.parts.wording import STATES
from reports.payments_table import payments_table
from reports.render.csv_ import to_csv
from reports.render.xlsx import to_xlsx
from tests.kit.payment_files import marie
from tests.reports.example_rows import CHILDREN, HEAD, LABELS, NAMES, ORDERS, PROVENANCE
from tests.service.imports.test_importer import ImportFixture, draft_campaign, file_of, imports

__all__ = ["imports"]
FORMS = {"xlsx": to_xlsx, "csv": to_csv}


@pytest.mark.parametrize("form", FORMS)
def test_a_table_of_another_service_is_imported_whole_with_its_payers(imports: ImportFixture, form: str) -> None:
    table = payments_table(PROVENANCE, HEAD, ORDERS, CHILDREN, NAMES, LABELS)
    report = imports.take(FORMS[form](table))
    assert (report.refused, report.imported, report.contributions) == ((), len(CHILDREN), len(ORDERS))
    assert report.cents == sum(child.due for child in CHILDREN)
    assert imports.funds().external.in_hand == {"other": report.external_cents}
    payers = imports.vault.get_many([one.payer_id for one in imports.contributions()])
    assert {(one.first_name, one.last_name) for one in payers.values()} == {
        (NAMES[order.payer_id].first, NAMES[order.payer_id].last) for order in ORDERS
    }
    for again in FORMS.values():
        assert imports.take(again(table)).already_there == len(CHILDREN)


@pytest.mark.parametrize("form", FORMS)
def test_somebody_erased_is_imported_as_such(imports: ImportFixture, form: str) -> None:
    table = payments_table(PROVENANCE, HEAD, ORDERS, CHILDREN, {}, LABELS)
    report = imports.take(FORMS[form](table))
    assert (report.refused, report.imported) == ((), len(CHILDREN))
    assert imports.take(FORMS[form](table)).already_there == len(CHILDREN)


def test_our_own_table_brings_nothing_that_is_here_already_not_even_in_another_collection(
    imports: ImportFixture,
) -> None:
    imports.take(file_of(marie(), marie(means="Espèces", first_name="Noé")))
    placed = imports.ledger.store.load(Campaign, imports.campaign_id).contributions
    orders = [order._replace(contribution_id=key) for order, key in zip(ORDERS, placed, strict=False)]
    children = [child._replace(contribution_id=key) for child, key in zip(CHILDREN, placed, strict=False)]
    table = to_xlsx(payments_table(PROVENANCE, HEAD, orders, children, NAMES, LABELS))
    held = imports.funds().external.in_hand
    for campaign_id in (imports.campaign_id, draft_campaign(imports.ledger)):
        report = imports._replace(campaign_id=campaign_id).take(table)
        assert (report.imported, report.already_there, report.refused) == (0, 2, ())
    assert imports.funds().external.in_hand == held


@pytest.mark.parametrize("status", sorted(set(STATES) - {"abandoned"}))
def test_each_word_of_our_own_table_is_known(imports: ImportFixture, status: str) -> None:
    order = ORDERS[0]._replace(status=status)
    children = [child._replace(status=status) for child in CHILDREN if child.contribution_id == order.contribution_id]
    table = payments_table(PROVENANCE, HEAD, [order], children, NAMES, LABELS)
    codes = {error.code for error in imports.take(to_xlsx(table), dry_run=True).refused}
    assert codes == ({"partly-refunded"} if status == "partially_refunded" else set())
