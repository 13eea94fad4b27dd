"""A later export of the same payments adds what is new; what it says otherwise of the rest is told and decided."""

from __future__ import annotations

from datetime import datetime

import pytest

from adapters.imports.helloasso import COLUMNS
from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.campaign.by_hand.cash import ReturnCash
from domain.campaign.state import Campaign
from domain.coop.by_hand.deposits import DepositCash
from domain.errors import CashBoxTooLow
from domain.external.errors import ExternalPaymentPaidOut
from domain.external.payments import EnterExternalPaymentRefund
from domain.external.payouts import EnterExternalPayout
from service.imports import Ending, ImportDecision, ImportReport
from service.imports.decisions import DecisionUnfit
from tests.kit.payment_files import TICKETS, Cell, as_csv, as_xlsx, cash_out, marie, ticket, without
from tests.service.imports.test_importer import AT, COOP, ImportFixture, file_of, imports, list_classes

__all__ = ["imports"]
STAMP = Stamp(at=AT, by="treasurer")


def tickets(*lines: tuple[Cell, ...]) -> bytes:
    """A table that knows tickets, transactions and buyers."""
    return as_xlsx(TICKETS, *lines)


def sibling(number: int, **cells: Cell) -> tuple[Cell, ...]:
    """A ticket for Lou's brother in her transaction."""
    return ticket(number, **{"Prénom participant": "Nil", "N° de transaction": 501, **cells})


def held(imports: ImportFixture) -> int:
    """What the other platforms hold, in cents."""
    return sum(imports.funds().external.in_hand.values())


def told(report: ImportReport) -> list[tuple[int, str]]:
    """Line and code of each difference."""
    return [(note.line, note.code) for note in report.differences]


def test_siblings_of_one_transaction_are_one_contribution_which_the_buyer_paid(imports: ImportFixture) -> None:
    report = imports.take(as_xlsx(*without("Classe de l’enfant 1", rows=[ticket(1), sibling(2)])))
    assert (report.imported, report.contributions, report.refused) == (2, 1, ())
    (contribution,) = imports.contributions()
    payer = imports.vault.get(contribution.payer_id)
    assert payer is not None
    assert (payer.first_name, payer.last_name, payer.email) == ("Odile", "TESTARD", "odile@exemple.invalid")
    assert [(line.class_code, line.held) for line in contribution.lines.values()] == [("SANS-CLASSE", 1200)] * 2
    assert [payment.reference for payment in contribution.external_payments.values()] == ["501"]


def test_an_order_corrected_since_is_told_and_the_first_amount_is_held(imports: ImportFixture) -> None:
    imports.take(tickets(ticket(1)))
    report = imports.take(tickets(ticket(1, **{"Montant dû": 15})))
    assert (told(report), report.imported, held(imports)) == ([(2, "corrected-since")], 0, 1200)
    assert (
        "Ligne 2\u00a0: corrigée depuis\u00a0: 12,00\u00a0€ ici, 15,00\u00a0€ dans le fichier (paiement n°\u00a0501"
        in report.text()
    )
    assert "TESTARD" not in report.text()


def test_a_correction_that_is_decided_withdraws_the_payment_and_records_it_anew(imports: ImportFixture) -> None:
    imports.take(tickets(ticket(1), sibling(2)))
    later = tickets(ticket(1, **{"Montant dû": 15}), sibling(2))
    trial = imports.take(later, dry_run=True, decisions={2: ImportDecision.CORRECT})
    assert (held(imports), told(trial)) == (2400, [])
    report = imports.take(later, decisions={2: ImportDecision.CORRECT})
    assert (report.imported, told(report), [one.code for one in report.decided]) == (2, [], ["corrected-since"])
    assert held(imports) == 2700
    withdrawn = imports.rows(
        "SELECT convert_from(state, 'UTF8')::json ->> 'reason', convert_from(state, 'UTF8')::json ->> 'by'"
        " FROM ad06.ledger_events WHERE topic LIKE 'campaign.external_payment_withdrawn.%'"
    )
    assert withdrawn == [("wrong_amount", "treasurer")]
    standing = [one.reference for order in imports.contributions() for one in order.external_payments.values()]
    assert standing == ["501"]
    again = imports.take(later)
    assert (again.imported, again.already_there, told(again), held(imports)) == (0, 2, [], 2700)


@pytest.mark.parametrize(
    ("state", "code"), [("Remboursé", "refunded-since"), ("Annulé", "cancelled-since"), ("Impayé", "refunded-since")]
)
def test_an_order_that_went_back_since_is_told_and_recorded_as_given_back_there_when_decided(
    imports: ImportFixture, state: str, code: str
) -> None:
    imports.take(tickets(ticket(1), sibling(2)))
    later = tickets(ticket(1), sibling(2, Paiement=state, **{"Date de paiement": None}))
    report = imports.take(later)
    assert (told(report), report.ignored, held(imports)) == ([(3, code)], (), 2400)
    imports.take(later, decisions={3: ImportDecision.REFUND})
    (contribution,) = imports.contributions()
    assert [line.held for line in contribution.lines.values()] == [1200, 0]
    assert (held(imports), told(imports.take(later)), imports.take(later).already_there) == (1200, [], 1)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"Paiement": "Paiement contesté"}, "contested-since"),
        ({"Paiement": "Aucun paiement"}, "not-paid-since"),
        ({"Montant dû": 0, "Moyen de paiement": "Gratuit"}, "not-paid-since"),
        ({"Paiement": "Remboursement partiel"}, "partly-refunded-since"),
    ],
)
def test_what_else_a_later_export_says_otherwise_is_told_and_moves_nothing(
    imports: ImportFixture, cells: dict[str, Cell], code: str
) -> None:
    imports.take(tickets(ticket(1)))
    report = imports.take(tickets(ticket(1, **cells)))
    assert (report.ending, told(report), report.refused, held(imports)) == (Ending.WRITTEN, [(2, code)], (), 1200)


def test_a_payment_that_is_gone_from_the_days_of_the_file_is_told_and_one_of_other_days_is_not(
    imports: ImportFixture,
) -> None:
    days = [datetime(2024, 9, day) for day in (4, 5, 6)]  # noqa: DTZ001 (as Excel holds days)
    first, gone, last = (ticket(n, **{"Date de paiement": day}) for n, day in enumerate(days, start=1))
    imports.take(tickets(first, gone, last))
    report = imports.take(tickets(first, last))
    assert told(report) == [(0, "gone")]
    assert "Hors du fichier\u00a0: n’est plus dans le fichier, 12,00\u00a0€ ici (paiement n°\u00a0502" in report.text()
    assert told(imports.take(tickets(last))) == []


def test_a_payment_partly_given_back_there_is_told_with_what_is_still_to_be_recorded(imports: ImportFixture) -> None:
    imports.take(as_csv(COLUMNS, cash_out()))
    debit = cash_out(operationType="Debit", credit="", debit="5,00", orderId="")
    later = as_csv(COLUMNS, debit)
    report = imports.take(later)
    assert (told(report), report.refused, held(imports)) == ([(2, "partly-refunded-since")], (), 2000)
    imports.take(later, decisions={2: ImportDecision.REFUND})
    assert (held(imports), told(imports.take(later))) == (1500, [])
    whole = as_csv(COLUMNS, cash_out(paymentStatus="Refunded"))
    imports.take(whole, decisions={2: ImportDecision.REFUND})
    assert (held(imports), told(imports.take(whole))) == (0, [])


def test_a_debit_of_a_payment_that_is_not_held_still_stops_the_file(imports: ImportFixture) -> None:
    report = imports.take(as_csv(COLUMNS, cash_out(operationType="Debit", credit="", debit="5,00")))
    assert (report.ending, [error.code for error in report.refused]) == (Ending.STOPPED, ["debit-alone"])


def test_a_contested_payment_of_helloasso_is_told(imports: ImportFixture) -> None:
    imports.take(as_csv(COLUMNS, cash_out()))
    assert told(imports.take(as_csv(COLUMNS, cash_out(paymentStatus="Contested")))) == [(2, "contested-since")]


@pytest.mark.parametrize("order", ["narrow first", "wide first"])
def test_an_export_with_numbers_and_one_without_are_about_the_same_payments(imports: ImportFixture, order: str) -> None:
    lines = [ticket(1), sibling(2), ticket(3)]
    wide = tickets(*lines)
    narrow = as_xlsx(*without("Numéro billet", "N° de transaction", "Acheté par", "Prénom", "Nom", rows=lines))
    first, second = (narrow, wide) if order == "narrow first" else (wide, narrow)
    assert imports.take(first).imported == 3
    again = imports.take(second)
    assert (again.imported, again.already_there, told(again), held(imports)) == (0, 3, [], 3600)


def test_a_child_whose_name_was_corrected_is_known_by_its_ticket_and_by_its_transaction(imports: ImportFixture) -> None:
    imports.take(tickets(ticket(1), sibling(2)))
    renamed = [ticket(1, **{"Prénom participant": "Louise"}), sibling(2)]
    assert imports.take(tickets(*renamed)).already_there == 2
    assert imports.take(as_xlsx(*without("Numéro billet", rows=renamed))).already_there == 2
    assert held(imports) == 2400


def test_a_day_that_was_corrected_is_a_difference_and_no_second_payment(imports: ImportFixture) -> None:
    imports.take(file_of(marie(day="04/09/2024"), marie(first_name="Noé", day="10/09/2024")))
    later = file_of(
        marie(day="05/09/2024"), marie(first_name="Noé", day="10/09/2024"), marie(first_name="Ava", day="01/09/2024")
    )
    report = imports.take(later)
    assert (told(report), report.imported, held(imports)) == ([(2, "moved-since")], 1, 3600)
    imports.take(later, decisions={2: ImportDecision.CORRECT})
    assert (held(imports), told(imports.take(later))) == (3600, [])


def test_what_only_looks_like_a_corrected_day_is_taken_over_beside_it_when_decided(imports: ImportFixture) -> None:
    around = (marie(first_name="Noé", day="10/09/2024"), marie(first_name="Ava", day="01/09/2024"))
    imports.take(file_of(marie(day="04/09/2024"), *around))
    later = file_of(marie(day="05/09/2024"), *around)
    report = imports.take(later, decisions={2: ImportDecision.NEW})
    assert (report.imported, [one.code for one in report.decided], held(imports)) == (1, ["moved-since"], 4800)
    assert told(imports.take(later)) == [(0, "gone")]


def test_text_that_may_be_a_name_enters_the_log_under_no_number(imports: ImportFixture) -> None:
    imports.take(
        tickets(ticket(1, **{"N° de transaction": "TESTARD-2"}), sibling(2, **{"N° de transaction": "TESTARD-2"}))
    )
    (contribution,) = imports.contributions()
    (payment,) = contribution.external_payments.values()
    assert (len(payment.reference), payment.reference.isdigit()) == (20, True)
    stored = imports.rows("SELECT convert_from(state, 'UTF8') FROM ad06.ledger_events")
    assert "TESTARD" not in str(stored)


def test_a_second_payment_of_a_child_is_a_second_payment(imports: ImportFixture) -> None:
    imports.take(file_of(marie(day="04/09/2024")))
    report = imports.take(file_of(marie(day="04/09/2024"), marie(day="11/09/2024", due="5,00 €")))
    assert (report.imported, report.already_there, told(report), held(imports)) == (1, 1, [], 1700)


def test_a_payment_of_somebody_erased_is_not_taken_twice_under_other_columns(imports: ImportFixture) -> None:
    imports.take(tickets(ticket(1)))
    for person_id in imports.vault.search(COOP, "testard"):
        imports.vault.erase(person_id)
    assert imports.take(tickets(ticket(1))).already_there == 1
    report = imports.take(as_xlsx(*without("Numéro billet", "N° de transaction", rows=[ticket(1)])))
    assert (told(report), held(imports), imports.vault.search(COOP, "")) == ([(2, "perhaps-held")], 1200, {})


def test_text_that_differs_in_what_nobody_sees_is_the_same_payment(imports: ImportFixture) -> None:
    imports.take(file_of(marie(first_name="Zo\u00e9")))
    for written in ("Zoe\u0301", " ZO\u00c9\u00a0", "Zo\u200b\u00e9", "Zo\u00e9_x000D_", "Zo\u00e9\x07"):
        again = imports.take(file_of(marie(first_name=written)))
        assert (again.imported, again.already_there) == (0, 1)
    assert held(imports) == 1200


def test_another_transaction_of_the_same_child_on_the_same_day_is_another_payment(imports: ImportFixture) -> None:
    imports.take(tickets(ticket(1)))
    report = imports.take(tickets(ticket(2)))
    assert (report.imported, told(report), held(imports)) == (1, [(0, "gone")], 2400)


def test_a_sibling_paid_later_in_the_same_transaction_is_a_payment_of_its_own(imports: ImportFixture) -> None:
    imports.take(tickets(ticket(1), sibling(2, Paiement="En attente")))
    report = imports.take(tickets(ticket(1), sibling(2)))
    assert (report.imported, report.already_there, told(report)) == (1, 1, [])
    references = [one.reference for held in imports.contributions() for one in held.external_payments.values()]
    assert references == ["501", "501-2"]
    assert imports.take(tickets(ticket(1), sibling(2))).already_there == 2


@pytest.mark.parametrize(
    ("line", "decision"),
    [(2, ImportDecision.REFUND), (3, ImportDecision.CORRECT), (9, ImportDecision.CORRECT), (0, ImportDecision.REFUND)],
)
def test_a_decision_about_nothing_of_the_kind_is_refused_and_nothing_is_recorded(
    imports: ImportFixture, line: int, decision: ImportDecision
) -> None:
    imports.take(tickets(ticket(1), ticket(2)))
    head = imports.ledger.store.head()
    with pytest.raises(DecisionUnfit) as refusal:
        imports.take(tickets(ticket(1, **{"Montant dû": 15}), ticket(2), ticket(3)), decisions={line: decision})
    assert f"La ligne {line} " in refusal.value.french
    assert imports.ledger.store.head() == head


def test_a_payment_of_which_something_went_back_or_a_child_is_not_in_the_file_is_not_corrected_by_a_file(
    imports: ImportFixture,
) -> None:
    imports.take(tickets(ticket(1), sibling(2)))
    higher = ticket(1, **{"Montant dû": 15})
    with pytest.raises(DecisionUnfit):
        imports.take(tickets(higher), decisions={2: ImportDecision.CORRECT})
    imports.take(tickets(ticket(1), sibling(2, Paiement="Remboursé")), decisions={3: ImportDecision.REFUND})
    with pytest.raises(DecisionUnfit):
        imports.take(tickets(higher, sibling(2)), decisions={2: ImportDecision.CORRECT})


def test_what_a_payout_covers_is_not_corrected(imports: ImportFixture) -> None:
    list_classes(imports, "CP A")
    imports.take(tickets(ticket(1)))
    payout = EnterExternalPayout(
        stream_id=COOP,
        stamp=STAMP,
        external_payout_id=imports.campaign_id,
        platform="assoconnect",
        reference="V-1",
        cents=1200,
        fee_cents=0,
        booked_on=AT.date(),
    )
    imports.ledger.bus.submit(payout).result()
    with pytest.raises(ExternalPaymentPaidOut):
        imports.take(tickets(ticket(1, **{"Montant dû": 15})), decisions={2: ImportDecision.CORRECT})
    imports.take(tickets(ticket(1, Paiement="Remboursé")), decisions={2: ImportDecision.REFUND})
    assert held(imports) == -1200


@pytest.mark.parametrize("cents", [1500, 900])
def test_cash_of_an_import_is_recorded_anew_as_a_later_file_says_it(imports: ImportFixture, cents: int) -> None:
    imports.take(file_of(marie(means="Espèces")))
    later = file_of(marie(means="Espèces", due=f"{cents // 100},00 €"))
    report = imports.take(later)
    assert (told(report), report.decidable) == ([(2, "corrected-since")], {2: ("correct",)})
    assert "sans numéro de bordereau" in report.text()
    done = imports.take(later, decisions={2: ImportDecision.CORRECT})
    assert (done.imported, len(done.decided), done.differences) == (1, 1, ())
    kept = [one for one in imports.contributions() if not one.abandoned]
    assert [[line.held for line in one.lines.values()] for one in kept] == [[cents]]
    assert imports.funds().cash.cents == cents
    again = imports.take(later)
    assert (again.already_there, told(again), imports.funds().cash.cents) == (1, [], cents)


def test_cash_that_is_at_the_bank_already_can_be_raised_and_not_lowered(imports: ImportFixture) -> None:
    list_classes(imports, "CPA")
    imports.take(file_of(marie(means="Espèces")))
    deposit = DepositCash(
        stream_id=COOP,
        stamp=STAMP,
        deposit_id=imports.campaign_id,
        slip="R-0042",
        cents=1200,
        deposited_on=paris_date(AT),
    )
    imports.ledger.bus.submit(deposit).result()
    correct = {2: ImportDecision.CORRECT}
    with pytest.raises(CashBoxTooLow):
        imports.take(file_of(marie(means="Espèces", due="9,00 €")), decisions=correct)
    imports.take(file_of(marie(means="Espèces", due="15,00 €")), decisions=correct)
    assert imports.funds().cash.cents == 300


def test_cash_of_which_some_went_back_is_not_for_an_import_to_correct(imports: ImportFixture) -> None:
    imports.take(file_of(marie(means="Espèces")))
    (contribution_id,) = imports.ledger.store.load(Campaign, imports.campaign_id).contributions
    returned = ReturnCash(
        stream_id=imports.campaign_id,
        stamp=STAMP,
        refund_id=imports.campaign_id,
        contribution_id=contribution_id,
        slip="B-7",
        cents=200,
        returned_on=paris_date(AT),
        reason="wrong_amount",
    )
    imports.ledger.bus.submit(returned).result()
    later = file_of(marie(means="Espèces", due="15,00 €"))
    report = imports.take(later)
    assert (told(report), report.decidable) == ([(2, "corrected-since")], {})
    with pytest.raises(DecisionUnfit):
        imports.take(later, decisions={2: ImportDecision.CORRECT})


def test_a_refund_that_was_entered_by_hand_is_no_difference(imports: ImportFixture) -> None:
    imports.take(tickets(ticket(1)))
    ((payment_id, _),) = imports.contributions()[0].external_payments.items()
    refund = EnterExternalPaymentRefund(
        stream_id=imports.campaign_id,
        stamp=STAMP,
        refund_id=imports.campaign_id,
        external_payment_id=payment_id,
        cents=1200,
        refunded_at=AT,
    )
    imports.ledger.bus.submit(refund).result()
    assert told(imports.take(tickets(ticket(1, Paiement="Remboursé")))) == []


@pytest.mark.parametrize("decisions", [{}, {2: ImportDecision.CORRECT, 3: ImportDecision.REFUND}])
def test_a_trial_and_the_import_itself_say_the_same(
    imports: ImportFixture, decisions: dict[int, ImportDecision]
) -> None:
    imports.take(tickets(ticket(1), ticket(2), ticket(3)))
    later = tickets(
        ticket(1, **{"Montant dû": 15}), ticket(2, Paiement="Remboursé"), ticket(4), ticket(5, Paiement="En attente")
    )
    trial = imports.take(later, dry_run=True, decisions=decisions)
    head = imports.ledger.store.head()
    written = imports.take(later, decisions=decisions)
    assert imports.ledger.store.head() != head
    for report in (trial, written):
        assert report.ending is not Ending.STOPPED
    fields = [name for name in trial.__struct_fields__ if name not in ("ending", "import_id")]
    assert {name: getattr(trial, name) for name in fields} == {name: getattr(written, name) for name in fields}
