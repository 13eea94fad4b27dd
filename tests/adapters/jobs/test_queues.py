"""Tasks and webhooks are kept once, done once, found again after a crash, and never run beside each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from adapters.connections import Connections, Lender
from adapters.jobs import NewTask, Outbox, ProviderAccountStore, TransferCall, WebhookInbox
from adapters.jobs.queue import pause
from adapters.payments.subjects import Subject, SubjectKind
from adapters.payments.values import WebhookEvent
from adapters.postgres import DatabaseRole, conninfo_for
from domain.errors import AlreadyExists, Conflict
from tests.adapters.connections.sessions import count_sessions, end_sessions
from tests.kit.waiting import wait_until

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
COOP = UUID(int=7)


def task(subject: str = "ch_1", *, lane: str = "c1", at: datetime = NOW) -> NewTask:
    """Something to do."""
    return NewTask("align", subject, lane, at, {"coop_id": str(COOP), "payment_id": subject})


def notification(event: str = "evt_1", object_id: str = "ch_1") -> WebhookEvent:
    """Something the provider says."""
    return WebhookEvent(
        event=event,
        kind="charge.succeeded",
        object_id=object_id,
        account=None,
        created_at=NOW,
        api_version="v",
        live=False,
    )


def test_what_a_log_asks_for_is_added_once_however_often_it_is_followed(pool: Lender) -> None:
    outbox = Outbox(pool)
    assert outbox.followed("ad06") == 0
    assert outbox.follow("ad06", 0, 5, [task(), task("ch_2")]) == 2
    with pytest.raises(Conflict):
        outbox.follow("ad06", 0, 5, [task("ch_3")])
    assert outbox.follow("ad06", 5, 6, [task()]) == 0
    assert outbox.followed("ad06") == 6
    assert [waiting.key for waiting in outbox.due(NOW)] == [1, 2]
    assert outbox.follow("ad83", 0, 1, [task()]) == 1


def test_what_somebody_asks_for_keeps_its_time_between_two(pool: Lender) -> None:
    outbox, hour = Outbox(pool), timedelta(hours=1)

    def ask(at: datetime, what: str = "17") -> bool:
        return outbox.add_after("ad06", task(f"{what}:{at:%Y%m%dT%H%M%S}", at=at), f"{what}:{at - hour:%Y%m%dT%H%M%S}")

    assert ask(NOW)
    assert not ask(NOW)
    assert not ask(NOW + hour - timedelta(seconds=1))
    assert ask(NOW + hour)
    assert ask(NOW, "170")
    assert ask(NOW, "1")
    with ThreadPoolExecutor(4) as several:
        seconds = [NOW + timedelta(days=1, seconds=second) for second in range(8)]
        assert sum(several.map(ask, seconds)) == 1


def test_a_task_is_not_due_before_its_time_and_not_after_it_was_done(pool: Lender) -> None:
    outbox = Outbox(pool)
    outbox.add("ad06", task(at=NOW + timedelta(days=1)))
    assert outbox.due(NOW) == []
    ((task_id, lane, _),) = outbox.due(NOW + timedelta(days=1))
    assert lane == "ad06:c1"
    assert outbox.read(int(task_id), NOW) is None
    outbox.done(task_id, NOW + timedelta(days=1))
    assert outbox.due(NOW + timedelta(days=2)) == []
    assert outbox.count() == {"done": 1}


def test_a_call_is_kept_before_it_is_made_and_found_again(pool: Lender) -> None:
    outbox = Outbox(pool)
    outbox.add("ad06", task())
    call = TransferCall(payment_id="ch_1", account="acct_1", cents=2400, key="tr:ch_1:1")
    outbox.begin_call(1, call, NOW)
    found = outbox.read(1, NOW)
    assert found is not None
    assert (found.pending(TransferCall), found.called_at) == (call, NOW)
    assert found.id("coop_id") == COOP
    outbox.end_call(1)
    again = outbox.read(1, NOW)
    assert again is not None
    assert (again.call, again.called_at) == (None, None)


def test_a_task_that_fails_waits_longer_each_time_and_is_parked_for_an_operator(pool: Lender) -> None:
    outbox = Outbox(pool)
    outbox.add("ad06", task())
    assert [pause(attempts).total_seconds() for attempts in (1, 2, 6, 50)] == [5, 15, 3_600, 3_600]
    outbox.later(1, NOW + pause(1), "provider-unavailable")
    assert outbox.due(NOW) == []
    assert [one.attempts for one in (outbox.read(1, NOW + pause(1)),) if one] == [1]
    assert outbox.wake("ad06", ["align"], "coop_id", str(COOP), NOW) == 1
    assert outbox.due(NOW) != []
    outbox.park(1, "provider-misuse", NOW)
    assert outbox.due(NOW + timedelta(days=1)) == []
    assert [(one.task_id, one.error, one.attempts) for one in outbox.parked("ad06")] == [(1, "provider-misuse", 2)]
    assert outbox.unpark(1, NOW)
    assert not outbox.unpark(1, NOW)
    assert [waiting.key for waiting in outbox.due(NOW)] == [1]


def test_two_workers_are_never_in_one_lane(pool: Lender) -> None:
    outbox = Outbox(pool)
    with outbox.lane("ad06:c1") as first, outbox.lane("ad06:c1") as second, outbox.lane("ad06:c2") as other:
        assert (first, second, other) == (True, False, True)
    with outbox.lane("ad06:c1") as again:
        assert again


def test_what_shares_a_lane_is_done_in_the_order_it_was_due(pool: Lender) -> None:
    outbox = Outbox(pool)
    outbox.add("ad06", task("later", at=NOW + timedelta(hours=2)))
    outbox.add("ad06", task("first", at=NOW))
    outbox.add("ad06", task("elsewhere", lane="c2", at=NOW + timedelta(hours=1)))
    noon = NOW + timedelta(hours=3)
    assert outbox.read(1, noon) is None
    assert outbox.read(3, noon) is not None
    outbox.later(2, noon + timedelta(hours=1), "provider-unavailable")
    assert outbox.read(1, noon) is not None


def test_a_lane_is_free_again_when_the_worker_s_connection_dies(pool: Lender, database: str) -> None:
    outbox = Outbox(pool)
    with psycopg.connect(conninfo_for(database, DatabaseRole.WORKER), autocommit=True) as dying:
        dying.execute("SELECT pg_advisory_lock(hashtextextended('ad06:c1', 2))")
        with outbox.lane("ad06:c1") as held:
            assert not held
    # The server notices a closed connection by itself, a moment later.
    wait_until(lambda: _free(outbox, "ad06:c1"))


def test_all_lanes_of_a_process_are_on_one_connection_that_may_end(database: str) -> None:
    with Connections() as connections:
        outbox = Outbox(connections.pool(conninfo_for(database, DatabaseRole.WORKER)))
        assert _free(outbox, "warm")
        with ExitStack() as lanes:
            assert all(lanes.enter_context(outbox.lane(f"ad06:c{number}")) for number in range(20))
            outbox.add("ad06", task("while they are held"))
            assert count_sessions(database) <= 2
            end_sessions(database)
            assert not _free(outbox, "ad06:c1")
            assert _free(outbox, "ad06:c20")
        assert _free(outbox, "ad06:c1")


def _free(outbox: Outbox, lane: str) -> bool:
    with outbox.lane(lane) as held:
        return held


def test_a_notification_is_kept_once_and_its_body_not_for_long(pool: Lender) -> None:
    inbox = WebhookInbox(pool)
    subject = Subject(SubjectKind.PAYMENT, "ch_1", None, ("charge.succeeded",))
    assert inbox.keep("platform", notification(), b"{}", NOW, subject)
    assert not inbox.keep("platform", notification(), b"{}", NOW, subject)
    assert inbox.keep("platform", notification("evt_2"), b"{}", NOW + timedelta(seconds=9), subject)
    assert [tuple(one) for one in inbox.due(NOW)] == [("evt_1", "object:ch_1", "")]
    first = inbox.read("evt_1", NOW)
    assert first is not None
    assert first.waiting_with(("charge.succeeded",)) == ["evt_1", "evt_2"]
    assert first.waiting_with(("charge.refunded",)) == []
    inbox.answered(["evt_1"], NOW)
    assert inbox.due(NOW) == []
    assert inbox.empty_bodies(NOW + timedelta(days=8)) == 1
    assert inbox.read("evt_1", NOW) is None
    later = inbox.read("evt_2", NOW + timedelta(seconds=9))
    assert later is not None
    assert (later.kind, later.object_id, later.attempts) == ("charge.succeeded", "ch_1", 0)


def test_an_account_has_one_coop_and_a_coop_one_account(pool: Lender) -> None:
    book = ProviderAccountStore(pool)
    book.add("acct_1", "ad06", COOP)
    book.add("acct_1", "ad06", COOP)
    with pytest.raises(AlreadyExists):
        book.add("acct_1", "ad06", UUID(int=8))
    with pytest.raises(AlreadyExists):
        book.add("acct_2", "ad06", COOP)
    book.name_bank_account("acct_1", UUID(int=9), "ba_1")
    known = book.of_coop("ad06", COOP)
    assert known == book.of_account("acct_1")
    assert known is not None
    assert (known.bank_account_id, known.bank_account) == (UUID(int=9), "ba_1")
    assert book.all() == [known]


@pytest.mark.parametrize("role", [DatabaseRole.APP, DatabaseRole.PROJECTOR, DatabaseRole.VAULT])
def test_nobody_but_the_worker_sees_what_is_to_be_done(pool: Lender, database: str, role: DatabaseRole) -> None:
    Outbox(pool).add("ad06", task())
    with psycopg.connect(conninfo_for(database, role)) as other, pytest.raises(psycopg.errors.InsufficientPrivilege):
        other.execute("SELECT * FROM work.tasks")


def test_the_worker_reads_neither_people_nor_logs(pool: Lender) -> None:
    for query in (b"SELECT * FROM vault.people", b"SELECT * FROM registry.tokens"):
        with pool.connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(query)
