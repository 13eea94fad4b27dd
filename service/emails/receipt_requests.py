"""E-mails that a person asks for and no event plans: the link to a receipt, once more.

Like every e-mail it is read again from the log when it leaves, here from the first payment of the contribution; what
was asked, and when, is in the task. It goes to the payer's address on file only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from adapters.jobs import NewTask, Outbox
from adapters.jobs.outbox import Facts
from domain.recorded_event import RecordedEvent
from service.emails.email_plan import PREFIX

RECEIPT: Final = "receipt"
"""The name of the e-mail."""
_PAUSE: Final = timedelta(hours=1)
"""How long no second one is sent."""
_ASKED_AT: Final = "asked_at"


def request_receipt_email(outbox: Outbox, ledger: str, payment: RecordedEvent, at: datetime) -> bool:
    """Plan the e-mail that leads to the receipt of a contribution, by its first payment; False within the hour."""
    return outbox.add_after(ledger, _task(payment, at), _subject(payment, at - _PAUSE))


def requested_emails(fact: RecordedEvent, facts: Facts) -> Iterator[NewTask]:
    """Yield the e-mail that was asked for about an event, as it was planned."""
    if _ASKED_AT in facts:
        yield _task(fact, datetime.fromisoformat(str(facts[_ASKED_AT])))


def _task(payment: RecordedEvent, at: datetime) -> NewTask:
    facts: Facts = {"position": payment.position, "coop_id": str(payment.coop_id), _ASKED_AT: at.isoformat()}
    return NewTask(f"{PREFIX}{RECEIPT}", _subject(payment, at), f"letters:{payment.event.subject_id}", at, facts)


def _subject(payment: RecordedEvent, at: datetime) -> str:
    """Name the e-mail by its event and the instant; later instants have later names."""
    return f"{RECEIPT}@{payment.position}:{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}"
