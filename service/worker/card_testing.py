"""Stolen cards tested on a campaign: seen by their refusals in the log, told once a day, over by itself after an hour.

Each refused card plans a task, which looks at the ten minutes before it. An alert slows visitors that nobody knows
(service.pages.visitor_limits); families that are signed in or come by an e-mail's link pay as before.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from adapters.jobs import Task
from adapters.jobs.card_alerts import CardAlerts
from domain.association.state import Association
from domain.events.contribution import PaymentCaptured, PaymentFailed
from domain.recorded_event import RecordedEvent
from service.emails.email_plan import cards_tested_email
from service.emails.member_emails import cards_tested_emails
from service.logging import logger
from service.payments.context import PaymentContext

log = logger(__name__)
WINDOW: Final = timedelta(minutes=10)
"""How long a refusal counts."""
MANY: Final = 20
"""Refusals within the window that are an alert, where they are more than the payments received meanwhile."""
_REACH: Final = 30_000
"""Events of the log that are looked back at: more than a busy association writes in ten minutes."""


def refusal_task(context: PaymentContext, task: Task) -> None:
    """Look at what came before a refused card; where cards are tested, begin an alert."""
    fact = _refusal(context, task)
    if _shows_testing(context, fact):
        _begin(context, fact)


def refusal_and_email_task(context: PaymentContext, task: Task) -> None:
    """Do the same, and write of it once a day: to who runs the campaign, and to the association's staff and treasurers.

    The e-mails are planned first, so that a crash between loses neither.
    """
    fact = _refusal(context, task)
    if _shows_testing(context, fact):
        association = context.ledger.store.load(Association, context.ledger.association_id)
        for email in (cards_tested_email(fact), *cards_tested_emails(association, fact)):
            context.outbox.add(context.slug, email)
        _begin(context, fact)


def _refusal(context: PaymentContext, task: Task) -> RecordedEvent:
    (fact,) = context.ledger.store.events(task.number("position"), 1)
    return fact


def _shows_testing(context: PaymentContext, fact: RecordedEvent) -> bool:
    """Tell whether a refusal is one of many, where no alert is on yet."""
    if CardAlerts(context.outbox.pool).is_on(context.slug, fact.stream_id, fact.event.at):
        return False
    refused, paid = _recent(context, fact)
    return refused >= MANY and refused > paid


def _begin(context: PaymentContext, fact: RecordedEvent) -> None:
    if CardAlerts(context.outbox.pool).begin(context.slug, fact.stream_id, fact.event.at):
        log.warning("cards tested", ledger=context.slug, campaign=str(fact.stream_id))


def _recent(context: PaymentContext, fact: RecordedEvent) -> tuple[int, int]:
    """Count the refusals and the payments of a campaign in the ten minutes up to one of its events."""
    since, refused, paid = fact.event.at - WINDOW, 0, 0
    if fact.coop_id is None:
        return 0, 0
    before = context.ledger.store.coop_events(fact.coop_id, fact.position, after=max(0, fact.position - _REACH))
    for earlier in before:
        if earlier.stream_id == fact.stream_id and earlier.event.at > since:
            refused += isinstance(earlier.event, PaymentFailed)
            paid += isinstance(earlier.event, PaymentCaptured)
    return refused, paid
