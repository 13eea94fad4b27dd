"""A coop's home is one view for all who look at it: read when the coop's money moved, and by nothing else."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest

from domain.campaign.payments import RecordPaymentCaptured
from domain.campaign.settings import EditDetails
from domain.coop.mandates import RevokeMandate
from domain.coop.registration import DefineSchoolClasses
from domain.events.campaign import CampaignDetails
from domain.money import euros
from service.pages.coop import funds
from tests.kit.live_server import LiveServer
from tests.kit.members.access import give_mandate
from tests.kit.members.sessions import enrol, open_session
from tests.kit.service_world import PRICE, SLUG, ServiceWorld
from tests.kit.waiting import wait_until
from tests.service.http.live.open_page import OpenPage, open_page


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each reading of a coop's figures."""
    made: list[object] = []
    asks = funds.read_coop_sheet

    def ask(*args: Any) -> funds.CoopSheet:  # noqa: ANN401 - handed through
        made.append(args)
        return asks(*args)

    monkeypatch.setattr(funds, "read_coop_sheet", ask)
    return made


def home_of(live_server: LiveServer) -> str:
    """Where the home of the coop has its figures."""
    return f"/{SLUG}/coops/{live_server.world.coop_id}/flux"


def capture(world: ServiceWorld) -> None:
    """Have a family pay by card."""
    contribution_id = world.place(tip=0)
    paid: dict[str, Any] = {"payment_id": uuid4().hex, "cents": PRICE, "tip_cents": 0, "paid_at": world.now()}
    world.do(RecordPaymentCaptured, contribution_id=contribution_id, **paid)


def balance(page: OpenPage) -> str:
    """The balance that a page shows now."""
    return str(json.loads(page.events[-1])["figures"]["balance"]["text"])


def test_all_who_look_at_a_coop_get_the_same_bytes_of_one_reading(live_server: LiveServer, asked: list[object]) -> None:
    sessions = [live_server.mandataire_session() for _ in range(5)]
    with ExitStack() as opened:
        looking = [
            opened.enter_context(open_page(live_server.url, home_of(live_server), session)) for session in sessions
        ]
        read = len(asked)
        capture(live_server.world)
        for page in looking:
            page.wait(2)
        assert len({page.events[-1] for page in looking}) == 1
        assert len(asked) == read + 1
        assert balance(looking[0]) == euros(PRICE)


def test_titles_and_classes_and_baskets_that_are_not_paid_wake_no_home(
    live_server: LiveServer, asked: list[object]
) -> None:
    world = live_server.world
    with open_page(live_server.url, home_of(live_server), live_server.mandataire_session()) as page:
        read = len(asked)
        world.place(tip=0)
        world.do(EditDetails, details=CampaignDetails(title="Vie de la classe"))
        world.do(DefineSchoolClasses, world.coop_id, school_year=2026, labels=("CP A", "CE1", "CE2"))
        head = world.context.ledger.store.head()[0]
        wait_until(lambda: world.runtime.feed.position("ad06_read") >= head)
        assert len(asked) == read
        capture(world)
        page.wait(2)
        assert len(asked) == read + 1


def test_a_home_that_is_open_ends_with_the_mandate(live_server: LiveServer) -> None:
    world = live_server.world
    opened = world.runtime.ledger(SLUG)
    member, mandate_id = give_mandate(opened.ledger, world.coop_id)
    session = open_session(opened, enrol(opened, member), world.now())
    with open_page(live_server.url, home_of(live_server), session) as page:
        assert not page.ended
        world.do(RevokeMandate, world.coop_id, mandate_id=mandate_id, reason="moved")
        wait_until(lambda: page.ended)
