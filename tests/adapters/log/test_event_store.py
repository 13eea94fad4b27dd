"""The store keeps what it is given once, in one order without a gap, and tells the truth about it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.log.event_store import (
    Append,
    AppendRefusal,
    AppendRefusedError,
    AppendUncertainError,
    Count,
    EventStore,
    KeyUse,
    NewEvent,
)
from domain.calendar import paris_date
from domain.campaign.state import Campaign
from domain.events.base import InstalmentTerms
from domain.events.campaign import PaymentOptionsSet
from domain.events.payout import PayoutRequested
from tests.adapters.connections.sessions import end_sessions
from tests.adapters.log.answer_dropper import AnswerDropper
from tests.kit.postgres_ledger import BY, NOW, any_event, make_ledger, opened_store

WRITERS, APPENDS = 8, 40


def fact(stream: UUID | None = None, version: int = 1, coop: UUID | None = None) -> NewEvent:
    """An event on its way to the log."""
    return NewEvent(stream or uuid4(), version, coop, any_event())


def draining(coop: UUID) -> NewEvent:
    """A payout request of a coop, on a stream of its own."""
    event = PayoutRequested(at=NOW, by=BY, payout_id=uuid4(), cents=1, bank_account_id=uuid4(), content=())
    return NewEvent(uuid4(), 1, coop, event)


def append(
    store: EventStore,
    *facts: NewEvent,
    keys: tuple[KeyUse, ...] = (),
    guards: tuple[tuple[UUID, int], ...] = (),
    counts: tuple[Count, ...] = (),
) -> int:
    """Append a batch."""
    return store.append(Append(uuid4(), facts, keys, guards, counts=counts)).before


@pytest.fixture
def store(database: str) -> Iterator[EventStore]:
    """A store on a fresh ledger."""
    make_ledger(database)
    with opened_store(database) as store:
        yield store


def test_what_is_stored_comes_back(store: EventStore) -> None:
    one, two = fact(coop=uuid4()), fact()
    assert append(store, one, two) == 0
    assert append(store, fact(one.originator_id, 2, one.coop_id)) == 2
    first, second, third = store.events(1, 3)
    assert (first.position, first.stream_id, first.version, first.coop_id, first.event) == (1, *one)
    assert (second.position, second.coop_id, second.event) == (2, None, two.event)
    assert (third.position, third.version) == (3, 2)
    assert [recorded.position for recorded in store.coop_events(one.coop_id or uuid4(), 3)] == [1, 3]


def test_the_events_of_a_stream_are_found_by_their_topics_in_order(store: EventStore) -> None:
    one, coop = fact(coop=uuid4()), uuid4()
    asked = NewEvent(one.originator_id, 2, one.coop_id, draining(coop).event)
    append(store, one, asked, fact(one.originator_id, 3, one.coop_id), fact())
    topic = one.event.TOPIC
    assert [found.version for found in store.events_of(one.originator_id, {topic})] == [1, 3]
    assert [found.event for found in store.events_of(one.originator_id, {asked.event.TOPIC})] == [asked.event]
    assert store.events_of(one.originator_id, {"campaign.published.1"}) == []


def test_all_events_of_a_batch_are_stored_or_none(store: EventStore) -> None:
    stream = uuid4()
    append(store, fact(stream))
    with pytest.raises(AppendRefusedError) as refused:
        append(store, fact(), fact(stream), keys=(KeyUse("k", b"f", 0, 1),))
    assert refused.value.refusal is AppendRefusal.VERSION
    assert store.head()[0] == 1
    assert store.find_keys(["k"]) == {}


def test_a_key_is_stored_once_with_its_outcome_and_also_without_events(store: EventStore) -> None:
    append(store, fact(), keys=(KeyUse("a", b"1", 0, 1),))
    append(store, fact(), fact(), keys=(KeyUse("b", b"2", 1, 1), KeyUse("c", b"3", 2, 0)))
    append(store, keys=(KeyUse("d", b"4", 0, 0),))
    assert store.head()[0] == 3
    with pytest.raises(AppendRefusedError) as refused:
        append(store, fact(), keys=(KeyUse("d", b"4", 0, 1),))
    assert refused.value.refusal is AppendRefusal.KEY
    found = store.find_keys(["a", "b", "c", "d", "e"])
    assert found == {
        "a": KeyUse("a", b"1", 1, 1),
        "b": KeyUse("b", b"2", 3, 1),
        "c": KeyUse("c", b"3", 4, 0),
        "d": KeyUse("d", b"4", 4, 0),
    }


def test_a_guard_refuses_after_a_draining_event_of_its_coop_only(store: EventStore) -> None:
    coop, other = uuid4(), uuid4()
    append(store, fact(coop=coop), draining(other))
    append(store, fact(), guards=((coop, 0),))
    append(store, draining(coop))
    with pytest.raises(AppendRefusedError) as refused:
        append(store, fact(), guards=((other, 3), (coop, 3)))
    assert refused.value.refusal is AppendRefusal.GUARD
    append(store, fact(), guards=((coop, 4),))


def test_a_count_refuses_after_an_event_of_its_coop_and_its_days_only(store: EventStore) -> None:
    """The day is that of the event in Paris: ``NOW`` is on 15 September 2026 there."""
    coop, other = uuid4(), uuid4()
    append(store, fact(coop=coop), fact(coop=other))
    day = paris_date(NOW)
    before = day - timedelta(days=1)
    for count in (Count(coop, 1, day), Count(other, 2, day), Count(coop, 0, before)):
        append(store, fact(), counts=(count,))
    with pytest.raises(AppendRefusedError) as refused:
        append(store, fact(), counts=(Count(other, 2, day), Count(coop, 0, day)))
    assert refused.value.refusal is AppendRefusal.COUNT


def test_a_count_refuses_an_event_of_its_own_batch(store: EventStore) -> None:
    coop = uuid4()
    with pytest.raises(AppendRefusedError) as refused:
        append(store, fact(coop=coop), counts=(Count(coop, 0, paris_date(NOW)),))
    assert refused.value.refusal is AppendRefusal.COUNT
    append(store, fact(coop=coop), counts=(Count(coop, 0, paris_date(NOW) - timedelta(days=1)),))


def test_recorded_at_follows_the_order_of_the_log_even_when_the_clock_goes_back(
    store: EventStore, database: str
) -> None:
    append(store, fact())
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE ad06.ledger_head SET recorded_at = recorded_at + interval '1 hour'")
    append(store, fact(), fact())
    before, one, two = store.events(1, 3)
    assert one.recorded_at == two.recorded_at
    assert one.recorded_at - before.recorded_at == timedelta(hours=1)


def test_eight_writers_leave_no_gap_and_a_follower_misses_nothing(store: EventStore, database: str) -> None:
    total = WRITERS * APPENDS * 2
    followed: list[int] = []

    def write(_: int) -> None:
        with opened_store(database) as mine:
            stream = uuid4()
            for number in range(APPENDS):
                append(mine, fact(stream, number + 1), fact())

    def follow() -> None:
        deadline = time.monotonic() + 60
        while len(followed) < total and time.monotonic() < deadline:
            # A follower advances to the last position it saw and never looks back.
            after = followed[-1] if followed else 0
            followed.extend(recorded.position for recorded in store.events(after + 1, 500))

    follower = threading.Thread(target=follow)
    follower.start()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    follower.join()
    assert followed == list(range(1, total + 1))


def test_a_follower_is_woken_with_the_name_of_the_ledger(store: EventStore, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as listener:
        listener.execute("LISTEN ledger_events")
        append(store, fact(), fact())
        assert [notify.payload for notify in listener.notifies(timeout=5, stop_after=1)] == ["ad06"]


def test_a_landed_batch_is_found_and_the_same_batch_is_never_stored_again(store: EventStore) -> None:
    batch = Append(uuid4(), (fact(), fact()), (), ())
    append(store, fact())
    assert store.append(batch).before == 1
    landed = store.resolve(batch.batch)
    assert landed == store.resolve(batch.batch) == (1, store.head())
    with pytest.raises(AppendRefusedError) as refused:
        store.append(batch._replace(new_events=(fact(),)))
    assert refused.value.refusal is AppendRefusal.FENCED


def test_after_the_truth_was_asked_a_late_commit_can_never_land(store: EventStore) -> None:
    late = Append(uuid4(), (fact(),), (), ())
    assert store.resolve(late.batch) is None
    with pytest.raises(AppendRefusedError) as refused:
        store.append(late)
    assert refused.value.refusal is AppendRefusal.FENCED
    assert store.resolve(late.batch) is None
    assert store.head()[0] == 0


def test_asking_for_the_truth_waits_for_a_commit_under_way(store: EventStore, database: str) -> None:
    batch = uuid4()
    with psycopg.connect(database) as slow, ThreadPoolExecutor(1) as pool:
        slow.execute(
            "SELECT ad06.ledger_append(%s, ARRAY[%s::uuid], ARRAY[1]::bigint[], ARRAY[NULL]::uuid[], ARRAY['t.x.1'],"
            " ARRAY[''::bytea], ARRAY[false], ARRAY['2026-11-23'::date],"
            " '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', NULL, NULL)",
            (batch, uuid4()),
        )
        answer = pool.submit(store.resolve, batch)
        with pytest.raises(TimeoutError):
            answer.result(0.3)
        slow.commit()
        assert answer.result(10) == (0, store.head())


@pytest.mark.parametrize("landed", [1, None])
def test_a_lost_answer_is_said_to_be_uncertain_and_resolved(
    store: EventStore, database: str, landed: int | None
) -> None:
    with AnswerDropper(database) as proxy, opened_store(proxy.dsn) as mine:
        append(mine, fact())
        batch = Append(uuid4(), (fact(),), (), ())
        proxy.drop_next(batch.batch.bytes, forward=landed is not None)
        with pytest.raises(AppendUncertainError):
            mine.append(batch)
        found = store.resolve(batch.batch)
        assert (found.before if found else None) == landed
        assert append(mine, fact()) == (landed or 0) + 1


def test_a_terminated_backend_is_noticed_before_anything_is_sent(store: EventStore, database: str) -> None:
    append(store, fact())
    assert end_sessions(database) > 0
    assert append(store, fact()) == 1


def test_a_commit_that_may_not_be_replicated_is_uncertain(store: EventStore, database: str) -> None:
    append(store, fact())
    with psycopg.connect(database, autocommit=True) as administrator:
        # The same notice that Postgres gives when the wait for the standby is interrupted.
        administrator.execute(
            "CREATE FUNCTION public.warn() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE WARNING 'committed locally, but might not have been replicated' USING ERRCODE = '01000';"
            " RETURN NULL; END $$"
        )
        administrator.execute(
            "CREATE TRIGGER warn AFTER INSERT ON ad06.ledger_appends FOR EACH STATEMENT EXECUTE FUNCTION public.warn()"
        )
        with pytest.raises(AppendUncertainError):
            append(store, fact())
        lost = uuid4()
        with pytest.raises(AppendUncertainError):
            store.resolve(lost)
        administrator.execute("DROP TRIGGER warn ON ad06.ledger_appends")
    assert store.resolve(lost) is None


def test_an_event_of_a_retired_version_is_read_as_todays(store: EventStore, database: str) -> None:
    stream = uuid4()
    old = (
        '{"at":"2025-09-01T08:00:00Z","by":"u1","instalment_count":3,"instalment_interval_months":1,'
        '"means":["card"],"message":"Merci"}'
    )
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "SELECT ad06.ledger_append(%s, ARRAY[%s::uuid], ARRAY[1]::bigint[], ARRAY[NULL]::uuid[],"
            " ARRAY['campaign.payment_options_set.1'], ARRAY[%s::bytea], ARRAY[false],"
            " ARRAY['2025-09-01'::date], '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', NULL, NULL)",
            (uuid4(), stream, old.encode()),
        )
    (recorded,) = store.events(1, 1)
    assert isinstance(recorded.event, PaymentOptionsSet)
    assert recorded.event.instalments == InstalmentTerms(count=3, interval_months=1)
    campaign = store.load(Campaign, stream)
    assert (campaign.version, campaign.message) == (1, "Merci")


def test_no_environment_variable_switches_the_librarys_own_functions_on(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("POSTGRES_ENABLE_DB_FUNCTIONS", "LEDGER_POSTGRES_ENABLE_DB_FUNCTIONS", "CREATE_TABLE"):
        monkeypatch.setenv(name, "y")
    monkeypatch.setenv("POSTGRES_SCHEMA", "elsewhere")
    monkeypatch.setenv("LEDGER_POSTGRES_USER", "postgres")
    make_ledger(database)
    with opened_store(database) as store:
        append(store, fact())
        assert store.head()[0] == 1
        assert not store._recorder.datastore.enable_db_functions
        assert store._recorder.datastore.schema == "ad06"
        assert store._all("SELECT current_user") == [("coopledger_app",)]


def test_the_librarys_own_readers_see_the_log(store: EventStore) -> None:
    stream = uuid4()
    append(store, fact(stream), fact(stream, 2), fact(), fact(stream, 3))
    recorder = store._recorder
    assert recorder.max_notification_id() == 4
    assert [one.id for one in recorder.select_notifications(2, 10)] == [2, 3, 4]
    assert [one.id for one in recorder.select_notifications(2, 10, inclusive_of_start=False)] == [3, 4]
    assert [one.id for one in recorder.select_notifications(None, 2, stop=3)] == [1, 2]
    assert [one.originator_version for one in recorder.select_events(stream, gt=1)] == [2, 3]
    assert [one.originator_version for one in recorder.select_events(stream, lte=2, desc=True, limit=1)] == [2]
    with recorder.subscribe(gt=3) as subscription:
        assert next(subscription).id == 4


def test_a_connection_string_keeps_its_other_options(database: str) -> None:
    make_ledger(database)
    with opened_store(f"{database} options='-c statement_timeout=12345'") as store:
        append(store, fact())
        with store._recorder.writer.sessions.connection() as connection:
            shown = connection.execute("SHOW statement_timeout").fetchall()
        assert shown == [("12345ms",)]
