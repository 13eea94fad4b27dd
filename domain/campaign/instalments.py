"""Payment in several times: the schedule, its failures and its cancellation (S-94…S-96)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from domain.allocation import split_equally, split_within
from domain.calendar import add_months
from domain.campaign.contribution import Contribution
from domain.campaign.state import Campaign, CampaignCommand
from domain.errors import Conflict
from domain.events.base import Event, InstalmentDue, Share
from domain.events.contribution import PaymentCaptured
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled


def plan_instalments(
    contribution: Contribution, first: PaymentCaptured, first_day: date, interval: int, *, at: datetime, by: str
) -> InstalmentsScheduled:
    """Fix instalments 2…n after the first: equal parts, every ``interval`` months, cents exact by line.

    Each one is split over what its lines still owe, so that the last brings every line to its due.
    """
    paid_now = {share.line: share.cents for share in first.shares}
    lines = tuple(contribution.lines.values())
    owed = [line.outstanding - paid_now.get(line.line, 0) for line in lines]
    held = [line.held + paid_now.get(line.line, 0) for line in lines]
    instalments = []
    parts = split_equally(contribution.outstanding, contribution.instalments)
    for number, cents in enumerate(parts[1:], start=2):
        split = split_within(cents, owed)
        owed = [before - part for before, part in zip(owed, split, strict=True)]
        held = [before + part for before, part in zip(held, split, strict=True)]
        shares = tuple(
            Share(line=line.line, class_code=line.class_code, cents=part, balance=after)
            for line, part, after in zip(lines, split, held, strict=True)
            if part
        )
        due_on = add_months(first_day, (number - 1) * interval)
        instalments.append(InstalmentDue(number=number, due_on=due_on, cents=cents, shares=shares))
    return InstalmentsScheduled(
        at=at, by=by, contribution_id=first.contribution_id, instalments=tuple(instalments), cents=sum(parts[1:])
    )


class FailInstalment(CampaignCommand, frozen=True, kw_only=True):
    """Record that an instalment was refused, for now or for good."""

    contribution_id: UUID
    number: int
    attempt_id: str
    reason: str
    final: bool

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by attempt; an instalment already paid or cancelled cannot fail."""
        contribution = state.contribution(self.contribution_id)
        if self.attempt_id in contribution.attempts:
            return ()
        due = contribution.schedule.get(self.number)
        if due is None:
            raise Conflict(contribution=self.contribution_id, instalment=self.number)
        return (
            InstalmentFailed(
                at=self.at,
                by=self.by,
                contribution_id=self.contribution_id,
                number=self.number,
                attempt_id=self.attempt_id,
                cents=due.cents,
                reason=self.reason,
                final=self.final,
            ),
        )


class CancelInstalments(CampaignCommand, frozen=True, kw_only=True):
    """Cancel what remains of a schedule, without refund."""

    contribution_id: UUID
    reason: str

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Nothing left to cancel changes nothing."""
        schedule = state.contribution(self.contribution_id).schedule
        if not schedule:
            return ()
        return (
            InstalmentsCancelled(
                at=self.at,
                by=self.by,
                contribution_id=self.contribution_id,
                numbers=tuple(schedule),
                cents=sum(due.cents for due in schedule.values()),
                reason=self.reason,
            ),
        )
