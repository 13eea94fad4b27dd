"""Papers that events of the log ask for: issued at once, and once a day for what comes late to archived campaigns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from adapters.jobs import NewTask, Task
from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.campaign.state import CampaignStatus
from domain.chart_of_accounts import Book, book_of
from domain.journal import postings
from domain.papers.fold.book import PAPER_EVENTS
from domain.provider_ids import ProviderIds
from domain.recorded_event import RecordedEvent
from service.papers.due_papers import ACTOR, issue_papers
from service.payments.context import PaymentContext
from service.worker.task_plan import at_eight

_CAMPAIGN: Final = "campaign."


def papers_for(fact: RecordedEvent, _ids: ProviderIds) -> Iterator[NewTask]:
    """Have papers issued for what asks for them at once; what may come late to an archived campaign is seen daily."""
    event, coop_id = fact.event, fact.coop_id
    if coop_id is None:
        return
    if isinstance(event, PAPER_EVENTS):
        facts: dict[str, str | int] = {"coop_id": str(coop_id), "position": fact.position}
        yield NewTask("papers", f"{coop_id}@{fact.position}", f"papers:{coop_id}", event.at, facts)
    elif event.TOPIC.startswith(_CAMPAIGN) and any(book_of(leg.account) is Book.COOP for leg in postings(event)):
        day = paris_date(event.at)
        about = {"coop_id": str(coop_id), "campaign_id": str(fact.stream_id)}
        due = at_eight(day + timedelta(days=1))
        yield NewTask("late-papers", f"{fact.stream_id}@{day}", f"papers:{coop_id}", due, about)


def papers_task(context: PaymentContext, task: Task) -> None:
    """Issue the papers that an event asked for, and what was due before it."""
    coop_id = task.id("coop_id")
    if task.number("position") > context.coop(coop_id).papers.last_trigger:
        issue_papers(context.ledger, coop_id, Stamp(at=context.now(), by=ACTOR))


def late_papers_task(context: PaymentContext, task: Task) -> None:
    """Issue again the recaps of an archived campaign whose money has moved; of others nothing is due."""
    if context.campaign(task.id("campaign_id")).status is CampaignStatus.ARCHIVED:
        issue_papers(context.ledger, task.id("coop_id"), Stamp(at=context.now(), by=ACTOR))
