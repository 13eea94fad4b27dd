"""What a member may do comes from the log: believed for five seconds at most, and asked for what matters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from adapters.log.event_store import RIGHTS, EventStore
from adapters.log.ledger import Ledger
from domain.aggregate import Stamp
from domain.association.roles import RevokeRole
from domain.coop.mandates import RevokeMandate
from domain.recorded_event import RecordedEvent
from domain.rights.grants import RoleGrant
from domain.rights.roles import MemberRole, Role, RoleRevocationReason
from service.auth import authority
from service.auth.authority import Authority
from tests.kit.members.access import give_mandate, give_role
from tests.kit.postgres_ledger import SLUG, opened_ledger, register_association, register_coop, run

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
YEAR = (date(2026, 9, 1), date(2027, 8, 31))
END = datetime(2027, 8, 31, 22, 0, tzinfo=UTC)


class Notices:
    """Notices that come when the test says."""

    def __init__(self) -> None:
        """Begin listening, with nothing heard."""
        self.listening = True
        self.heard = 0

    def position(self, schema: str) -> int:
        """The last position heard of."""
        assert schema == f"{SLUG}.rights"
        return self.heard


class CountedLog:
    """A log that counts how often it is asked."""

    def __init__(self, store: EventStore) -> None:
        """Read from a store."""
        self._store = store
        self.schema = store.schema
        self.asked = 0

    def rights_events(self, after: int) -> list[RecordedEvent]:
        """Ask the store."""
        self.asked += 1
        return self._store.rights_events(after)


class Office:
    """A coop at an association, and an authority that is asked about its members."""

    def __init__(self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
        """Open the coop."""
        self.ledger, self.coop_id = ledger, uuid4()
        run(ledger.bus, register_association(ledger), register_coop(ledger, self.coop_id))
        self.notices, self.log = Notices(), CountedLog(ledger.store)
        self.authority = Authority(lambda _: self.log, self.notices)
        self.seconds = 1000.0
        monkeypatch.setattr(authority, "monotonic", lambda: self.seconds)

    def grants(self, member_id: UUID, now: datetime = NOW, *, fresh: bool = False) -> tuple[RoleGrant, ...]:
        """What a member may do."""
        return self.authority.principal(SLUG, member_id, now, fresh=fresh).grants

    def revoke(self, mandate_id: UUID) -> None:
        """Withdraw a mandate."""
        stamp = Stamp(at=datetime.now(UTC), by="test")
        run(self.ledger.bus, RevokeMandate(stream_id=self.coop_id, stamp=stamp, mandate_id=mandate_id, reason="moved"))


@pytest.fixture
def office(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An office on a fresh database."""
    with opened_ledger(database) as ledger:
        yield Office(ledger, monkeypatch)


def test_roles_and_mandates_are_read_from_the_log_and_named_by_the_member(office: Office) -> None:
    holder, _ = give_mandate(office.ledger, office.coop_id, days=YEAR)
    give_mandate(office.ledger, office.coop_id, holder, days=(YEAR[1], YEAR[1]))
    treasurer, role_id = give_role(office.ledger, MemberRole.TREASURER)
    assert office.grants(holder) == (RoleGrant(Role.MANDATAIRE, office.coop_id, None, END),)
    principal = office.authority.principal(SLUG, treasurer, NOW)
    assert (principal.actor, principal.association, principal.grants) == (
        str(treasurer),
        SLUG,
        (RoleGrant(Role.TREASURER),),
    )
    assert office.grants(uuid4()) == ()
    stamp = Stamp(at=datetime.now(UTC), by="test")
    reason = RoleRevocationReason.DEPARTURE
    run(
        office.ledger.bus,
        RevokeRole(stream_id=office.ledger.association_id, stamp=stamp, role_id=role_id, reason=reason),
    )
    assert office.grants(treasurer, fresh=True) == ()


def test_what_was_read_is_believed_for_five_seconds_at_most(office: Office) -> None:
    holder, mandate_id = give_mandate(office.ledger, office.coop_id, days=YEAR)
    assert len(office.grants(holder)) == 1
    office.revoke(mandate_id)
    office.seconds += 4.9
    assert len(office.grants(holder)) == 1
    assert office.log.asked == 1
    office.seconds += 0.1
    assert office.grants(holder) == ()
    assert office.log.asked == 2


def test_money_is_decided_on_what_the_log_says_now(office: Office) -> None:
    holder, mandate_id = give_mandate(office.ledger, office.coop_id, days=YEAR)
    assert len(office.grants(holder)) == 1
    office.revoke(mandate_id)
    assert office.grants(holder, fresh=True) == ()
    assert office.grants(holder) == ()


def test_a_notice_ends_what_was_believed(office: Office) -> None:
    holder, mandate_id = give_mandate(office.ledger, office.coop_id, days=YEAR)
    assert len(office.grants(holder)) == 1
    office.revoke(mandate_id)
    office.notices.heard += 1
    assert office.grants(holder) == ()


def test_nothing_is_believed_while_notices_cannot_be_heard(office: Office) -> None:
    holder, mandate_id = give_mandate(office.ledger, office.coop_id, days=YEAR)
    assert len(office.grants(holder)) == 1
    office.notices.listening = False
    office.revoke(mandate_id)
    assert office.grants(holder) == ()


def test_a_mandate_is_over_at_its_last_instant_even_while_it_is_believed(office: Office) -> None:
    holder, _ = give_mandate(office.ledger, office.coop_id, days=YEAR)
    before = END.replace(hour=21, minute=59, second=59, microsecond=999_999)
    assert len(office.grants(holder, before)) == 1
    assert office.grants(holder, END) == ()
    assert office.log.asked == 1


def test_only_events_about_rights_are_read_and_by_their_index(office: Office, database: str) -> None:
    _, role_id = give_role(office.ledger, MemberRole.AUDITOR)
    give_mandate(office.ledger, office.coop_id, days=YEAR)
    topics = [fact.event.TOPIC for fact in office.ledger.store.rights_events(0)]
    assert topics == ["association.role_granted.1", "coop.mandate_granted.1"]
    head, _ = office.ledger.store.head()
    assert office.ledger.store.rights_events(head) == []
    assert role_id in {getattr(fact.event, "role_id", None) for fact in office.ledger.store.rights_events(head - 2)}
    with psycopg.connect(database) as connection:
        connection.execute("SET enable_seqscan = off")
        query = SQL("EXPLAIN SELECT state FROM {}.ledger_events WHERE {} AND position > 0").format(
            Identifier(SLUG), SQL(RIGHTS.replace("%%", "%"))
        )
        plan = str(connection.execute(query).fetchall())
    assert "ledger_events_rights" in plan


def test_what_is_believed_is_told_without_asking_anybody(office: Office) -> None:
    holder, mandate_id = give_mandate(office.ledger, office.coop_id, days=YEAR)
    assert office.authority.believed(SLUG, holder, NOW) is None
    asked = office.authority.principal(SLUG, holder, NOW)
    assert office.authority.believed(SLUG, holder, NOW) == asked
    assert office.log.asked == 1
    office.revoke(mandate_id)
    office.notices.heard += 1
    assert office.authority.believed(SLUG, holder, NOW) is None
    assert office.grants(holder) == ()
    assert office.authority.believed(SLUG, holder, NOW) == office.authority.principal(SLUG, holder, NOW)
    office.notices.listening = False
    assert office.authority.believed(SLUG, holder, NOW) is None
    office.notices.listening = True
    office.seconds += 5
    assert office.authority.believed(SLUG, holder, NOW) is None
