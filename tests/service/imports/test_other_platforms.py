"""What an import brings by card is the other platform's to hold: never online here, counted once, withdrawn whole."""

from __future__ import annotations

import pytest

from domain.aggregate import Stamp
from domain.external.errors import ExternalPaymentKnown
from domain.external.payments import WithdrawImport
from tests.kit.payment_files import SAMPLES, marie
from tests.service.imports.test_importer import AT, ImportFixture, draft_campaign, file_of, imports

__all__ = ["imports"]


def test_what_an_import_brings_by_card_lies_elsewhere_and_may_not_be_spent_here(imports: ImportFixture) -> None:
    report = imports.take(SAMPLES / "guide.xlsx")
    funds = imports.funds()
    assert (report.external_cents, funds.available, funds.external.in_hand) == (4800, 0, {"assoconnect": 4800})
    cash = imports.take(file_of(marie(means="Espèces", first_name="Zoé")))
    assert (cash.external_cents, cash.import_id, imports.funds().external.in_hand) == (0, None, {"assoconnect": 4800})


def test_a_whole_import_is_withdrawn_by_its_id_and_the_file_may_come_again(imports: ImportFixture) -> None:
    first = imports.take(SAMPLES / "helloasso.csv")
    assert first.import_id is not None
    stamp = Stamp(at=AT, by="treasurer")
    imports.ledger.bus.submit(
        WithdrawImport(stream_id=imports.campaign_id, stamp=stamp, import_id=first.import_id, reason="wrong_file")
    ).result()
    assert imports.funds().external.in_hand == {"helloasso": 0}
    again = imports.take(SAMPLES / "helloasso.csv")
    assert (again.imported, again.already_there, again.external_cents) == (3, 0, first.external_cents)
    assert imports.take(SAMPLES / "helloasso.csv").already_there == 3
    assert imports.funds().external.in_hand == {"helloasso": 7550}


def test_a_payment_that_another_collection_of_the_coop_holds_is_refused_by_its_number(imports: ImportFixture) -> None:
    imports.take(SAMPLES / "helloasso.csv")
    other = imports._replace(campaign_id=draft_campaign(imports.ledger))
    with pytest.raises(ExternalPaymentKnown) as refused:
        other.take(SAMPLES / "helloasso.csv")
    assert "7001-OP (HelloAsso)" in refused.value.french
    assert other.contributions() == []
    assert imports.funds().external.in_hand == {"helloasso": 7550}
