"""Certification in words: what is asked, what is missing, who does what; and the way to the provider's page."""

from __future__ import annotations

from uuid import uuid4

import pytest

from adapters.payments.values import AccountStatus, Capability
from domain.coop.state import Coop
from service.coops.certification import CertificationState, certification_state, steps_of
from tests.kit.live_server import LiveServer
from tests.service.pages.payouts.test_payout_request import Browser, read

SLUG = "ad06"
_DOCUMENT = "identity.business_details.documents.proof_of_registration"


def status(transfers: Capability, payouts: Capability, *requirements: str) -> AccountStatus:
    """What the provider says of an account."""
    return AccountStatus(
        account="acct_1", ledger=SLUG, coop_id=uuid4(), transfers=transfers, payouts=payouts, requirements=requirements
    )


ACTIVE, PENDING, RESTRICTED = Capability.ACTIVE, Capability.PENDING, Capability.RESTRICTED


@pytest.mark.parametrize(
    ("said", "before", "state"),
    [
        (None, False, CertificationState.NOT_BEGUN),
        (status(RESTRICTED, RESTRICTED, _DOCUMENT), False, CertificationState.BEGUN),
        (status(RESTRICTED, RESTRICTED, _DOCUMENT), True, CertificationState.REVOKED),
        (status(PENDING, PENDING, _DOCUMENT), False, CertificationState.REVIEW),
        (status(ACTIVE, ACTIVE), False, CertificationState.CERTIFIED),
        (status(ACTIVE, ACTIVE, _DOCUMENT), False, CertificationState.TO_COMPLETE),
        (status(Capability.REJECTED, RESTRICTED), False, CertificationState.REJECTED),
    ],
)
def test_each_answer_of_the_provider_is_a_state(
    said: AccountStatus | None,
    before: bool,  # noqa: FBT001 - a case
    state: CertificationState,
) -> None:
    assert certification_state(Coop(uuid4()), said, before=before) is state


def test_what_is_missing_is_said_once_in_french_with_who_gives_it() -> None:
    said = status(RESTRICTED, RESTRICTED, "external_account", _DOCUMENT, _DOCUMENT, "something.of.theirs")
    steps = steps_of(CertificationState.BEGUN, said, confirmed=False)
    missing = [(step.sentence, step.who) for step in steps[2:-1]]
    assert missing == [
        ("Le compte bancaire de la coopérative.", "L’association, quand deux personnes ont confirmé l’IBAN"),
        ("Un justificatif de la coopérative, comme son attestation d’affiliation.", "Le mandataire"),
        ("Une information que le prestataire précise sur sa page.", "Le mandataire"),
    ]


def test_the_journey_is_told_state_by_state(live_server: LiveServer) -> None:
    client, world = Browser(live_server), live_server.world
    page = f"/{SLUG}/coops/{world.coop_id}/certification"
    assert "La certification n’est pas commencée." in read(client, page)
    refused = client.post(page, {"email": "personne"})
    assert refused.status_code == 422
    assert "Indiquez l’adresse e-mail" in refused.text
    answer = client.post(page, {"email": "coop@ecole.example"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(world.sandbox.url)
    shown = read(client, page)
    assert "Le dossier est ouvert, il reste à compléter." in shown
    assert "Un justificatif de la coopérative" in shown
    account = world.certify()
    client.sign_in()
    assert "Le compte est certifié." in read(client, page)
    world.sandbox.do(f"/accounts/{account}/certification", action="revoke")
    world.settle()
    shown = read(client, page)
    assert "La certification est retirée." in shown
    assert "Continuer la certification" in shown
    assert "Vous devez certifier votre compte" in read(client, f"/{SLUG}/coops/{world.coop_id}/compte")
