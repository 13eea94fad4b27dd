"""The instalments that are still to come are cancelled from the detail, once it is said what that does (S-141)."""

from __future__ import annotations

from domain.campaign.state import Campaign
from domain.money import euros
from domain.rights.roles import Role
from tests.kit.api_server import SLUG
from tests.kit.live_server import LiveServer
from tests.kit.members.office import desk
from tests.kit.members.visits import words
from tests.kit.service_world import PRICE
from tests.service.pages.coop.test_instalments import in_three


def test_instalments_to_come_are_cancelled_and_what_was_paid_is_kept(live_server: LiveServer) -> None:
    world, contribution_id = live_server.world, in_three(live_server)
    first = -(-PRICE // 3)
    address = f"/{SLUG}/collectes/{world.campaign_id}/participants/{contribution_id}"
    with desk(live_server, Role.MANDATAIRE, world.coop_id) as client:
        assert f"{address}/echeances" in client.get(address).text
        said = words(client.get(f"{address}/echeances").text)
        assert f"2 échéances ne sont plus présentées à la carte\u00a0: {euros(PRICE - first)}." in said
        assert f"Rien n’est remboursé\u00a0: la coopérative garde {euros(first)}." in said
        assert client.post(f"{address}/echeances", data={"motif": "caprice"}).status_code == 422
        form = {"motif": "child_left", "note": "Déménagement."}
        answers = [client.post(f"{address}/echeances", data=form, follow_redirects=False) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303]
        detail = words(client.get(address).text)
        assert "Échéances à venir annulées. Départ de l’enfant. «\u00a0Déménagement.\u00a0»" in detail
        assert detail.count("Échéances à venir annulées.") == 1
        assert "Échéance 1 sur 3 payée par carte." in detail
        assert "Il n’y a plus d’échéance à venir." in words(client.get(f"{address}/echeances").text)
    campaign = world.runtime.ledger(SLUG).ledger.store.load(Campaign, world.campaign_id)
    assert campaign.contributions[contribution_id].schedule == {}
