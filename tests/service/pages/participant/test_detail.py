"""The detail of a contribution: what was paid for whom, its history in sentences, its receipt, no tip (S-141)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest

from domain.campaign.disputes.facts import RecordDisputeLost, RecordDisputeOpened
from domain.campaign.refunds import RecordRefundFailed, RecordRefundSettled
from tests.kit.api_server import MANDATAIRE, STAFF, ApiServer
from tests.kit.members.visits import visit_as, words
from tests.kit.pdf_text import pages
from tests.service.pages.participant.families import (
    CHILD_CENTS,
    list_of,
    pay,
    pay_cash,
    place,
    refund_by_form,
    shown,
)

_AT: Final = datetime(2024, 7, 10, 12, 30, tzinfo=UTC)
_LINES: Final = re.compile(r"<dt[^>]*>(.*?)</dt><dd[^>]*>(.*?)</dd>", re.DOTALL)


def _detail(api: ApiServer, contribution_id: UUID) -> str:
    with visit_as(api, MANDATAIRE) as visit:
        answer = visit.get(f"{list_of(api)}/{contribution_id}")
    assert answer.status_code == 200
    return answer.text


def _told(html: str) -> list[str]:
    """The entries of the history, the latest first."""
    history = html[html.index('id="historique"') :]
    return [words(entry).strip() for entry in re.findall(r'<li class="row">(.*?)</li>', history, re.DOTALL)]


def _cents(written: str) -> int:
    sign = -1 if written.startswith("\u2212") else 1
    return sign * int(re.sub(r"[^0-9]", "", written))


def _figures(html: str) -> dict[str, int]:
    """The amounts of a contribution, by what they are called."""
    part = html[html.index('id="montants"') :]
    return {
        words(label).strip(): _cents(words(cents).strip())
        for label, cents in _LINES.findall(part[: part.index("</section>")])
    }


def test_the_history_tells_a_refund_as_asked_then_as_done_with_the_hour_and_who_asked(api: ApiServer) -> None:
    contribution = pay(api, "Léa", "Tom")
    refund_id = refund_by_form(api, contribution, {1: "12"}, note="Déménagement.")
    asked = _told(_detail(api, contribution))
    assert asked[0].startswith("Remboursement sur la carte demandé pour Léa. Départ de l’enfant.")
    assert "«\u00a0Déménagement.\u00a0»" in asked[0]
    assert "Laurence MARDEGAN" in asked[0]
    assert "12,00\u00a0€ sont en cours de remboursement." in words(_detail(api, contribution))
    assert asked[-1] == "Paiement par carte reçu. 9 juillet 2024 à 12\u00a0h\u00a000 24,00\u00a0€"
    api.fact(
        RecordRefundSettled, api.ids.campaign_id, refund_id=refund_id, provider_refund=f"re_{refund_id}", settled_at=_AT
    )
    shown(api)
    html = _detail(api, contribution)
    done = "Remboursement sur la carte fait pour Léa. 10 juillet 2024 à 14\u00a0h\u00a030 12,00\u00a0€"
    assert _told(html)[0] == done
    assert _figures(html) == {
        "Montant dû": CHILD_CENTS,
        "Reçu": 2 * CHILD_CENTS,
        "Remboursé": -CHILD_CENTS,
        "Conservé par la coopérative": CHILD_CENTS,
    }
    assert "ne participe plus" in words(html)


def test_every_figure_of_a_contribution_adds_up_whatever_happened_to_it(api: ApiServer) -> None:
    lost, back, contested = pay(api, "Ana"), pay(api, "Bea", "Cid"), pay(api, "Dan")
    for contribution in (lost, contested):
        movement = {
            "provider_movement": f"txn_{contribution}",
            "payment_id": f"ch_{contribution}",
            "cents": CHILD_CENTS,
        }
        opened = {"dispute_id": f"dp_{contribution}", "fee_cents": 0, "opened_at": _AT}
        api.fact(RecordDisputeOpened, api.ids.campaign_id, **movement, **opened)
    api.fact(RecordDisputeLost, api.ids.campaign_id, dispute_id=f"dp_{lost}", closed_at=_AT)
    refund_id = refund_by_form(api, back, {1: "6", 2: "12"})
    settled = {"refund_id": refund_id, "provider_refund": f"re_{refund_id}", "settled_at": _AT}
    api.fact(RecordRefundSettled, api.ids.campaign_id, **settled)
    api.fact(RecordRefundFailed, api.ids.campaign_id, refund_id=refund_id, reason="lost_or_stolen_card", failed_at=_AT)
    shown(api)
    seen = {contribution: _figures(_detail(api, contribution)) for contribution in (lost, back, contested)}
    assert seen[lost]["Impayé"] == -CHILD_CENTS
    assert seen[back]["Dû à la famille"] == -18_00
    said = words(_detail(api, contested))
    assert seen[contested]["Conservé par la coopérative"] == CHILD_CENTS
    assert "12,00\u00a0€ sont contestés auprès de la banque" in said
    for figures in seen.values():
        gone = sum(figures.get(label, 0) for label in ("Remboursé", "Dû à la famille", "Impayé"))
        assert figures["Reçu"] + gone == figures["Conservé par la coopérative"]
    assert "Contestation perdue\u00a0: la banque a repris cette somme." in _told(_detail(api, lost))[0]
    assert "Remboursement revenu de la carte" in _told(_detail(api, back))[0]


def test_two_families_that_differ_in_their_tip_alone_have_the_same_pages(api: ApiServer) -> None:
    without, given = pay(api, "Eva", "Flo"), pay(api, "Eva", "Flo", tip=3_50)
    for contribution in (without, given):
        refund_by_form(api, contribution, {1: "12"}, tip=True)
    seen = []
    with visit_as(api, MANDATAIRE) as visit:
        for contribution in (without, given):
            pages_of_one = [visit.get(f"{list_of(api)}/{contribution}{below}").text for below in ("", "/rembourser")]
            seen.append([_levelled(page, contribution) for page in pages_of_one])
    assert seen[0] == seen[1]


def _levelled(html: str, contribution_id: UUID) -> str:
    """A page without what differs between any two: ids, order numbers, keys and minutes."""
    html = html.replace(str(contribution_id), "ID")
    html = re.sub(r"[0-9A-F]{5}-[0-9A-F]{5}", "N", html)
    html = re.sub(r'name="cle" value="[^"]+"', "", html)
    return re.sub(r"\d+\u00a0h\u00a0\d+", "H", html)


def test_the_receipt_is_the_family_s_but_for_the_tip(api: ApiServer) -> None:
    contribution = pay(api, "Gil", tip=3_50)
    with visit_as(api, MANDATAIRE) as visit:
        answer = visit.get(f"{list_of(api)}/{contribution}/attestation.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["cache-control"] == "no-store"
    text = " ".join(pages(answer.content))
    assert "Odile MARTIN" in text
    assert "12,00" in text
    assert "Pourboire" not in text
    assert "3,50" not in text


@pytest.mark.parametrize("below", ["", "/attestation.pdf", "/rembourser", "/corriger", "/echeances"])
def test_a_basket_that_was_never_paid_has_no_page(api: ApiServer, below: str) -> None:
    contribution = place(api, "Zoé")
    shown(api)
    with visit_as(api, MANDATAIRE) as visit:
        assert visit.get(f"{list_of(api)}/{contribution}{below}").status_code in (404, 409)
        assert "MARTIN" not in visit.get(f"{list_of(api)}/{contribution}{below}").text


def test_a_class_is_corrected_and_the_history_says_from_what_to_what(api: ApiServer) -> None:
    contribution = pay_cash(api, "B-901", "Ida")
    address = f"{list_of(api)}/{contribution}/corriger"
    with visit_as(api, MANDATAIRE) as visit:
        nothing = visit.post(address, data={"classe-1": "CE1", "motif": "mistake"})
        assert nothing.status_code == 422
        assert "Rien n’est changé" in words(nothing.text)
        wrong = visit.post(address, data={"classe-1": "CM2", "motif": "mistake"})
        assert wrong.status_code == 422
        assert "Choisissez la classe dans la liste de l’école." in words(wrong.text)
        done = visit.post(address, data={"classe-1": "CPA", "motif": "class_changed", "note": "Redouble."})
        assert (done.status_code, done.headers["location"]) == (303, f"{list_of(api)}/{contribution}?fait=corrige")
    told = _told(_detail(api, contribution))
    assert told[0].startswith("Classe de Ida corrigée\u00a0: CP a au lieu de CE1. L’enfant a changé de classe.")
    assert "«\u00a0Redouble.\u00a0»" in told[0]
    assert _figures(_detail(api, contribution))["Conservé par la coopérative"] == CHILD_CENTS


def test_who_may_not_read_names_reads_no_detail_and_no_receipt(api: ApiServer) -> None:
    contribution = pay(api, "Jan")
    with visit_as(api, STAFF) as visit:
        for below in ("", "/attestation.pdf", "/rembourser"):
            assert visit.get(f"{list_of(api)}/{contribution}{below}").status_code == 403
