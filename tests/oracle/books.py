"""The books that raw rows make: every line with its day, the movements of each online account, and its statement."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from tests.oracle.postings import BOOK_OF, Leg, legs_of
from tests.oracle.rows import Row, exercise_of, month_of, next_month

_PAYOUTS: Final = frozenset(("coop.payout_sent", "coop.payout_failed", "coop.payout_returned"))
_PLATFORM: Final = frozenset(
    (
        *("coop.adjustment_approved", "coop.adjustment_reversed"),
        *("coop.negative_balance_covered", "coop.debt_recovered"),
    )
)
_MOVING: Final = {
    "campaign.payment_captured": ("payment_id", "contributions"),
    "campaign.refund_settled": ("refund_id", "contributions"),
    "campaign.refund_failed": ("refund_id", "due_to_families"),
    "campaign.external_refund_allocated": ("refund_id", "contributions"),
    "campaign.returned_refund_settled": ("refund_id", "due_to_families"),
    "campaign.dispute_opened": ("provider_movement", "online_blocked"),
    "campaign.dispute_won": ("provider_movement", "online_blocked"),
    "campaign.lost_dispute_reinstated": ("provider_movement", "contributions"),
    "coop.adjustment_approved": ("adjustment_id", "other_income"),
    "coop.adjustment_reversed": ("adjustment_id", "other_income"),
    "coop.negative_balance_covered": ("cover_id", "due_to_platform"),
    "coop.debt_recovered": ("recovery_id", "due_to_platform"),
}
"""What moves the online account: the field that names it in the content of a payout, and the account against it."""
_ELSEWHERE: Final = {
    "campaign.external_payment_recorded": "external_payment_id",
    "campaign.external_payment_refunded": "refund_id",
}
"""What moves money that another platform holds, and the field that names it in the content of its payouts."""


class JournalLine(NamedTuple):
    """One line of the journal."""

    position: int
    coop: str
    campaign: str
    topic: str
    day: date
    book: str
    leg: Leg

    @property
    def net(self) -> int:
        """Debit less credit."""
        return self.leg.debit - self.leg.credit


@dataclass(frozen=True)
class Movement:
    """Money that came to an online account (positive) or left it other than by a payout."""

    position: int
    coop: str
    campaign: str
    contribution: str
    kind: str
    reference: str
    day: date
    cents: int
    contra: str
    shares: tuple[tuple[int, int], ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What a payout's content calls it, in its coop."""
        return self.coop, self.kind, self.reference


class Flow(NamedTuple):
    """What an event did to a coop's online account, blocked sums included, in the terms of the statement."""

    position: int
    coop: str
    period: date
    day: date
    origin: str
    receipts: int = 0
    disbursements: int = 0
    payouts: int = 0
    payouts_back: int = 0


class Boxes(NamedTuple):
    """The four boxes of a statement, with what they started from."""

    opening: int
    receipts: int
    disbursements: int
    transfers: int

    @property
    def closing(self) -> int:
        """The balance at the end: opening + receipts − disbursements − transfers."""
        return self.opening + self.receipts - self.disbursements - self.transfers


@dataclass
class Books:
    """Everything that can be known of a log."""

    rows: tuple[Row, ...] = ()
    at: dict[int, Row] = field(default_factory=dict)
    coop_of: dict[str, str] = field(default_factory=dict)
    lines: list[JournalLine] = field(default_factory=list)
    movements: dict[tuple[str, str, str], Movement] = field(default_factory=dict)
    elsewhere: dict[tuple[str, str, str], Movement] = field(default_factory=dict)
    twice: list[int] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    closed: dict[str, list[tuple[int, date]]] = field(default_factory=lambda: defaultdict(list))

    def rows_of(self, coop: str) -> Iterator[Row]:
        """The rows of a coop and of its campaigns."""
        return (row for row in self.rows if self.coop_of.get(row.stream) == coop)

    def coops(self) -> list[str]:
        """Every coop of the log, in order of appearance."""
        return list(dict.fromkeys(self.coop_of.values()))

    def balance(self, account: str, coop: str | None = None, *, day: date | None = None, position: int = 0) -> int:
        """Debits less credits of an account, of one coop or of all, at the end of a day and behind a position."""
        return sum(
            line.net
            for line in self.lines
            if line.leg.account == account
            and (coop is None or line.coop == coop)
            and (day is None or line.day <= day)
            and (not position or line.position <= position)
        )

    def trial_balance(self) -> dict[tuple[str, str, str], tuple[int, int]]:
        """Sums of debits and credits by book, coop and account."""
        sums: dict[tuple[str, str, str], tuple[int, int]] = {}
        for line in self.lines:
            key = (line.book, line.coop, line.leg.account)
            debit, credit = sums.get(key, (0, 0))
            sums[key] = debit + line.leg.debit, credit + line.leg.credit
        return sums

    def income(self, coop: str, *, day: date | None = None, position: int = 0) -> Counter[tuple[str, str]]:
        """What families' money on account 7561 comes to by campaign and class, positive when it is kept.

        What a year's end carries from one year to another is nobody's payment: it is left aside.
        """
        sums: Counter[tuple[str, str]] = Counter()
        for line in self.lines:
            carried = line.topic.startswith("coop.")
            if line.leg.account != "contributions" or carried or line.coop != coop or (day and line.day > day):
                continue
            if not position or line.position <= position:
                sums[line.campaign, line.leg.class_code] -= line.net
        return sums

    def period(self, coop: str, day: date, position: int) -> date:
        """The month in which a fact counts: its own, or the first one that was open when it came in."""
        month = month_of(day)
        shut = [last for at, last in self.closed[coop] if at < position]
        return max(month, next_month(max(shut))) if shut else month

    def boxes(self, coop: str, first: date, last: date, *, position: int = 0) -> Boxes:
        """The statement of the months from one to another, as known behind a position."""
        known = [flow for flow in self.flows if flow.coop == coop and (not position or flow.position <= position)]
        before = sum(_change(flow) for flow in known if flow.period < first)
        inside = [flow for flow in known if first <= flow.period <= last]
        return Boxes(before, *(sum(values) for values in _columns(inside)))

    def statement(self, coop: str, month: date) -> Boxes:
        """The statement of one month."""
        return self.boxes(coop, month, month)

    def totals(self, coop: str, last: date, *, since: date = date.min, position: int = 0) -> dict[str, int]:
        """Receipts, disbursements, payouts and payouts that came back, each apart, so that none ever falls."""
        known = [
            flow
            for flow in self.flows
            if flow.coop == coop and since <= flow.period <= last and (not position or flow.position <= position)
        ]
        names = ("receipts", "disbursements", "payouts", "payouts_back")
        return {name: sum(getattr(flow, name) for flow in known) for name in names}

    def year_to_date(self, coop: str, month: date, *, position: int = 0) -> dict[str, int]:
        """The totals since the 1 September before a month."""
        return self.totals(coop, month, since=date(exercise_of(month), 9, 1), position=position)


def _change(flow: Flow) -> int:
    return flow.receipts - flow.disbursements - flow.payouts + flow.payouts_back


def _columns(flows: list[Flow]) -> Iterator[Iterable[int]]:
    yield (flow.receipts for flow in flows)
    yield (flow.disbursements for flow in flows)
    yield (flow.payouts - flow.payouts_back for flow in flows)


def make_books(rows: tuple[Row, ...]) -> Books:
    """Fold raw rows, in the order in which they are given."""
    books = Books(rows)
    for row in rows:
        books.at[row.position] = row
        if row.topic == "coop.registered.1":
            books.coop_of[row.stream] = row.stream
        elif row.topic == "campaign.drafted.1":
            books.coop_of[row.stream] = row.state["coop_id"]
        elif row.topic.startswith("coop."):
            books.coop_of.setdefault(row.stream, row.stream)
        _book(books, row, books.coop_of.get(row.stream, ""))
        if row.topic.startswith("coop.period_closed.") and row.state["kind"] == "month":
            books.closed[row.stream].append((row.position, date.fromisoformat(row.state["first_day"])))
    return books


def _book(books: Books, row: Row, coop: str) -> None:
    campaign = row.stream if row.topic.startswith("campaign.") else ""
    legs = legs_of(row)
    for leg in legs:
        books.lines.append(
            JournalLine(
                row.position, coop, campaign or leg.campaign, row.topic, row.day, BOOK_OF.get(leg.account, "?"), leg
            )
        )
    online = sum(leg.debit - leg.credit for leg in legs if leg.account == "online")
    blocked = sum(leg.debit - leg.credit for leg in legs if leg.account == "online_blocked")
    if online and row.name in _MOVING:
        field_, contra = _MOVING[row.name]
        shares = tuple((share["line"], share["cents"]) for share in row.shares())
        what = (coop, campaign, row.text("contribution_id"), row.name, row.text(field_))
        movement = Movement(row.position, *what, row.day, online, contra, shares)
        if movement.key in books.movements:
            books.twice.append(row.position)
        books.movements[movement.key] = movement
    there = sum(leg.debit - leg.credit for leg in legs if leg.account == "collected_elsewhere")
    if there and row.name in _ELSEWHERE:
        shares = tuple((share["line"], share["cents"]) for share in row.shares())
        what = (coop, campaign, row.text("contribution_id"), row.name, row.text(_ELSEWHERE[row.name]))
        held = Movement(row.position, *what, row.day, there, "contributions", shares)
        books.elsewhere[held.key] = held
    if online + blocked:
        period = books.period(coop, row.day, row.position)
        books.flows.append(_flow(row, coop, period, online + blocked))


def _flow(row: Row, coop: str, period: date, change: int) -> Flow:
    if row.name in _PAYOUTS:
        return Flow(
            row.position, coop, period, row.day, "payouts", payouts=max(-change, 0), payouts_back=max(change, 0)
        )
    if row.name in _PLATFORM:
        origin = "platform"
    else:
        origin = "families" if row.name == "campaign.payment_captured" else "refunds"
    return Flow(row.position, coop, period, row.day, origin, receipts=max(change, 0), disbursements=max(-change, 0))
