"""Issuing papers: the log is folded, and each event that asks for papers and has none gets them, in its order.

Doing it again finds the same papers, and the coop refuses to number them twice.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from adapters.log.ledger import Ledger
from domain.aggregate import Command, Stamp
from domain.association.state import Association
from domain.closings.close_period import PapersSeen
from domain.coop.state import Coop
from domain.errors import LedgerError
from domain.papers.fold.book import PAPER_EVENTS, papers_asked
from domain.papers.issue import issue_command

ACTOR: Final = "system:papers"
"""Who issues papers."""


def issue_papers(ledger: Ledger, coop_id: UUID, stamp: Stamp) -> int:
    """Issue what a coop's log asks for and has not got; return how many events got their papers.

    Raises:
        StatementDoesNotAddUp: what a payout covers is not what it brought: nothing after it is issued.

    """
    name = ledger.store.load(Association, ledger.association_id).name
    last = ledger.store.load(Coop, coop_id).papers.last_trigger
    due = [one for one in papers_asked(ledger.store.coop_events(coop_id), name) if one.trigger > last]
    issued = 0
    for drafted in due:
        outcome = ledger.bus.submit(issue_command(drafted, coop_id, stamp)).result()[0]
        issued += bool(outcome.events)
    return issued


def papers_seen(ledger: Ledger, coop_id: UUID, stamp: Stamp) -> PapersSeen:
    """Look through a coop's log for papers that are asked for and not issued; an edition that says the same is none."""
    facts = list(ledger.store.coop_events(coop_id))
    name = ledger.store.load(Association, ledger.association_id).name
    coop = ledger.store.load(Coop, coop_id)
    asked = (issue_command(drafted, coop_id, stamp) for drafted in papers_asked(facts, name))
    waiting = any(_issues(command, coop) for command in asked)
    return PapersSeen(asking=sum(isinstance(fact.event, PAPER_EVENTS) for fact in facts), waiting=waiting)


def _issues(command: Command[Coop], coop: Coop) -> bool:
    """Whether a command would issue a paper; one that is refused has papers to come."""
    try:
        return bool(command.decide(coop))
    except LedgerError:
        return True
