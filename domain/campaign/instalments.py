"""Payment in several times: the schedule, its failures and its cancellation (S-94…S-96)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID

from domain.allocation import split_equally, split_within
from domain.calendar import add_months, paris_date
from domain.campaign.contribution import Contribution
from domain.campaign.state import Campaign, CampaignCommand
from domain.errors import Conflict
from domain.events.base import Event, InstalmentDue, Share
from domain.events.contribution import PaymentCaptured
from domain.events.instalment import InstalmentFailed, InstalmentsCancelled, InstalmentsScheduled
from domain.vocabulary.keys import Key
from domain.vocabulary.reasons import InstalmentStopReason, listed_reason, provider_code


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


RETRY_DAYS: Final = (3, 7, 14)
"""Days after each refusal on which an instalment is tried again; four attempts in all."""
GIVE_UP_AFTER: Final = timedelta(days=28)
"""An instalment still unpaid so long after its day is given up: the fourth attempt is on the 24th day."""
_HOLDER_ONLY: Final = frozenset(
    (
        "authentication_required",
        "expired_card",
        "lost_card",
        "stolen_card",
        "pickup_card",
        "invalid_account",
        "incorrect_number",
        "new_account_information_available",
    )
)
"""Refusals that another attempt without the card's holder cannot mend."""


def next_attempt(reason: str, advice: str, refusals: int, day: date) -> date | None:
    """Return the day to try an instalment again after its refusal number ``refusals``; None: only its holder can pay.

    ``reason`` is the provider's code, ``advice`` what the card network says about trying again.
    """
    if advice == "do_not_try_again" or reason in _HOLDER_ONLY or refusals > len(RETRY_DAYS):
        return None
    return day + timedelta(days=RETRY_DAYS[refusals - 1])


class RecordInstalmentFailed(CampaignCommand, frozen=True, kw_only=True):
    """Record that an instalment was refused, for now or for good; ``advice`` is what the card network says."""

    KIND: ClassVar[str] = "FailInstalment"
    contribution_id: UUID
    number: int
    attempt_id: Key
    reason: str
    final: bool
    advice: str = ""

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Recorded once by attempt; an instalment already paid or cancelled cannot fail.

        Unless it is final, the event says when it is tried again.
        """
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
                reason=provider_code(self.reason),
                final=self.final,
                retry_on=None if self.final else self._retry_on(contribution),
            ),
        )

    def _retry_on(self, contribution: Contribution) -> date | None:
        """The day of the next attempt, counted from this refusal."""
        refusals = contribution.refusals.get(self.number, 0) + 1
        return next_attempt(self.reason, self.advice, refusals, paris_date(self.at))


class CancelInstalments(CampaignCommand, frozen=True, kw_only=True):
    """Cancel what remains of a schedule, without refund; ``reason`` is an ``InstalmentStopReason``."""

    KIND: ClassVar[str] = "CancelInstalments"
    contribution_id: UUID
    reason: str
    note_id: UUID | None = None

    def decide(self, state: Campaign) -> tuple[Event, ...]:
        """Refuse a reason that is not listed; nothing left to cancel changes nothing."""
        reason = listed_reason(InstalmentStopReason, self.reason)
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
                reason=reason,
                note_id=self.note_id,
            ),
        )
