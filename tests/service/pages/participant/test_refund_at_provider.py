"""A refund that is asked for on its page goes to the card, and the detail says that it is done (S-141)."""

from __future__ import annotations

from domain.rights.roles import Role
from projections import contributions
from tests.kit.api_server import SLUG
from tests.kit.live_server import LiveServer
from tests.kit.members.office import desk
from tests.kit.members.visits import words
from tests.kit.service_world import PRICE
from tests.kit.waiting import wait_until
from tests.service.pages.participant.families import hidden


def test_a_refund_with_the_tip_goes_to_the_card_and_the_detail_says_so(live_server: LiveServer) -> None:
    world = live_server.world
    contribution_id = world.pay("CP A", "CE1")
    address = f"/{SLUG}/collectes/{world.campaign_id}/participants/{contribution_id}"
    opened = world.runtime.ledger(SLUG)
    wait_until(lambda: (row := opened.read(contributions.by_id, contribution_id)) is not None and row.paid > 0)
    with desk(live_server, Role.MANDATAIRE, world.coop_id) as client:
        form = hidden(client.get(f"{address}/rembourser").text)
        typed = {"montant-1": f"{PRICE / 100:.2f}", "montant-2": "", "pourboire": "1", "motif": "child_left"}
        confirm = client.post(f"{address}/rembourser", data={**form, **typed, "etape": "relire"})
        done = client.post(f"{address}/rembourser", data={**hidden(confirm.text), "etape": "confirmer"})
        assert "Remboursement sur la carte demandé" in words(client.get(address).text), done.text
    world.settle(days=12)  # her session is over by then
    with desk(live_server, Role.MANDATAIRE, world.coop_id) as client:
        wait_until(lambda: "Remboursement sur la carte fait" in words(client.get(address).text))
        assert "ne participe plus" in words(client.get(address).text)
    contribution = world.contribution(contribution_id)
    assert [line.held for line in contribution.lines.values()] == [0, PRICE]
    assert contribution.tip_held == 0
    world.check_money()
