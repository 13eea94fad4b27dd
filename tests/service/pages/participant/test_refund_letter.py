"""« Un e-mail part à la famille quand le remboursement est fait »: it does, once, with what came back."""

from __future__ import annotations

import httpx2

from tests.kit.email_world import body
from tests.kit.example_emails import letters_in, subject
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import SLUG
from tests.kit.members.visits import words
from tests.kit.service_world import family
from tests.kit.waiting import wait_until
from tests.service.pages.participant.families import hidden


def test_the_family_gets_one_letter_once_the_refund_that_the_page_announced_is_done(
    live_server: LiveServer, mandataire: httpx2.Client
) -> None:
    world, email = live_server.world, "odile.pinson@famille.example"
    contribution_id = world.pay_for(family("Odile", "PINSON", email), "CP A", "CE1")
    address = f"/{SLUG}/collectes/{world.campaign_id}/participants/{contribution_id}/rembourser"
    begun = hidden(mandataire.get(address).text)
    typed = {"montant-1": "", "montant-2": "7,50", "motif": "child_left", "note": "Un secret de famille."}
    confirm = mandataire.post(address, data={**begun, **typed, "etape": "relire"})
    assert "Un e-mail part à la famille quand le remboursement est fait." in words(confirm.text)
    before = len(letters_in(live_server.letters, email))
    for _ in range(2):
        asked = mandataire.post(address, data={**hidden(confirm.text), "etape": "confirmer"})
        assert asked.status_code == 303, words(asked.text)
    world.settle(seconds=3)
    wait_until(lambda: len(letters_in(live_server.letters, email)) > before)
    world.settle(days=1)
    (letter,) = letters_in(live_server.letters, email)[before:]
    said = body(letter)
    assert "emboursement" in subject(bytes(letter))
    assert "7,50 €" in said
    assert "Léontine" in said
    assert "Anatole" not in said
    assert "secret" not in said
