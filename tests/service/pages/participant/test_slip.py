"""A slip of cash whose amount was typed wrong is corrected for a reason, and its page tells it."""

from __future__ import annotations

from uuid import UUID

import httpx2

from domain.campaign.state import Campaign
from tests.kit.api_server import MANDATAIRE, ApiServer
from tests.kit.members.visits import visit_as, words
from tests.service.pages.participant.families import list_of, pay, pay_cash


def _send(api: ApiServer, contribution_id: UUID, slip: str, **fields: str) -> httpx2.Response:
    with visit_as(api, MANDATAIRE) as visit:
        return visit.post(f"{list_of(api)}/{contribution_id}/bordereaux/{slip}", data=fields)


def _cents(api: ApiServer, contribution_id: UUID, slip: str) -> int:
    campaign = api.opened.ledger.store.load(Campaign, api.ids.campaign_id)
    return campaign.contributions[contribution_id].slips[slip].cents


def test_the_detail_leads_to_a_slip_whose_amount_is_corrected_for_a_reason_once(api: ApiServer) -> None:
    contribution = pay_cash(api, "B-901", "Léa")
    address = f"{list_of(api)}/{contribution}/bordereaux/B-901"
    with visit_as(api, MANDATAIRE) as visit:
        detail, form = visit.get(f"{list_of(api)}/{contribution}").text, words(visit.get(address).text)
    assert f'href="{address}"' in detail
    assert "Le bordereau B-901 est écrit pour 12,00\u00a0€." in form
    for _ in range(2):
        done = _send(api, contribution, "B-901", montant="10,00", motif="mistake", note="Lu 12, écrit 10.")
        assert done.status_code == 303, words(done.text)
    assert _cents(api, contribution, "B-901") == 10_00
    with visit_as(api, MANDATAIRE) as visit:
        told = words(visit.get(done.headers["location"]).text)
    assert "Le bordereau est corrigé. La caisse et la classe ont suivi." in told
    assert told.count("«\u00a0Lu 12, écrit 10.\u00a0»") == 1


def test_what_is_no_amount_or_has_no_reason_or_is_more_than_due_changes_nothing_and_stays_typed(api: ApiServer) -> None:
    contribution = pay_cash(api, "B-902", "Tom")
    for montant, motif, status in (("dix", "mistake", 422), ("10", "", 422), ("50", "mistake", 409)):
        refused = _send(api, contribution, "B-902", montant=montant, motif=motif)
        assert refused.status_code == status
        assert f'value="{montant}"' in refused.text
    assert _cents(api, contribution, "B-902") == 12_00


def test_a_slip_of_another_family_is_not_found(api: ApiServer) -> None:
    pay_cash(api, "B-903", "Ana")
    other = pay(api, "Bea")
    assert _send(api, other, "B-903", montant="1", motif="mistake").status_code == 404
