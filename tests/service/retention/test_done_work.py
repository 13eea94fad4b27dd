"""What was done long ago is erased; what waits or is put aside stays, however old it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from adapters.jobs import Outbox, WebhookInbox
from adapters.jobs.outbox import NewTask
from adapters.payments.subjects import Subject, SubjectKind
from adapters.payments.values import WebhookEvent
from adapters.postgres import DatabaseRole
from domain.vocabulary.keys import key
from service.retention.runner import run_rules
from service.retention.traces import ANNOUNCED, DONE
from service.runtime.runtime import Runtime
from service.settings import Settings
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.service_world import SLUG

NOW: Final = datetime(2030, 1, 1, tzinfo=UTC)
_BEFORE: Final = timedelta(seconds=1)
ABOUT: Final = Subject(SubjectKind.PAYMENT, "ch_1", None, ("charge.succeeded",))


def test_what_was_done_long_ago_is_erased_and_the_rest_stays(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found_association(database)
    monkeypatch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
    old, lately = NOW - DONE - _BEFORE, NOW - DONE + _BEFORE
    with Runtime(Settings(), None, database) as runtime:
        outbox = Outbox(runtime.pool(DatabaseRole.WORKER))
        for subject in ("old", "lately", "parked", "waiting"):
            outbox.add(SLUG, NewTask("payout", subject, subject, old, {}))
        tasks = {one.lane.partition(":")[2]: one.key for one in outbox.due(NOW)}
        outbox.done(tasks["old"], old)
        outbox.done(tasks["lately"], lately)
        outbox.park(tasks["parked"], "no account", old)
        inbox = WebhookInbox(runtime.pool(DatabaseRole.WORKER))
        long_ago, not_so_long = NOW - ANNOUNCED - _BEFORE, NOW - ANNOUNCED + _BEFORE
        for name in ("old", "lately", "parked", "waiting"):
            inbox.keep("platform", _announced(name, long_ago), None, long_ago, ABOUT)
        inbox.done("old", long_ago)
        inbox.done("lately", not_so_long)
        inbox.park("parked", "another version", long_ago)
        erased = run_rules(runtime, NOW)
        assert outbox.count() == {"done": 1, "parked": 1, "waiting": 1}
        assert inbox.count() == {"done": 1, "parked": 1, "waiting": 1}
        assert sum(count for what, count in erased.items() if "events ask for" in what or "announced" in what) == 2
        assert not inbox.keep("platform", _announced("lately", NOW), None, NOW, ABOUT), "and is not looked into again"


def test_an_announcement_outlives_what_the_provider_still_lists() -> None:
    assert timedelta(days=30) * 2 < ANNOUNCED


def _announced(event: str, at: datetime) -> WebhookEvent:
    return WebhookEvent(
        event=key(event),
        kind="charge.failed",
        object_id=key("ch_1"),
        account=None,
        created_at=at,
        api_version="2026-01-01",
        live=False,
    )
