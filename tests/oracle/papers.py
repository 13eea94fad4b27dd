"""The papers that a log calls for: payout statements, parts of vouchers and other pieces, with their entries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tests.oracle.books import Books, Movement
from tests.oracle.payouts import Payout, split
from tests.oracle.postings import BOOK_OF, legs_of
from tests.oracle.rows import Row, exercise_of

Entry = dict[tuple[str, str], list[int]]
"""Debit and credit by account and class."""
Cents = tuple[str, int, int]
"""A contribution, one of its children, and what a paper shows as income for it (negative: as given back)."""

EXPENSES: Final = frozenset(
    ("campaign.failed_refund_repaid", "campaign.refund_paid_out_of_band", "campaign.cash_returned")
)
RECEIPTS: Final = frozenset(("campaign.cash_received", "coop.external_payout_recorded"))
TAKEN_BACK: Final = {
    "campaign.cash_slip_corrected": "R",
    "campaign.payment_to_family_withdrawn": "D",
    "coop.external_payout_withdrawn": "R",
}
"""What takes a piece of its own back, and the series of that piece."""


@dataclass
class Paper:
    """One paper as it should be: what it is about, when, and its entry in the cash book."""

    kind: str
    coop: str
    campaign: str
    exercise: int
    trigger: int
    piece_on: date
    payout_id: str = ""
    cents: int = 0
    lines: int = 0
    entry: Entry = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    shown: list[Cents] = field(default_factory=list)
    series: str = "R"
    number: int = 0
    part: int = 0

    @property
    def name(self) -> str:
        """Its number as people write it."""
        part = f"/{self.part}" if self.part else ""
        return f"{self.series}-{self.exercise}-{self.exercise + 1}-{self.number:04}{part}"

    def add(self, account: str, cents: int, class_code: str = "") -> None:
        """Put an amount on the debit side, a negative one on the credit side."""
        self.entry[account, class_code][0 if cents > 0 else 1] += abs(cents)


class Drawer:
    """Draws up the papers of one coop in the order of its log."""

    def __init__(self, books: Books, coop: str, payouts: dict[str, Payout]) -> None:
        """Begin before the first row."""
        self.books, self.coop, self.payouts = books, coop, payouts
        self.papers: list[Paper] = []
        self.covered: Counter[tuple[str, str, str]] = Counter()
        self.brought: Counter[tuple[str, str, str]] = Counter()
        self.shown: Counter[tuple[str, int]] = Counter()
        self.classes: dict[tuple[str, int], str] = {}
        self.lost: list[Row] = []
        self.years: list[int] = []

    def draw(self) -> list[Paper]:
        """Go through the rows of the coop."""
        for row in self.books.rows_of(self.coop):
            self._note(row)
            payout = self.payouts.get(row.text("payout_id"))
            if row.name == "coop.payout_paid" and payout and payout.arrived and payout.arrived.position == row.position:
                self._arrived(row, payout)
            elif (
                row.name == "coop.payout_returned"
                and payout
                and payout.arrived
                and payout.arrived.position < row.position
            ):
                self._returned(row, payout)
            elif row.name == "campaign.contribution_corrected":
                self._corrected(row)
            elif row.name in EXPENSES | RECEIPTS or row.name in TAKEN_BACK:
                self._with_the_fact(row)
            elif row.name == "coop.period_closed" and row.state["kind"] == "year":
                self._year_end(row)
        _number(self.papers)
        return self.papers

    def _note(self, row: Row) -> None:
        """Keep what later papers need: the children's classes, and disputes that were lost."""
        if row.name == "campaign.contribution_placed":
            for line in row.state["lines"]:
                self.classes[row.text("contribution_id"), line["line"]] = line["class_code"]
        elif row.name == "campaign.dispute_lost":
            self.lost.append(row)

    def _exercise(self, day: date) -> int:
        """The accounting year of a paper: that of its day, or the first one that is not closed."""
        return max(exercise_of(day), max(self.years) + 1) if self.years else exercise_of(day)

    def _paper(self, kind: str, row: Row, campaign: str, payout_id: str = "") -> Paper:
        paper = Paper(kind, self.coop, campaign, self._exercise(row.day), row.position, row.day, payout_id)
        self.papers.append(paper)
        return paper

    def _exercise_of(self, movement: Movement) -> int:
        return exercise_of(self.books.period(self.coop, movement.day, movement.position))

    def _arrived(self, row: Row, payout: Payout) -> None:
        statement = self._paper("statement", row, "", payout.payout_id)
        statement.series, statement.cents, statement.lines = "V", payout.cents, len(payout.content)
        parts: dict[str, Paper] = {}
        for item in payout.content:
            movement = self.books.movements.get(item.key)
            if movement is None:
                continue
            if movement.campaign not in parts:
                parts[movement.campaign] = self._paper("payout", row, movement.campaign, payout.payout_id)
            part = parts[movement.campaign]
            part.lines += 1
            part.cents += item.cents
            part.add("bank", item.cents)
            self._contra(part, movement, item.cents, payout)
        for lost in self.lost[:]:
            if lost.stream in parts:
                self._lose(parts[lost.stream], lost)

    def _contra(self, part: Paper, movement: Movement, cents: int, payout: Payout) -> None:
        """The other side of a movement: income by class, or what was brought forward of an older year."""
        before = self.covered[movement.key]
        self.covered[movement.key] += cents
        if self._exercise_of(movement) < part.exercise:
            last = date(part.exercise, 8, 31)
            on_its_way = payout.sent is not None and payout.sent.day <= last
            part.add("payouts_5801" if on_its_way else "online", -cents)
        elif movement.contra == "contributions":
            self._income(part, movement, before, before + cents)
        else:
            part.add(movement.contra, -cents)

    def _income(self, part: Paper, movement: Movement, before: int, after: int) -> None:
        sign = 1 if movement.cents > 0 else -1
        changes = zip(movement.shares, split(movement, after), split(movement, before), strict=True)
        for (child, _), now, then in changes:
            self._show(part, movement.contribution, child, sign * (now - then))

    def _show(self, part: Paper, contribution: str, child: int, cents: int) -> None:
        key = contribution, child
        if cents:
            part.add("contributions", -cents, self.classes.get(key, ""))
            part.shown.append((contribution, child, cents))
            self.shown[key] += cents

    def _lose(self, part: Paper, lost: Row) -> None:
        """A lost dispute moves no cash: a line of the campaign's next paper."""
        self.lost.remove(lost)
        if exercise_of(self.books.period(self.coop, lost.day, lost.position)) < part.exercise:
            return
        part.lines += 1
        part.add("online_blocked", -lost.cents())
        for share in lost.shares():
            self._show(part, lost.text("contribution_id"), share["line"], -share["cents"])

    def _returned(self, row: Row, payout: Payout) -> None:
        back = self._paper("return", row, "", payout.payout_id)
        back.series, back.cents, back.lines = "V", payout.cents, len(payout.content)
        for item in payout.content:
            self.covered[item.key] -= item.cents
        first = [paper for paper in self.papers if paper.kind == "payout" and paper.payout_id == payout.payout_id]
        for shown in first:
            part = self._paper("rectifying", row, shown.campaign, payout.payout_id)
            part.cents, part.lines = -shown.cents, shown.lines
            for (account, class_code), (debit, credit) in list(shown.entry.items()):
                if account != "contributions":
                    part.entry[account, class_code] = [credit, debit]
            for contribution, child, cents in shown.shown:
                self._show(part, contribution, child, -cents)

    def _corrected(self, row: Row) -> None:
        key = row.text("contribution_id"), row.cents("line")
        old, new = self.classes.get(key, ""), row.text("new_class")
        self.classes[key] = new
        if old == new or not self.shown[key]:
            return
        part = self._paper("rectifying", row, row.stream)
        part.lines = 1
        part.add("contributions", self.shown[key], old)
        part.add("contributions", -self.shown[key], new)

    def _with_the_fact(self, row: Row) -> None:
        kind = "expense" if row.name in EXPENSES else "receipt" if row.name in RECEIPTS else "taken_back"
        paper = self._paper(kind, row, "")
        paper.series = "D" if kind == "expense" else TAKEN_BACK.get(row.name, "R")
        paper.campaign = row.stream if row.name.startswith("campaign.") else ""
        paper.lines = 1
        for leg in legs_of(row):
            if BOOK_OF.get(leg.account) == "C":
                paper.add(leg.account, leg.debit - leg.credit, leg.class_code)

    def _year_end(self, row: Row) -> None:
        """What a year's movements have not brought to the bank by 31 August, campaign by campaign."""
        last = date.fromisoformat(row.state["last_day"])
        parts: dict[str, Paper] = {}
        for movement in self.books.movements.values():
            if movement.coop != self.coop or movement.position > row.position:
                continue
            if self._exercise_of(movement) == exercise_of(last):
                self._bring_forward(parts, row, movement, last)
        for lost in self.lost[:]:
            if exercise_of(self.books.period(self.coop, lost.day, lost.position)) == exercise_of(last):
                part = parts.get(lost.stream) or self._brought(parts, row, lost.stream, last)
                self._lose(part, lost)
        self.years.append(exercise_of(last))

    def _brought(self, parts: dict[str, Paper], row: Row, campaign: str, last: date) -> Paper:
        parts[campaign] = self._paper("year_end", row, campaign)
        parts[campaign].exercise, parts[campaign].piece_on = exercise_of(last), last
        return parts[campaign]

    def _bring_forward(self, parts: dict[str, Paper], row: Row, movement: Movement, last: date) -> None:
        arrived = on_its_way = 0
        for payout in self.payouts.values():
            cents = sum(item.cents for item in payout.content if item.key == movement.key)
            gone = payout.over is not None and payout.over.day <= last
            if cents and not gone and payout.requested.position < row.position:
                if payout.arrived and payout.arrived.day <= last:
                    arrived += cents
                elif payout.sent and payout.sent.day <= last:
                    on_its_way += cents
        rest = movement.cents - arrived
        if not rest:
            return
        part = parts.get(movement.campaign) or self._brought(parts, row, movement.campaign, last)
        part.lines += 1
        if on_its_way:
            part.add("payouts_5801", on_its_way)
        if rest - on_its_way:
            part.add("online", rest - on_its_way)
        self.brought[movement.key] = rest
        if movement.contra == "contributions":
            self._income(part, movement, arrived, movement.cents)
        else:
            part.add(movement.contra, -rest)

    def undistributed(self) -> Counter[tuple[str, str]]:
        """Income by campaign and class that no paper shows yet, as the children's classes are now."""
        rest: Counter[tuple[str, str]] = Counter()
        for movement in self.books.movements.values():
            if movement.coop != self.coop or movement.contra != "contributions" or movement.key in self.brought:
                continue
            sign = 1 if movement.cents > 0 else -1
            for (child, cents), shown in zip(movement.shares, split(movement, self.covered[movement.key]), strict=True):
                class_code = self.classes.get((movement.contribution, child), "")
                rest[movement.campaign, class_code] += sign * (cents - shown)
        for lost in self.lost:
            for share in lost.shares():
                class_code = self.classes.get((lost.text("contribution_id"), share["line"]), "")
                rest[lost.stream, class_code] -= share["cents"]
        return rest


def _number(papers: Iterable[Paper]) -> None:
    """Number papers without a gap in the order in which they are called for."""
    numbers: Counter[tuple[str, str, int]] = Counter()
    pieces: dict[tuple[str, str, int], list[int]] = {}
    for paper in papers:
        series = paper.series
        subject = (paper.coop, paper.campaign, paper.exercise)
        if paper.kind in ("payout", "year_end", "rectifying") and subject in pieces:
            paper.number, parts = pieces[subject]
            pieces[subject][1] = paper.part = parts + 1
            continue
        numbers[paper.coop, series, paper.exercise] += 1
        paper.number = numbers[paper.coop, series, paper.exercise]
        if paper.kind in ("payout", "year_end", "rectifying"):
            paper.part = 1
            pieces[subject] = [paper.number, 1]
