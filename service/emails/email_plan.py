"""Which e-mails come of which event: pure, so that following a log again plans the same, and nothing twice.

Facts are ids and the event's place in the log, where the e-mail is read from again when it leaves. E-mails have lanes
of their own: a slow mail server never keeps money waiting. This module imports nothing else of the service, whose
planner it feeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any, Final

from adapters.jobs import NewTask
from adapters.jobs.outbox import Facts
from domain.calendar import PARIS, paris_date
from domain.events.bank import BankAccountConfirmed, BankAccountRegistered, BankAccountWithdrawn, MovementPutOnHold
from domain.events.base import Event
from domain.events.contribution import ContributionPlaced, PaymentCaptured
from domain.events.coop import CertificationRevoked, Certified
from domain.events.dispute import DisputeOpened
from domain.events.held.money import RefundBackOnHold
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from domain.events.payout import PayoutCancelled, PayoutFailed, PayoutPaid, PayoutRequested, PayoutReturned
from domain.events.refund import ExternalRefundFound, RefundFailed, RefundSettled
from domain.provider_ids import ProviderIds
from domain.recorded_event import RecordedEvent

PREFIX: Final = "letter:"
"""How the kinds of these tasks begin; the e-mail's name follows."""
REMINDER: Final = timedelta(days=5)
"""How long before its day an instalment is announced."""
CARDS_TESTED: Final = "cards-tested"
"""The name of the e-mail that no single event asks for, but many refusals."""
MONEY_WAITS: Final = "money-waits"
"""The name of the e-mail that money waits until somebody says whose it is."""
PATIENCE: Final = timedelta(hours=20)
"""How long money waits before somebody is told."""
TO_EXPLAIN: Final = "dispute-to-explain"
"""The name of the e-mail about money that two people must explain."""
SECOND_THOUGHT: Final = timedelta(days=1)
"""How long what a bank took too much may find its place before anybody is asked."""
_MORNING: Final = time(8, 0)


def emails_for(fact: RecordedEvent, ids: ProviderIds) -> Iterator[NewTask]:
    """Yield the e-mails to send because of one event of a log; ``ids`` tells what the provider has."""
    event, planner = fact.event, _PLANNERS.get(type(fact.event))
    if planner is None or fact.coop_id is None:
        return
    # The families of a demonstration get no e-mails; who paid on another platform had word of it there.
    if not isinstance(event, PaymentCaptured) or ids.is_payment(event.payment_id):
        yield from planner(fact, event)


def cards_tested_email(fact: RecordedEvent) -> NewTask:
    """Return the e-mail that cards are tested on a campaign, by the refusal that showed it: once a Paris day."""
    facts: Facts = {"position": fact.position, "coop_id": str(fact.coop_id)}
    subject = f"{CARDS_TESTED}:{fact.stream_id}:{paris_date(fact.event.at)}"
    return NewTask(f"{PREFIX}{CARDS_TESTED}", subject, f"letters:{fact.stream_id}", fact.event.at, facts)


def _letter(fact: RecordedEvent, name: str, run_at: datetime | None = None, **more: int) -> NewTask:
    """One e-mail: its subject is its name and the event's place, so that it is sent once."""
    about = getattr(fact.event, "contribution_id", fact.coop_id)
    subject = ":".join((f"{name}@{fact.position}", *map(str, more.values())))
    facts: Facts = {"position": fact.position, "coop_id": str(fact.coop_id), **more}
    return NewTask(f"{PREFIX}{name}", subject, f"letters:{about}", run_at or fact.event.at, facts)


def _always(name: str) -> Callable[[RecordedEvent, Any], Iterator[NewTask]]:
    """The planner of an event that always asks for one e-mail."""

    def plan(fact: RecordedEvent, _event: Event) -> Iterator[NewTask]:
        yield _letter(fact, name)

    return plan


def _captured(fact: RecordedEvent, event: PaymentCaptured) -> Iterator[NewTask]:
    if event.instalment > 1:
        yield _letter(fact, "instalment-collected")
    else:
        yield _letter(fact, "confirmation")
        yield _letter(fact, "notification")


def _placed(fact: RecordedEvent, event: ContributionPlaced) -> Iterator[NewTask]:
    """Confirm a basket of nothing when it is placed: no payment will do so."""
    if event.means == "card" and not any(line.cents for line in event.lines):
        yield _letter(fact, "registration")
        yield _letter(fact, "notification")


def _scheduled(fact: RecordedEvent, event: InstalmentsScheduled) -> Iterator[NewTask]:
    """Remind of each instalment at eight in the morning in Paris, whatever clocks did in between."""
    for due in event.instalments:
        run_at = datetime.combine(due.due_on - REMINDER, _MORNING, tzinfo=PARIS)
        yield _letter(fact, "instalment-reminder", run_at, number=due.number)


def _failed(fact: RecordedEvent, event: InstalmentFailed) -> Iterator[NewTask]:
    yield _letter(fact, "instalment-given-up" if event.final else "instalment-failed")


def _waits(fact: RecordedEvent, event: Event) -> Iterator[NewTask]:
    """Told the next day, if it still waits by then: most of it is explained, or goes back, by itself."""
    yield _letter(fact, MONEY_WAITS, event.at + PATIENCE)


def _contested(fact: RecordedEvent, event: DisputeOpened) -> Iterator[NewTask]:
    """What a bank took too much may find its place within the day: only what is left then is written about."""
    if event.suspense_cents > 0:
        yield _letter(fact, TO_EXPLAIN, event.at + SECOND_THOUGHT)


_PLANNERS: Final[dict[type[Event], Callable[[RecordedEvent, Any], Iterator[NewTask]]]] = {
    ContributionPlaced: _placed,
    PaymentCaptured: _captured,
    InstalmentsScheduled: _scheduled,
    InstalmentFailed: _failed,
    InstalmentsCancelled: _always("plan-cancelled"),
    RefundSettled: _always("refund-made"),
    RefundFailed: _always("refund-failed"),
    ExternalRefundFound: _waits,
    RefundBackOnHold: _waits,
    MovementPutOnHold: _waits,
    DisputeOpened: _contested,
    PayoutRequested: _always("payout-requested"),
    PayoutCancelled: _always("payout-cancelled"),
    BankAccountRegistered: _always("bank-account-registered"),
    BankAccountConfirmed: _always("bank-account-confirmed"),
    BankAccountWithdrawn: _always("bank-account-withdrawn"),
    PayoutPaid: _always("payout-paid"),
    PayoutFailed: _always("payout-failed"),
    PayoutReturned: _always("payout-returned"),
    Certified: _always("certification-gained"),
    CertificationRevoked: _always("certification-revoked"),
}
