"""A history whose papers are issued, and the cash book that they make."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec

from domain.aggregate import Stamp
from domain.calendar import paris_date
from domain.campaign.payments import RecordCashReceived
from domain.campaign.publication import ArchiveCampaign
from domain.coop.banking import MatchBankLine, MatchBankReturn
from domain.coop.payouts import RecordPayoutFailed, RecordPayoutPaid
from domain.coop.state import Coop
from domain.events.closings.period import PeriodClosed
from domain.events.papers.issued import PayoutStatementIssued, VoucherFinalized, VoucherIssued
from domain.external.payments import EnterExternalPayment
from domain.external.payouts import EnterExternalPayout
from domain.papers.content import TEMPLATE
from domain.papers.fold.book import papers_asked
from domain.papers.fold.known import Drafted
from domain.papers.issue import issue_command
from tests.kit.example_events import EXAMPLES
from tests.projections.history import POLICY, History


class Binder(History):
    """A history of one coop with its papers; ``on_its_way`` is the payout that a test is about."""

    def __init__(self) -> None:
        """Begin with a coop and a campaign."""
        super().__init__()
        self.coop_id = self.coop()
        self.campaign_id = self.campaign(self.coop_id)
        self.on_its_way = self.coop_id
        self.drafted: dict[int, Drafted] = {}

    def at(self, day: date) -> None:
        """Let time pass until noon of a day."""
        self.now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

    def paid_for(self, campaign_id: UUID, *classes: str) -> UUID:
        """A contribution that is paid now."""
        contribution_id = self.place(campaign_id, *classes)
        self.pay(campaign_id, contribution_id)
        return contribution_id

    def cash(self, campaign_id: UUID, slip: str, *classes: str) -> UUID:
        """A contribution that is paid in cash now."""
        contribution_id = self.place(campaign_id, *classes, means="cash")
        cents = self.state(campaign_id).contribution(contribution_id).outstanding
        given = {"contribution_id": contribution_id, "slip": slip, "cents": cents, "paid_at": self.now}
        self.do(RecordCashReceived, campaign_id, **given, policy=POLICY)
        return contribution_id

    def paid_there(self, campaign_id: UUID, reference: str, *classes: str) -> UUID:
        """A contribution that is paid on another platform now; the payment's id."""
        payment_id = self.id()
        contribution_id = self.place(campaign_id, *classes, means="external")
        cents = self.state(campaign_id).contribution(contribution_id).outstanding
        there = {"external_payment_id": payment_id, "platform": "helloasso", "reference": reference}
        paid = {"contribution_id": contribution_id, "cents": cents, "paid_at": self.now}
        self.do(EnterExternalPayment, campaign_id, **there, **paid)
        return payment_id

    def pays_out_there(self, reference: str, cents: int, fee_cents: int = 0) -> UUID:
        """Another platform pays out what it took of what it held."""
        payout_id, today = self.id(), paris_date(self.now)
        there = {"external_payout_id": payout_id, "platform": "helloasso", "reference": reference}
        self.do(EnterExternalPayout, self.coop_id, **there, cents=cents, fee_cents=fee_cents, booked_on=today)
        return payout_id

    def on_the_statement(self, kind: type[MatchBankLine | MatchBankReturn], line: str, payout_id: UUID) -> None:
        """The bank's statement shows a payout, or its return, today."""
        cents, today = self.coop_state.payouts[payout_id].cents, paris_date(self.now)
        self.do(kind, self.coop_id, bank_line_id=line, payout_id=payout_id, cents=cents, booked_on=today)

    def fails(self, payout_id: UUID) -> None:
        """The provider says that a payout failed, or that the bank sent it back."""
        self.do(RecordPayoutFailed, self.coop_id, payout_id=payout_id, reason="account_closed", failed_at=self.now)

    def arrives(self, payout_id: UUID) -> None:
        """A payout arrives now."""
        paid = {"payout_id": payout_id, "provider_payout": f"po_{payout_id.hex}", "paid_at": self.now}
        self.do(RecordPayoutPaid, self.coop_id, **paid)

    def archive(self, campaign_id: UUID) -> None:
        """Put a campaign away."""
        self.do(ArchiveCampaign, campaign_id)

    def close_year(self, year: int) -> None:
        """Close an exercise now, whatever the rules of closings are."""
        closed: Any = EXAMPLES[PeriodClosed]
        days = {"first_day": date(year, 9, 1), "last_day": date(year + 1, 8, 31)}
        self.append(self.coop_state, msgspec.structs.replace(closed, at=self.now, kind="year", **days))

    @property
    def coop_state(self) -> Coop:
        """The coop as it is now."""
        coop = self._states[self.coop_id]
        assert isinstance(coop, Coop)
        return coop

    def issue(self, template: int = TEMPLATE) -> list[Drafted]:
        """Issue what is due, by a version of the template; return what that was."""
        last = self.coop_state.papers.last_trigger
        asked = [one for one in papers_asked(list(self.facts), "AD 06") if one.trigger > last]
        mine = [one for one in asked if one.trigger not in self.drafted]
        for one in mine:
            self.drafted[one.trigger] = one
            command = issue_command(one, self.coop_id, Stamp(at=self.now, by="papers"), template)
            for event in command.decide(self.coop_state):
                self.append(self.coop_state, event)
        return mine

    @property
    def statements(self) -> list[PayoutStatementIssued]:
        """The statements issued."""
        return [fact.event for fact in self.facts if isinstance(fact.event, PayoutStatementIssued)]

    @property
    def parts(self) -> list[VoucherIssued]:
        """The parts issued."""
        return [fact.event for fact in self.facts if isinstance(fact.event, VoucherIssued)]

    @property
    def recaps(self) -> list[VoucherFinalized]:
        """The recaps issued."""
        return [fact.event for fact in self.facts if isinstance(fact.event, VoucherFinalized)]

    def cash_book(self, exercise: int) -> Counter[tuple[str, str]]:
        """The cash book of an exercise fed with all its parts: debits less credits by account and class."""
        book: Counter[tuple[str, str]] = Counter()
        for part in self.parts:
            if part.exercise == exercise:
                for line in part.entry:
                    book[line.account, line.class_code] += line.debit - line.credit
        return book


def entry(part: VoucherIssued) -> list[tuple[str, str, int, int]]:
    """The entry of a part: account, class, debit, credit."""
    return [(line.account, line.class_code, line.debit, line.credit) for line in part.entry]
