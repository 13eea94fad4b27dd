"""The papers that a log calls for: payout statements, parts of vouchers and other pieces, with their entries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tests.oracle.books import Books, Movement
from tests.oracle.payouts import Payout, Stage, largest_remainder
from tests.oracle.postings import BOOK_OF, legs_of
from tests.oracle.rows import Row, exercise_of

Entry = dict[tuple[str, str], list[int]]
"""Debit and credit by account and class."""

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
class Brought:
    """One movement on a part: its cents, and the account against the bank or what each share shows as income."""

    movement: Movement
    cents: int
    account: str = ""
    shown: list[int] = field(default_factory=list)


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
    brought: list[Brought] = field(default_factory=list)
    lost: list[Row] = field(default_factory=list)
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
        self.contents = [(payout, dict(payout.content)) for payout in payouts.values() if payout.coop == coop]
        self.papers: list[Paper] = []
        self.standing: set[tuple[str, str, str]] = set()
        self.brought: Counter[tuple[str, str, str]] = Counter()
        self.shown: Counter[tuple[str, int]] = Counter()
        self.split_shown: dict[tuple[str, str, str], list[int]] = {}
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
            elif row.name == "coop.payout_failed" and payout:
                self._failed(row, payout)
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

    def _left_before(self, payout: Payout, exercise: int) -> bool:
        """Whether a payout counts as gone by the 31 August before: told after its months were closed, it does not."""
        if payout.sent is None:
            return False
        return exercise_of(self.books.period(self.coop, payout.sent.day, payout.sent.position)) < exercise

    def _arrived(self, row: Row, payout: Payout) -> None:
        statement = self._paper("statement", row, "", payout.payout_id)
        statement.series, statement.cents = "V", payout.cents
        parts: dict[str, Paper] = {}
        for item in payout.content:
            movement = self.books.movements.get(item.key)
            if movement is None:
                continue
            if movement.campaign not in parts:
                parts[movement.campaign] = self._paper("payout", row, movement.campaign, payout.payout_id)
            self._bring(parts[movement.campaign], movement, item.cents, payout)
        for lost in self.lost[:]:
            if lost.stream in parts:
                self._lose(parts[lost.stream], lost)
        counts = [part.lines for part in parts.values()]
        statement.lines = -1 if -1 in counts else sum(counts)

    def _bring(self, part: Paper, movement: Movement, cents: int, payout: Payout) -> None:
        """One movement of a part: the bank against income, or against what was brought forward of an older year."""
        self.standing.add(movement.key)
        part.cents += cents
        part.add("bank", cents)
        brought = Brought(movement, cents)
        part.brought.append(brought)
        if self._exercise_of(movement) < part.exercise:
            brought.account = "payouts_5801" if self._left_before(payout, part.exercise) else "online"
            part.add(brought.account, -cents)
        elif movement.contra == "contributions":
            brought.shown = self._income(part, movement, abs(cents))
        else:
            brought.account = movement.contra
            part.add(movement.contra, -cents)
        who = movement.contribution
        shown = zip(movement.shares, brought.shown, strict=False)
        classes = {self.classes.get((who, child), "") for (child, _), cents in shown if cents}
        part.lines = part.lines + len(classes) if classes and part.lines >= 0 else -1

    def _income(self, part: Paper, movement: Movement, cents: int) -> list[int]:
        """Show some cents of a movement: by the largest remainder of what papers do not show yet of its shares."""
        before = self.split_shown.setdefault(movement.key, [0] * len(movement.shares))
        left = [whole - shown for (_, whole), shown in zip(movement.shares, before, strict=True)]
        changes = largest_remainder(cents, left)
        self.split_shown[movement.key] = [then + now for then, now in zip(before, changes, strict=True)]
        sign = 1 if movement.cents > 0 else -1
        for (child, _), change in zip(movement.shares, changes, strict=True):
            self._show(part, movement.contribution, child, sign * change)
        return changes

    def _show(self, part: Paper, contribution: str, child: int, cents: int) -> None:
        key = contribution, child
        if cents:
            part.add("contributions", -cents, self.classes.get(key, ""))
            self.shown[key] += cents

    def _lose(self, part: Paper, lost: Row) -> None:
        """A lost dispute moves no cash: a line of the next paper, once its opening has been on one."""
        opened = (self.coop, "campaign.dispute_opened", lost.text("dispute_id"))
        known = opened in self.standing or opened in self.brought
        if part.kind != "year_end" and (not known or self._year_of(lost) < part.exercise):
            return
        self.lost.remove(lost)
        part.lines = -1
        part.lost.append(lost)
        part.add("online_blocked", -lost.cents())
        for share in lost.shares():
            self._show(part, lost.text("contribution_id"), share["line"], -share["cents"])

    def _returned(self, row: Row, payout: Payout) -> None:
        """The parts of a payout that came back are taken back exactly; what they say was lost waits for the next one.

        Money of an older year is on the online account again, its income stays where it was shown.
        """
        back = self._paper("return", row, "", payout.payout_id)
        back.series, back.cents, back.lines = "V", payout.cents, -1
        first = [paper for paper in self.papers if paper.kind == "payout" and paper.payout_id == payout.payout_id]
        for shown in first:
            part = self._paper("rectifying", row, shown.campaign, payout.payout_id)
            part.cents, part.lines = -shown.cents, -1
            for brought in shown.brought:
                self._take_back(part, brought)
            for lost in shown.lost:
                self._find_again(part, lost)

    def _find_again(self, part: Paper, lost: Row) -> None:
        """A loss of this year is taken off with its part, and waits for the next one; one of an older year stays."""
        if self._year_of(lost) < part.exercise:
            return
        part.add("online_blocked", lost.cents())
        for share in lost.shares():
            self._show(part, lost.text("contribution_id"), share["line"], share["cents"])
        self.lost.append(lost)

    def _year_of(self, row: Row) -> int:
        return exercise_of(self.books.period(self.coop, row.day, row.position))

    def _take_back(self, part: Paper, brought: Brought) -> None:
        movement = brought.movement
        part.add("bank", -brought.cents)
        if self._exercise_of(movement) < part.exercise:
            part.add("online", brought.cents)
            return
        self.standing.discard(movement.key)
        if brought.account:
            part.add(brought.account, brought.cents)
            return
        sign = 1 if movement.cents > 0 else -1
        for index, ((child, _), cents) in enumerate(zip(movement.shares, brought.shown, strict=True)):
            self._show(part, movement.contribution, child, -sign * cents)
            self.split_shown[movement.key][index] -= cents

    def _failed(self, row: Row, payout: Payout) -> None:
        """What was on its way on 31 August and failed afterwards is on the online account again."""
        exercise = self._exercise(row.day)
        if payout.arrived or not row.state["was_sent"] or not self._left_before(payout, exercise):
            return
        back: Counter[str] = Counter()
        for item in payout.content:
            movement = self.books.movements.get(item.key)
            if movement and self._exercise_of(movement) < exercise:
                back[movement.campaign] += item.cents
        for campaign, cents in back.items():
            if cents:
                part = self._paper("rectifying", row, campaign, payout.payout_id)
                part.lines = -1
                part.add("online", cents)
                part.add("payouts_5801", -cents)

    def _corrected(self, row: Row) -> None:
        key = row.text("contribution_id"), row.cents("line")
        old, new = self.classes.get(key, ""), row.text("new_class")
        self.classes[key] = new
        if old == new or not self.shown[key]:
            return
        part = self._paper("rectifying", row, row.stream)
        part.lines = -1
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
            if leg.account == "contributions":
                self.shown[leg.contribution, leg.child] += leg.credit - leg.debit

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
            if self._year_of(lost) == exercise_of(last):
                part = parts.get(lost.stream) or self._brought(parts, row, lost.stream, last)
                self._lose(part, lost)
        self.years.append(exercise_of(last))

    def _brought(self, parts: dict[str, Paper], row: Row, campaign: str, last: date) -> Paper:
        parts[campaign] = self._paper("year_end", row, campaign)
        parts[campaign].exercise, parts[campaign].piece_on, parts[campaign].lines = exercise_of(last), last, -1
        return parts[campaign]

    def _bring_forward(self, parts: dict[str, Paper], row: Row, movement: Movement, last: date) -> None:
        arrived = on_its_way = 0
        for payout, content in self.contents:
            cents = content.get(movement.key, 0)
            gone = _was(payout.over, row, last)
            if cents and not gone and payout.requested.position < row.position:
                if _was(payout.arrived, row, last):
                    arrived += cents
                elif _was(payout.sent, row, last):
                    on_its_way += cents
        rest = movement.cents - arrived
        if not rest:
            return
        part = parts.get(movement.campaign) or self._brought(parts, row, movement.campaign, last)
        if on_its_way:
            part.add("payouts_5801", on_its_way)
        if rest - on_its_way:
            part.add("online", rest - on_its_way)
        self.brought[movement.key] = rest
        if movement.contra == "contributions":
            self._income(part, movement, abs(movement.cents) - sum(self.split_shown.get(movement.key, ())))
        else:
            part.add(movement.contra, -rest)

    def undistributed(self) -> Counter[tuple[str, str]]:
        """Income by campaign and class that no paper shows yet, as the children's classes are now."""
        rest: Counter[tuple[str, str]] = Counter()
        for movement in self.books.movements.values():
            if movement.coop != self.coop or movement.contra != "contributions" or movement.key in self.brought:
                continue
            sign = 1 if movement.cents > 0 else -1
            shown = self.split_shown.get(movement.key, [0] * len(movement.shares))
            for (child, cents), done in zip(movement.shares, shown, strict=True):
                class_code = self.classes.get((movement.contribution, child), "")
                rest[movement.campaign, class_code] += sign * (cents - done)
        for lost in self.lost:
            for share in lost.shares():
                class_code = self.classes.get((lost.text("contribution_id"), share["line"]), "")
                rest[lost.stream, class_code] -= share["cents"]
        return rest


def _was(stage: Stage | None, row: Row, last: date) -> bool:
    """Whether something had happened by a day, as known when a year was closed."""
    return stage is not None and stage.position < row.position and stage.day <= last


def _number(papers: Iterable[Paper]) -> None:
    """Number papers without a gap in the order in which they are called for."""
    numbers: Counter[tuple[str, str, int]] = Counter()
    pieces: dict[tuple[str, str, int], list[int]] = {}
    for paper in papers:
        series = paper.series
        subject = (paper.coop, paper.campaign, paper.exercise)
        of_a_voucher = paper.kind not in ("statement", "return") and series == "R"
        if of_a_voucher and subject in pieces:
            paper.number, parts = pieces[subject]
            pieces[subject][1] = paper.part = parts + 1
            continue
        numbers[paper.coop, series, paper.exercise] += 1
        paper.number = numbers[paper.coop, series, paper.exercise]
        if of_a_voucher:
            paper.part = 1
            pieces[subject] = [paper.number, 1]
