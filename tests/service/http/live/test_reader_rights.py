"""A page ends at once with its reader's right, and asking for rights costs no question for each page or change."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from domain.coop.mandates import RevokeMandate
from service.http.live import rights
from service.http.live.rights import Allowance, SharedRights
from service.http.live.viewer import Viewer
from service.runtime.read_feed import ReadFeed
from tests.kit.live_server import LiveServer
from tests.kit.members.access import give_mandate
from tests.kit.members.sessions import open_session
from tests.kit.service_world import SLUG
from tests.kit.waiting import wait_until
from tests.service.http.live.conftest import Counts
from tests.service.http.live.open_page import open_page
from tests.service.http.live.test_shared_views import capture, page_of, sheet_of


@pytest.fixture
def _believed_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but a notice has rights asked for again."""
    assert rights._BELIEVED == 5
    monkeypatch.setattr(rights, "_BELIEVED", 3_600.0)


@pytest.mark.usefixtures("_believed_for_long")
def test_a_page_ends_as_soon_as_it_is_heard_that_the_mandate_was_withdrawn(live_server: LiveServer) -> None:
    world = live_server.world
    opened = world.runtime.ledger(SLUG)
    holder, mandate_id = give_mandate(opened.ledger, world.coop_id)
    with (
        open_page(live_server.url, sheet_of(live_server), open_session(opened, holder, world.now())) as page,
        open_page(live_server.url, sheet_of(live_server), live_server.mandataire_session()) as other,
    ):
        world.do(RevokeMandate, world.coop_id, mandate_id=mandate_id, reason="moved")
        wait_until(lambda: page.ended)
        capture(world, world.place(tip=0))
        other.wait(2)
        assert (len(page.events), other.ended) == (1, False)


@pytest.mark.usefixtures("_believed_for_long")
def test_a_page_ends_as_soon_as_it_is_heard_that_its_session_was_ended(live_server: LiveServer) -> None:
    world = live_server.world
    opened, session = world.runtime.ledger(SLUG), live_server.mandataire_session()
    with (
        open_page(live_server.url, sheet_of(live_server), session) as page,
        open_page(live_server.url, sheet_of(live_server), session) as another_window,
        open_page(live_server.url, sheet_of(live_server), live_server.mandataire_session()) as other,
    ):
        opened.members.sessions.end(session, world.now())
        wait_until(lambda: page.ended and another_window.ended)
        assert not other.ended


@pytest.mark.usefixtures("_believed_for_long")
def test_a_familys_page_ends_as_soon_as_the_links_of_its_contribution_are_cut(live_server: LiveServer) -> None:
    world = live_server.world
    opened, contribution_id, another = world.runtime.ledger(SLUG), world.place(tip=0), world.place(tip=0)
    with (
        open_page(live_server.url, page_of(live_server, contribution_id)) as page,
        open_page(live_server.url, page_of(live_server, another)) as other,
    ):
        assert opened.tokens.revoke(contribution_id) == 1
        wait_until(lambda: page.ended)
        capture(world, another)
        other.wait(2)
        assert (len(page.events), other.ended) == (1, False)


@pytest.mark.usefixtures("_believed_for_long")
def test_rights_are_asked_for_when_a_page_is_opened_and_not_when_it_is_told_something(
    live_server: LiveServer, asked: Counts
) -> None:
    world = live_server.world
    baskets = [world.place(tip=0) for _ in range(3)]
    sessions = [live_server.mandataire_session() for _ in range(4)]
    with ExitStack() as opened:
        looking = [
            opened.enter_context(open_page(live_server.url, sheet_of(live_server), session)) for session in sessions
        ]
        opening = len(asked.rights)
        assert opening <= len(sessions)
        for number, contribution_id in enumerate(baskets, start=2):
            capture(world, contribution_id)
            for page in looking:
                page.wait(number)
        assert len(asked.rights) == opening


def test_while_nothing_would_be_heard_a_page_is_told_nothing_that_its_reader_may_not_see_now(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = live_server.world
    opened = world.runtime.ledger(SLUG)
    holder, mandate_id = give_mandate(opened.ledger, world.coop_id)
    contribution_id = world.place(tip=0)
    with open_page(live_server.url, sheet_of(live_server), open_session(opened, holder, world.now())) as page:
        monkeypatch.setattr(ReadFeed, "_listen", lambda feed: feed._stopped.wait(0.1))
        with psycopg.connect(live_server.database, autocommit=True) as administrator:
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN \"coopledger_moved\"%'"
            )
        wait_until(lambda: not world.runtime.feed.listening)
        world.do(RevokeMandate, world.coop_id, mandate_id=mandate_id, reason="moved")
        capture(world, contribution_id)
        wait_until(lambda: page.ended)
        assert len(page.events) == 1


class Silence:
    """Notices that never come."""

    def __init__(self, *, listening: bool = True) -> None:
        """Say whether they would be heard."""
        self.listening = listening

    def position(self, _name: str) -> int:
        """Nothing was heard."""
        return 0


def test_a_right_that_ends_by_itself_ends_its_pages_at_its_last_instant_and_no_others() -> None:
    end = datetime.now(UTC) + timedelta(seconds=0.3)
    ended: list[tuple[str, bool]] = []

    def ask(claims: Sequence[Hashable]) -> list[Allowance]:
        return [Allowance(allowed=claim != "none", until=end if claim == "short" else None) for claim in claims]

    async def send(_message: object) -> None:
        """Show it to nobody."""

    async def look() -> list[bool]:
        known = SharedRights(Silence(), ("ad06.rights",), ask, hears=True)
        looking = [
            Viewer(send, lambda claim=claim: ended.append((claim, datetime.now(UTC) >= end)), claim)  # type: ignore[misc]
            for claim in ("short", "none", "long")
        ]
        for viewer in looking:
            known.join(viewer)
        await known.confirm()
        believed = [known.knows(viewer) for viewer in looking]
        await asyncio.sleep(0.5)
        return [*believed, *(viewer.gone for viewer in looking)]

    assert asyncio.run(look()) == [True, False, True, True, True, False]
    assert ended == [("none", False), ("short", True)]


def test_a_crowd_that_asks_at_one_moment_shares_the_questions_even_while_nothing_would_be_heard() -> None:
    questions: list[int] = []

    def ask(claims: Sequence[Hashable]) -> list[Allowance]:
        questions.append(len(claims))
        return [Allowance(allowed=True) for _ in claims]

    async def send(_message: object) -> None:
        """Show it to nobody."""

    async def crowd() -> None:
        known = SharedRights(Silence(listening=False), (), ask, hears=True)
        for number in range(500):
            known.join(Viewer(send, lambda: None, number))
        await asyncio.gather(*(known.confirm() for _ in range(500)))
        await known.confirm()

    asyncio.run(crowd())
    assert questions == [500] * len(questions)
    assert 2 <= len(questions) <= 3, "one for the first, one for those who came meanwhile, one for who came later"
