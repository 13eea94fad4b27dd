"""Refunds from the detail: what may go back and how, what will happen in words, once and no more (S-141)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from domain.campaign.contribution import RefundStatus
from domain.campaign.disputes.facts import RecordDisputeOpened
from domain.campaign.refunds import RecordRefundFailed, RecordRefundSettled
from domain.campaign.state import Campaign
from tests.kit.api_server import MANDATAIRE, TREASURER, ApiServer
from tests.kit.members.visits import visit_as, words
from tests.service.pages.participant.families import (
    BASKETS,
    CHILD_CENTS,
    hidden,
    list_of,
    pay,
    pay_cash,
    place,
    refund_by_form,
    refunds_of,
    shown,
)

_AT: Final = datetime(2024, 7, 10, 12, 30, tzinfo=UTC)
_WHY: Final = {"motif": "child_left"}


def _address(api: ApiServer, contribution_id: UUID) -> str:
    return f"{list_of(api)}/{contribution_id}/rembourser"


def _state(api: ApiServer) -> Campaign:
    return api.opened.ledger.store.load(Campaign, api.ids.campaign_id)


def _send(api: ApiServer, contribution_id: UUID, step: str = "relire", **typed: str) -> Any:  # noqa: ANN401 - a response
    """Send the form of a refund, with what its page carries along."""
    with visit_as(api, MANDATAIRE) as visit:
        begun = hidden(visit.get(_address(api, contribution_id)).text)
        return visit.post(_address(api, contribution_id), data={**begun, **typed, "etape": step})


def _confirmed(api: ApiServer, contribution_id: UUID, **typed: str) -> Any:  # noqa: ANN401 - a response
    """Send the form of a refund, and confirm it."""
    confirm = _send(api, contribution_id, **typed)
    assert confirm.status_code == 200, words(confirm.text)
    with visit_as(api, MANDATAIRE) as visit:
        return visit.post(_address(api, contribution_id), data={**hidden(confirm.text), "etape": "confirmer"})


def test_the_page_says_in_words_what_a_refund_by_child_will_do_before_it_does(api: ApiServer) -> None:
    contribution = pay(api, "Léa", "Tom")
    confirm = _send(api, contribution, **{"montant-1": "12,00", "montant-2": "", **_WHY})
    said = words(confirm.text)
    assert "Rembourser 12,00\u00a0€\u00a0?" in said
    assert "Léa MARTIN, classe CE1 12,00\u00a0€" in said
    assert "La carte de la famille est créditée sous 5 à 10 jours." in said
    assert "La coopérative garde 12,00\u00a0€ de ce paiement." in said
    assert "Léa ne compte plus parmi les participants." in said
    assert "Un e-mail part à la famille quand le remboursement est fait." in said
    assert refunds_of(api, contribution) == set()


def test_a_family_without_an_address_is_to_be_told_by_the_mandate_holder(api: ApiServer) -> None:
    contribution = pay(api, "Ugo", email="")
    said = words(_send(api, contribution, **{"montant-1": "6", **_WHY}).text)
    assert "Nous n’avons pas d’adresse e-mail pour cette famille\u00a0: prévenez-la." in said
    assert "ne compte plus" not in said


def test_a_refund_that_is_confirmed_twice_is_made_once(api: ApiServer) -> None:
    contribution = pay(api, "Léa", "Tom")
    confirm = _send(api, contribution, **{"montant-1": "12", "montant-2": "12", **_WHY, "note": "Deux fois."})
    with visit_as(api, MANDATAIRE) as visit:
        form = {**hidden(confirm.text), "etape": "confirmer"}
        answers = [visit.post(_address(api, contribution), data=form) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    (made,) = refunds_of(api, contribution)
    refund = _state(api).contributions[contribution].refunds[made]
    assert (refund.cents, refund.by_line, refund.status) == (
        2 * CHILD_CENTS,
        {1: 1200, 2: 1200},
        RefundStatus.REQUESTED,
    )


def test_the_tip_goes_back_when_the_box_is_ticked_and_only_then(api: ApiServer) -> None:
    ticked, left = pay(api, "Abe", tip=2_50), pay(api, "Bob", tip=2_50)
    for contribution, tip in ((ticked, True), (left, False)):
        made = refund_by_form(api, contribution, {1: "12"}, tip=tip)
        assert _state(api).contributions[contribution].refunds[made].tip_cents == (2_50 if tip else 0)


def test_a_box_that_is_ticked_where_no_tip_was_given_changes_nothing(api: ApiServer) -> None:
    contribution = pay(api, "Cyd")
    made = refund_by_form(api, contribution, {1: "12"}, tip=True)
    assert _state(api).contributions[contribution].refunds[made].tip_cents == 0


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"montant-1": "12,01"}, "montant-1", "Pour Léa, vous pouvez rendre 12,00\u00a0€ au plus."),
        ({"montant-1": "-1"}, "montant-1", "Pour Léa, vous pouvez rendre 12,00\u00a0€ au plus."),
        ({"montant-1": "douze"}, "montant-1", "Ce montant n’est pas valable"),
        ({"montant-1": "", "montant-2": "0"}, "montant-1", "Indiquez ce que vous rendez pour un enfant au moins."),
        ({"motif": "caprice"}, "motif", "Choisissez un motif de la liste."),
        ({"note": "a" * 501}, "note", "La note est de 500 caractères au plus."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(
    api: ApiServer, typed: dict[str, str], field: str, sentence: str
) -> None:
    contribution = pay(api, "Léa", "Tom")
    given = {"montant-1": "12,00", "montant-2": "3,50", **_WHY, "note": "Ma note", **typed}
    answer = _send(api, contribution, **given)
    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert f'href="#{field}"' in answer.text
    assert f'value="{given["montant-2"]}"' in answer.text
    assert refunds_of(api, contribution) == set()


def test_a_contested_payment_says_to_wait_for_the_bank_before_anything_is_typed(api: ApiServer) -> None:
    contribution = pay(api, "Eli")
    contested = {"dispute_id": f"dp_{contribution}", "provider_movement": f"txn_{contribution}"}
    values = {"payment_id": f"ch_{contribution}", "cents": CHILD_CENTS, "fee_cents": 0, "opened_at": _AT}
    api.fact(RecordDisputeOpened, api.ids.campaign_id, **contested, **values)
    shown(api)
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(_address(api, contribution)).text
        sent = visit.post(_address(api, contribution), data={"montant-1": "12", **_WHY, "etape": "confirmer"})
    assert "La famille conteste ce paiement auprès de sa banque" in words(page)
    assert "Attendez la décision de la banque" in words(page)
    assert "montant-1" not in page
    assert sent.status_code == 409
    assert refunds_of(api, contribution) == set()


def test_what_is_asked_for_already_and_what_is_all_given_back_is_said(api: ApiServer) -> None:
    contribution = pay(api, "Fay")
    made = refund_by_form(api, contribution, {1: "12"})
    with visit_as(api, MANDATAIRE) as visit:
        assert "Un remboursement de 12,00\u00a0€ est déjà demandé." in words(
            visit.get(_address(api, contribution)).text
        )
        api.fact(RecordRefundSettled, api.ids.campaign_id, refund_id=made, provider_refund=f"re_{made}", settled_at=_AT)
        shown(api)
        assert "Il ne reste rien à rembourser de ce paiement." in words(visit.get(_address(api, contribution)).text)


def test_cash_goes_back_from_the_box_under_a_slip_or_by_cheque(api: ApiServer) -> None:
    contribution = pay_cash(api, "B-801", "Gus", "Hal")
    day = {"jour": "2024-07-12"}
    missing = _send(api, contribution, **{"montant-1": "12", "montant-2": "", "moyen": "especes", **day, **_WHY})
    assert "Indiquez le numéro du bordereau." in words(missing.text)
    taken = _confirmed(
        api, contribution, **{"montant-1": "12", "moyen": "especes", "bordereau": "B-801", **day, **_WHY}
    )
    assert taken.status_code == 409
    assert "Ce numéro de bordereau est déjà pris." in words(taken.text)
    cash = {"montant-1": "12", "montant-2": "", "moyen": "especes", "bordereau": "b-802", **day, **_WHY}
    said = words(_send(api, contribution, **cash).text)
    assert "Vous avez payé la famille en espèces le 12 juillet 2024, bordereau B-802." in said
    assert "aucun argent ne part d’ici" in said
    assert _confirmed(api, contribution, **cash).status_code == 303
    shown(api)
    cheque = {"montant-2": "12", "moyen": "cheque", **day, **_WHY}
    assert _confirmed(api, contribution, **cheque).status_code == 303
    paid = _state(api).contributions[contribution].by_hand.values()
    assert sorted((one.means, one.cents) for one in paid) == [("cash", 1200), ("cheque", 1200)]


def test_a_payment_to_a_family_that_never_was_is_taken_back(api: ApiServer) -> None:
    contribution = pay_cash(api, "B-811", "Ivy")
    paid = {"montant-1": "12", "moyen": "cheque", "jour": "2024-07-12", **_WHY}
    assert _confirmed(api, contribution, **paid).status_code == 303
    shown(api)
    with visit_as(api, MANDATAIRE) as visit:
        detail = visit.get(f"{list_of(api)}/{contribution}").text
        (below,) = set(re.findall(r'href="([^"]+/remboursements/[^"]+/retirer)"', detail))
        assert "Un règlement par chèque du 12 juillet 2024" in words(visit.get(below).text)
        assert visit.post(below, data={"motif": "?"}).status_code == 422
        assert visit.post(below, data={"motif": "never_happened"}).status_code == 303
        assert visit.get(f"{list_of(api)}/{contribution}/remboursements/{uuid4()}/retirer").status_code == 404
    assert _state(api).contributions[contribution].by_hand == {}


def test_a_refund_that_came_back_is_settled_by_the_coop_and_written_down_once(api: ApiServer) -> None:
    contribution = pay(api, "Joe")
    made = refund_by_form(api, contribution, {1: "12"})
    api.fact(RecordRefundSettled, api.ids.campaign_id, refund_id=made, provider_refund=f"re_{made}", settled_at=_AT)
    api.fact(RecordRefundFailed, api.ids.campaign_id, refund_id=made, reason="expired_or_canceled_card", failed_at=_AT)
    shown(api)
    below = f"{list_of(api)}/{contribution}/remboursements/{made}/regler"
    with visit_as(api, MANDATAIRE) as visit:
        assert below in visit.get(f"{list_of(api)}/{contribution}").text
        assert "12,00\u00a0€ sont à la famille" in words(visit.get(below).text)
        assert visit.post(below, data={"jour": "2024-07-12"}).status_code == 422
        to_come = visit.post(below, data={"moyen": "cheque", "jour": "2199-01-01"})
        assert "Cette date n’est pas possible" in words(to_come.text)
        form = {"moyen": "cheque", "jour": "2024-07-12"}
        assert [visit.post(below, data=form).status_code for _ in range(2)] == [303, 303]
    refund = _state(api).contributions[contribution].refunds[made]
    assert refund.status is RefundStatus.REPAID


def test_what_another_platform_gave_back_is_written_down_here(api: ApiServer) -> None:
    contribution = place(api, "Kim", means="external")
    path = f"{BASKETS.format(**api.ids._asdict())}/{contribution}/external-payments"
    told = {"platform": "lydia", "reference": "L-77", "cents": 1200, "paid_at": "2024-07-09T10:00:00Z"}
    api.done(MANDATAIRE, "POST", path, told)
    shown(api)
    with visit_as(api, MANDATAIRE) as visit:
        page = words(visit.get(_address(api, contribution)).text)
    assert "le remboursement se fait là-bas" in page
    assert "Motif" not in page
    assert _confirmed(api, contribution, **{"montant-1": "5", "jour": "2024-07-12"}).status_code == 303
    (payment,) = _state(api).contributions[contribution].external_payments.values()
    assert payment.refunded == {1: 500}


def test_a_note_goes_to_the_vault_and_into_no_event(api: ApiServer) -> None:
    contribution = pay(api, "Lin")
    refund_by_form(api, contribution, {1: "12"}, note="Madame Untel a téléphoné.")
    events = [fact.event for fact in api.opened.ledger.store.coop_events(api.ids.coop_id)]
    assert not any("Untel" in repr(event) for event in events)
    (asked,) = [one for one in events if getattr(one, "note_id", None) and one.subject_id == contribution]
    note_id = asked.note_id  # type: ignore[attr-defined]
    assert api.opened.notes.get_many([note_id]) == {note_id: "Madame Untel a téléphoné."}


def test_once_all_was_paid_out_the_coop_pays_by_itself(api: ApiServer) -> None:
    """This is the last test of the module: the payout leaves nothing on line."""
    contribution = pay(api, "Max", "Ned")
    available = api.opened.available(api.ids.coop_id)
    coop = f"/coops/{api.ids.coop_id}"
    api.done(TREASURER, "POST", f"{coop}/payouts", {"cents": available - 10_00})
    shown(api)
    half = _send(api, contribution, **{"montant-1": "12", "montant-2": "", "moyen": "carte", **_WHY})
    assert half.status_code == 422
    assert "Il reste 10,00\u00a0€ sur le compte en ligne" in words(half.text)
    by_card = _confirmed(api, contribution, **{"montant-1": "10", "moyen": "cheque", "jour": "2024-07-12", **_WHY})
    assert by_card.status_code == 409
    cheque = {"montant-1": "12", "montant-2": "12", "moyen": "cheque", "jour": "2024-07-12", **_WHY}
    assert _confirmed(api, contribution, **cheque).status_code == 303
    assert [one.cents for one in _state(api).contributions[contribution].by_hand.values()] == [24_00]


def test_all_goes_back_only_where_that_is_chosen_and_nothing_is_filled_in_before(api: ApiServer) -> None:
    contribution = pay(api, "Léa", "Tom")
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(_address(api, contribution)).text
    assert re.findall(r'name="montant-\d" type="text" value="([^"]*)"', page) == ["", ""]
    assert "checked" not in page
    unsaid = _send(api, contribution, **_WHY)
    assert (unsaid.status_code, 'href="#combien"' in unsaid.text) == (422, True)
    both = _send(api, contribution, **{"combien": "tout", "montant-2": "12", **_WHY})
    assert both.status_code == 422
    assert refunds_of(api, contribution) == set()
    assert _confirmed(api, contribution, combien="tout", **_WHY).status_code == 303
    (made,) = refunds_of(api, contribution)
    assert _state(api).contributions[contribution].refunds[made].by_line == {1: CHILD_CENTS, 2: CHILD_CENTS}


def test_the_state_of_a_row_is_that_of_its_child_in_the_list_its_filter_and_the_detail(api: ApiServer) -> None:
    contribution = pay(api, "Basile", "Céleste")
    made = refund_by_form(api, contribution, {2: "12"})
    shown(api)
    assert _states(api, contribution) == ["Paiement reçu", "Paiement reçu remboursement de 12,00\u00a0€ en cours"]
    api.fact(
        RecordRefundSettled,
        api.ids.campaign_id,
        refund_id=made,
        provider_refund=f"re_{made}",
        settled_at=_AT,
    )
    shown(api)
    assert _states(api, contribution) == ["Paiement reçu", "Remboursé"]
    assert _states(api, contribution, etat="refunded") == ["Remboursé"]
    assert _states(api, contribution, etat="partially_refunded") == []
    with visit_as(api, MANDATAIRE) as visit:
        detail = words(visit.get(f"{list_of(api)}/{contribution}?fait=demande").text)
    assert "Le remboursement est fait." in detail
    assert "Le remboursement est demandé." not in detail
    assert re.search(r"Basile MARTIN.{0,60}Paiement reçu.{0,20}Céleste MARTIN.{0,80}Remboursé", detail)


def _states(api: ApiServer, contribution_id: UUID, **filters: str) -> list[str]:
    """What the rows of a contribution say of their state, in the list."""
    with visit_as(api, MANDATAIRE) as visit:
        page = visit.get(list_of(api), params=filters).text
    told = re.findall(rf'value="{contribution_id}\.(\d+)".*?data-label="État">(.*?)</td>', page)
    return [words(state).strip() for _, state in sorted(told)]
