"""What a campaign is like decides what a file must have, and what is held decides what a line brings."""

from __future__ import annotations

from uuid import uuid4

import pytest

from adapters.imports.errors import ColumnsMissing
from adapters.imports.helloasso import COLUMNS
from domain.aggregate import Stamp
from domain.campaign.settings import SetFormFields
from domain.campaign.state import Campaign
from domain.events.campaign import FormField
from domain.external.payments import EnterExternalPayment, WithdrawExternalPayment
from tests.domain.hostile_names import CIVILITIES, FIRST_NAMES, LAST_NAMES
from tests.kit.payment_files import as_csv, as_xlsx, cash_out, marie, ticket, without
from tests.service.imports.test_importer import AT, ImportFixture, file_of, imports

__all__ = ["imports"]
STAMP = Stamp(at=AT, by="treasurer")


def ask_for_class(imports: ImportFixture, state: str) -> None:
    """Set the campaign's form."""
    fields = (FormField(name="class", state=state),)
    imports.ledger.bus.submit(SetFormFields(stream_id=imports.campaign_id, stamp=STAMP, fields=fields)).result()


def test_a_file_without_a_class_is_refused_where_the_form_asks_for_it(imports: ImportFixture) -> None:
    data = as_xlsx(*without("Classe de l’enfant 1", rows=[ticket(1)]))
    for state in ("required", "optional"):
        ask_for_class(imports, state)
        with pytest.raises(ColumnsMissing) as refusal:
            imports.take(data)
        assert "Colonnes manquantes\u00a0: classe." in refusal.value.french
    ask_for_class(imports, "hidden")
    assert imports.take(data).imported == 1


def test_a_payment_that_was_entered_by_hand_is_there_already_by_its_number(imports: ImportFixture) -> None:
    imports.take(as_csv(COLUMNS, cash_out(paymentId="7001")))
    ((contribution_id, placed),) = imports.ledger.store.load(Campaign, imports.campaign_id).contributions.items()
    (payment_id,) = placed.external_payments
    wrong = WithdrawExternalPayment(
        stream_id=imports.campaign_id, stamp=STAMP, external_payment_id=payment_id, reason="mistake"
    )
    by_hand = EnterExternalPayment(
        stream_id=imports.campaign_id,
        stamp=STAMP,
        contribution_id=contribution_id,
        external_payment_id=uuid4(),
        platform="helloasso",
        reference="7002-OP",
        cents=2000,
        paid_at=AT,
    )
    for command in (wrong, by_hand):
        imports.ledger.bus.submit(command).result()
    report = imports.take(as_csv(COLUMNS, cash_out(paymentId="7002"), cash_out(paymentId="7003")))
    assert (report.imported, report.already_there, report.differences) == (1, 1, ())
    higher = imports.take(as_csv(COLUMNS, cash_out(paymentId="7002", credit="25,00")))
    assert [note.code for note in higher.differences] == ["corrected-since", "gone"]
    assert imports.funds().external.in_hand == {"helloasso": 4000}


def test_a_name_in_the_place_of_a_class_is_shown_by_its_line_and_enters_nothing(imports: ImportFixture) -> None:
    names = [*FIRST_NAMES, *LAST_NAMES, *(f"{civility} {name}" for civility in CIVILITIES for name in LAST_NAMES)]
    rows = file_of(*(marie(school_class=f"{level}{name}") for level in ("", "CP ") for name in names))
    report = imports.take(rows, skip_errors=True)
    assert ({error.code for error in report.refused}, len(report.refused)) == ({"class-unreadable"}, 2 * len(names))
    told = {error.french for error in report.refused}
    assert [name for name in names if len(name) > 3 and any(name in sentence for sentence in told)] == []
    assert (report.imported, imports.contributions()) == (0, [])


def test_a_day_to_come_is_refused(imports: ImportFixture) -> None:
    assert "date de paiement dans le futur" in imports.take(file_of(marie(day="02/10/2024"))).text()


def test_a_day_before_the_school_year_ahead_of_the_campaign_s_is_refused_by_its_line(imports: ImportFixture) -> None:
    report = imports.take(file_of(marie(day="31/08/2023")))
    (error,) = report.refused
    assert (error.code, error.french) == ("date-too-old", "date de paiement antérieure au 1er septembre 2023")
    assert imports.take(file_of(marie(day="01/09/2023"))).imported == 1
