"""Which e-mails about a coop were sent is read from the tasks: by day and kind, without an address or a word."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import pytest

from adapters.connections import Lender
from adapters.jobs import NewTask, Outbox
from adapters.jobs.sent_emails import EmailsOfDay, emails_of_days

NOON: Final = datetime(2026, 11, 2, 12, tzinfo=UTC)
COOP: Final = uuid4()
HOLDER: Final = uuid4()


@pytest.fixture
def outbox(pool: Lender) -> Outbox:
    """The tasks of all ledgers."""
    return Outbox(pool)


def _plan(outbox: Outbox, name: str, facts: dict[str, str], at: datetime = NOON, ledger: str = "ad06") -> None:
    outbox.add(ledger, NewTask(f"letter:{name}", uuid4().hex, uuid4().hex, at, facts))


def _told(outbox: Outbox, limit: int = 10, coop_id: UUID = COOP) -> list[EmailsOfDay]:
    kinds = ["letter:payout-paid", "letter:member-invitation"]
    return emails_of_days(outbox.pool, "ad06", kinds, coop_id, [HOLDER], limit)


def test_e_mails_to_the_recipients_of_a_coop_and_to_its_holders_are_told_by_day_and_state(outbox: Outbox) -> None:
    to_coop = {"coop_id": str(COOP), "recipient_id": str(uuid4())}
    _plan(outbox, "member-invitation", {"member_id": str(HOLDER)})
    for _ in range(2):
        _plan(outbox, "payout-paid", to_coop, NOON + timedelta(days=1))
    assert _told(outbox) == [
        EmailsOfDay("letter:payout-paid", date(2026, 11, 3), "waiting", unsent=False, number=2),
        EmailsOfDay("letter:member-invitation", date(2026, 11, 2), "waiting", unsent=False, number=1),
    ]
    assert len(_told(outbox, limit=1)) == 1


def test_a_day_is_that_of_paris_and_of_when_the_e_mail_left(outbox: Outbox) -> None:
    _plan(outbox, "member-invitation", {"member_id": str(HOLDER)})
    (item,) = outbox.due(NOON)
    outbox.done(item.key, datetime(2026, 11, 2, 23, 30, tzinfo=UTC))
    assert _told(outbox) == [EmailsOfDay("letter:member-invitation", date(2026, 11, 3), "done", unsent=False, number=1)]


def test_what_could_not_be_sent_is_told_apart(outbox: Outbox) -> None:
    _plan(outbox, "member-invitation", {"member_id": str(HOLDER)})
    (item,) = outbox.due(NOON)
    outbox.note_unsent(int(item.key), "undeliverable")
    outbox.done(item.key, NOON)
    assert [one.unsent for one in _told(outbox)] == [True]


def test_other_coops_members_kinds_ledgers_and_what_is_still_to_be_split_are_left_out(outbox: Outbox) -> None:
    someone = str(uuid4())
    _plan(outbox, "payout-paid", {"coop_id": str(COOP)})
    _plan(outbox, "payout-paid", {"coop_id": someone, "recipient_id": someone})
    _plan(outbox, "member-invitation", {"member_id": someone})
    _plan(outbox, "member-sign-in", {"member_id": str(HOLDER)})
    _plan(outbox, "member-invitation", {"member_id": str(HOLDER)}, ledger="ad75")
    assert _told(outbox) == []
