"""Papers that events of the log ask for: issued at once, and once a day for what comes late to archived campaigns."""

from __future__ import annotations

from adapters.jobs import Task
from domain.aggregate import Stamp
from domain.campaign.state import CampaignStatus
from service.papers.due_papers import ACTOR, issue_papers
from service.payments.context import PaymentContext


def papers_task(context: PaymentContext, task: Task) -> None:
    """Issue the papers that an event asked for, and what was due before it."""
    coop_id = task.id("coop_id")
    if task.number("position") > context.coop(coop_id).papers.last_trigger:
        issue_papers(context.ledger, coop_id, Stamp(at=context.now(), by=ACTOR))


def late_papers_task(context: PaymentContext, task: Task) -> None:
    """Issue again the recaps of an archived campaign whose money has moved; of others nothing is due."""
    if context.campaign(task.id("campaign_id")).status is CampaignStatus.ARCHIVED:
        issue_papers(context.ledger, task.id("coop_id"), Stamp(at=context.now(), by=ACTOR))
