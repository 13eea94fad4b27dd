"""The event-sourcing library's own tests of recorders, run on ours: what it promises of a log, ours keeps (ADR 48)."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import ApplicationRecorder, IntegrityError, Notification, StoredEvent

from adapters.log.event_store import Append, AppendRefusal, AppendRefusedError, EventStore, NewEvent
from adapters.postgres import DatabaseRole, conninfo_for
from tests.kit.postgres_ledger import SLUG, make_ledger

with pytest.MonkeyPatch.context() as patch:
    # Its tests of ciphers, which are not run here, ask for a package that nothing of ours uses.
    patch.setitem(sys.modules, "eventsourcing.cipher", cast("Any", SimpleNamespace(AESCipher=None)))
    from eventsourcing.tests.persistence import (
        AggregateRecorderTestCase,
        ApplicationRecorderTestCase,
        NonInterleavingNotificationIDsBaseCase,
    )

Stored = TypeVar("Stored", bound=StoredEvent)
_FACT = SimpleNamespace(DRAINS=False, happened_at=datetime(2026, 9, 15, tzinfo=UTC))
"""What our append asks of an event beside its bytes; the suite's events have bytes alone."""


class SuiteRecorder:
    """Our recorder as the library calls one: a batch is its stored events alone, a refusal its own error.

    Writers take turns, as everything in a process goes through the one thread of the bus (ADR 2). Some of the suite's
    streams begin with version 0, ours with 1: versions are one more on their way in and one less on their way out.
    """

    def __init__(self, store: EventStore) -> None:
        """Record into a ledger."""
        self._recorder = store._recorder
        self._turn = threading.Lock()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the suite asks for
        return getattr(self._recorder, name)

    def insert_events(self, stored_events: Sequence[StoredEvent]) -> list[int]:
        """Append stored events as one batch, in the library's words."""
        if not stored_events:
            return []
        facts = [
            NewEvent(cast("UUID", one.originator_id), one.originator_version + 1, None, cast("Any", _FACT))
            for one in stored_events
        ]
        with self._turn:
            try:
                return list(self._recorder.insert_events(stored_events, append=Append(uuid4(), facts, (), ())))
            except AppendRefusedError as error:
                if error.refusal is AppendRefusal.VERSION:
                    raise IntegrityError from error
                raise

    def select_events(
        self,
        originator_id: UUID,
        *,
        gt: int | None = None,
        lte: int | None = None,
        **how: Any,  # noqa: ANN401 - as ours
    ) -> list[StoredEvent]:
        """Return a stream, or a part of it."""
        first, last = (None if bound is None else bound + 1 for bound in (gt, lte))
        return [_earlier(one) for one in self._recorder.select_events(originator_id, gt=first, lte=last, **how)]

    def select_notifications(self, *bounds: Any, **how: Any) -> list[Notification]:  # noqa: ANN401 - as ours
        """Return a page of the log."""
        return [_earlier(one) for one in self._recorder.select_notifications(*bounds, **how)]


class SuiteStreams(SuiteRecorder):
    """The same for the suite of streams, which know of no positions in a log."""

    def insert_events(self, stored_events: Sequence[StoredEvent]) -> None:  # type: ignore[override] # as the suite asks
        """Append, and tell no positions."""
        super().insert_events(stored_events)


def _earlier(stored: Stored) -> Stored:
    """The same event with the version that the suite knows it by."""
    return replace(stored, originator_version=stored.originator_version - 1)


class _OnOurLog:
    """Gives each test of the suite a ledger of its own."""

    store: ClassVar[EventStore]

    @pytest.fixture(autouse=True)
    def _ledger(self, database: str) -> Any:  # noqa: ANN401 - a fixture that yields
        make_ledger(database)
        type(self).store = EventStore(conninfo_for(database, DatabaseRole.APP), SLUG)
        yield
        self.store.close()

    def create_recorder(self) -> Any:  # noqa: ANN401 - each suite has a type of its own
        """Return our recorder."""
        return SuiteRecorder(self.store)

    def new_originator_id(self) -> UUID:
        """Return the id of a stream."""
        return uuid4()


class TestStreams(_OnOurLog, AggregateRecorderTestCase):
    """Streams: events are stored whole or not at all, selected by version, in both directions."""

    def create_recorder(self) -> Any:  # noqa: ANN401 - as above
        """Return our recorder without its positions."""
        return SuiteStreams(self.store)


class TestLog(_OnOurLog, ApplicationRecorderTestCase[ApplicationRecorder]):
    """The log: positions without a gap, pages of it, concurrent writers and readers."""


class TestOrder(_OnOurLog, NonInterleavingNotificationIDsBaseCase):
    """Batches of concurrent writers are not mixed."""

    insert_num = 1000
