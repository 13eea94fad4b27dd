"""A mandate holder accepts the charter that is shown, under the own mandate, and goes on from there (S-48)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import httpx2
import pytest

from domain.aggregate import Stamp
from domain.association.commands import PublishCharter
from domain.coop.state import Coop
from service.charters import charter_in_force, charter_publication
from service.runtime.open_ledger import OpenLedger
from tests.kit.live_server import LiveServer
from tests.kit.members.sessions import SLUG

TEXT: Final = "Charte des collectes\nAucun enfant n’est exclu."


def publish(opened: OpenLedger, text: str) -> int:
    """Publish a text, and return its version."""
    stamp = Stamp(at=datetime.now(UTC), by="test")
    command = charter_publication(opened.charters, opened.ledger.association_id, stamp, text)
    opened.ledger.bus.submit(command).result()
    charter = charter_in_force(opened, opened.association())
    assert charter is not None
    return charter.version


@pytest.fixture
def address(live_server: LiveServer) -> str:
    """Where the coop's mandate holder accepts the charter."""
    return f"/{SLUG}/coops/{live_server.world.coop_id}/charte"


def test_the_version_that_was_read_is_accepted_once_the_box_is_ticked(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger, address: str
) -> None:
    version = publish(opened, TEXT)
    page = mandataire.get(address).text
    assert "Aucun enfant n’est exclu." in page
    assert f"Version {version}" in page
    unticked = mandataire.post(address, data={"version": str(version)})
    assert (unticked.status_code, "Cochez la case" in unticked.text) == (422, True)
    back = f"/{SLUG}/collectes/{live_server.world.campaign_id}/configuration"
    ticked = mandataire.post(address, data={"version": str(version), "accepted": "1", "suite": back})
    assert ticked.headers["location"] == back
    assert opened.ledger.store.load(Coop, live_server.world.coop_id).charter_accepted == version
    assert "Cette version est acceptée" in mandataire.get(address).text


def test_a_version_that_was_replaced_meanwhile_is_not_accepted_unread(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger, address: str
) -> None:
    before = publish(opened, "Une charte d’avant")
    publish(opened, "Une charte d’après")
    answer = mandataire.post(address, data={"version": str(before), "accepted": "1"})
    assert (answer.status_code, "La charte vient de changer" in answer.text) == (422, True)
    assert "Une charte d’après" in answer.text
    assert opened.ledger.store.load(Coop, live_server.world.coop_id).charter_accepted != before + 1


@pytest.mark.parametrize("suite", ["https://ailleurs.example/", "//ailleurs.example", "/ad75/coops", "javascript:1"])
def test_it_leads_back_into_the_association_alone(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger, address: str, suite: str
) -> None:
    version = publish(opened, f"Une charte pour {len(suite)}")
    answer = mandataire.post(address, data={"version": str(version), "accepted": "1", "suite": suite})
    assert answer.headers["location"] == f"/{SLUG}/coops/{live_server.world.coop_id}"


def test_who_holds_no_mandate_reads_it_and_cannot_accept_it(
    office: httpx2.Client, opened: OpenLedger, address: str
) -> None:
    version = publish(opened, "Une charte à lire")
    page = office.get(address).text
    assert "Une charte à lire" in page
    assert "Seul un mandataire" in page
    assert office.post(address, data={"version": str(version), "accepted": "1"}).status_code == 403


def test_a_version_whose_text_is_not_there_is_accepted_by_nobody(
    live_server: LiveServer, mandataire: httpx2.Client, opened: OpenLedger, address: str
) -> None:
    stamp = Stamp(at=datetime.now(UTC), by="test")
    without = PublishCharter(stream_id=opened.ledger.association_id, stamp=stamp, text_sha256="ab" * 32)
    opened.ledger.bus.submit(without).result()
    page = mandataire.get(address).text
    assert "n’est pas enregistré ici" in page
    assert "Accepter la charte" not in page
    charter = charter_in_force(opened, opened.association())
    assert charter is not None
    mandataire.post(address, data={"version": str(charter.version), "accepted": "1"})
    assert opened.ledger.store.load(Coop, live_server.world.coop_id).charter_accepted != charter.version
