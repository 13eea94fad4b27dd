"""What papers show of each movement: its income by class as the children are now, and what of it is still to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final

from tests.oracle.books import Books, Movement
from tests.oracle.paper_lines import Brought, Paper, by_class
from tests.oracle.payouts import Payout, largest_remainder
from tests.oracle.rows import Row, exercise_of

_PAID: Final = ("campaign.failed_refund_repaid", "campaign.refund_paid_out_of_band", "campaign.cash_returned")
TAKES_BACK: Final = {
    "campaign.cash_slip_corrected": ("slip", ("campaign.cash_received",)),
    "campaign.payment_to_family_withdrawn": ("refund_id", _PAID),
    "coop.cash_deposit_withdrawn": ("deposit_id", ("coop.cash_deposited",)),
    "coop.external_payout_withdrawn": ("external_payout_id", ("coop.external_payout_recorded",)),
}
"""What takes a piece back: the number by which it does, and what made that piece."""
Key = tuple[str, str, str]


class Shown:
    """What papers of one coop show, up to a row of its log."""

    def __init__(self, books: Books, coop: str, payouts: dict[str, Payout]) -> None:
        """Begin before the first row."""
        self.books, self.coop, self.payouts = books, coop, payouts
        self.contents = [(payout, dict(payout.content)) for payout in payouts.values() if payout.coop == coop]
        self.papers: list[Paper] = []
        self.standing: set[Key] = set()
        self.brought: set[Key] = set()
        self.gone: set[Key] = set()
        self.shown: Counter[tuple[str, int]] = Counter()
        self.split_shown: dict[Key, list[int]] = {}
        self.classes: dict[tuple[str, int], str] = {}
        self.lost: list[Row] = []
        self.closings = [
            (row.position, exercise_of(date.fromisoformat(row.state["first_day"])))
            for row in books.rows
            if row.name == "coop.period_closed" and row.stream == coop and row.state["kind"] == "year"
        ]
        self.numbered: dict[tuple[str, str, str], int] = {}
        self.bank_lines: dict[tuple[str, str], Row] = {}
        self.pieces: dict[tuple[str, str], int] = {}

    def _note(self, row: Row) -> None:
        """Keep what later papers need: the children's classes, disputes that were lost, numbers of pieces."""
        if row.name == "campaign.contribution_placed":
            for line in row.state["lines"]:
                self.classes[row.text("contribution_id"), line["line"]] = line["class_code"]
        elif row.name == "campaign.dispute_lost":
            self.lost.append(row)
        for field in {field for field, of in TAKES_BACK.values() if row.name in of}:
            self.numbered[row.stream, field, row.text(field)] = row.position

    def _year(self, day: date, position: int) -> int:
        """The accounting year of a fact: of its day, or the first one that was open when it came in."""
        return max(exercise_of(day), *(year + 1 for at, year in self.closings if at < position), 0)

    def _exercise_of(self, movement: Movement) -> int:
        return self._year(movement.day, movement.position)

    def _year_of(self, row: Row) -> int:
        return self._year(row.day, row.position)

    def _paper(self, kind: str, row: Row, campaign: str, payout_id: str = "") -> Paper:
        paper = Paper(kind, self.coop, campaign, self._year_of(row), row.position, row.day, payout_id)
        if row.name in TAKES_BACK:
            field, _ = TAKES_BACK[row.name]
            paper.names = self.numbered.get((row.stream, field, row.text(field)), 0)
        self.papers.append(paper)
        return paper

    def _bring(self, part: Paper, movement: Movement, cents: int, before: str) -> None:
        """One movement of a part: the bank against income, or against what was brought forward of an older year."""
        self.standing.add(movement.key)
        part.cents += cents
        brought = Brought(movement, cents)
        part.brought.append(brought)
        if self._exercise_of(movement) < part.exercise:
            brought.account = before
            part.about(movement, before, -cents)
        elif movement.contra == "contributions":
            brought.shown = self._income(part, movement, abs(cents))
        else:
            brought.account = movement.contra
            part.about(movement, movement.contra, -cents)

    def _income(self, part: Paper, movement: Movement, cents: int) -> list[int]:
        """Show some cents of a movement: by the largest remainder of what papers do not show yet of its shares."""
        before = self.split_shown.setdefault(movement.key, [0] * len(movement.shares))
        left = [whole - shown for (_, whole), shown in zip(movement.shares, before, strict=True)]
        changes = largest_remainder(cents, left)
        self.split_shown[movement.key] = [then + now for then, now in zip(before, changes, strict=True)]
        self._show(part, movement, changes, 1 if movement.cents > 0 else -1)
        return changes

    def _show(self, part: Paper, movement: Movement, changes: Sequence[int], sign: int) -> None:
        """Income of a movement by class, each child in the class that it is in now; a negative sign takes it back."""
        children = [(movement.contribution, child) for child, _ in movement.shares]
        for key, cents in zip(children, changes, strict=True):
            self.shown[key] += sign * cents
        codes = [self.classes.get(key, "") for key in children]
        for class_code, cents in by_class(zip(codes, changes, strict=True)).items():
            part.about(movement, "contributions", -sign * cents, class_code)

    def _lose(self, part: Paper, lost: Row) -> None:
        """A lost dispute moves no cash: a line of the next paper, once its opening has been on one."""
        opened = [(self.coop, "campaign.dispute_opened", name) for name in self._taken(lost)]
        known = all(key in self.standing or key in self.brought for key in opened)
        if part.kind != "year_end" and (not known or self._year_of(lost) < part.exercise):
            return
        self.lost.remove(lost)
        part.lost.append(lost)
        self._lost_lines(part, lost, -1)

    def _taken(self, lost: Row) -> list[str]:
        """The movements by which a bank had taken the coop's money in a dispute, when it was lost."""
        return [
            row.text("provider_movement")
            for row in self.books.rows
            if row.name == "campaign.dispute_opened"
            and row.text("dispute_id") == lost.text("dispute_id")
            and row.cents()
            and row.position < lost.position
        ]

    def _lost_lines(self, part: Paper, lost: Row, sign: int) -> None:
        shares = [((lost.text("contribution_id"), share["line"]), share["cents"]) for share in lost.shares()]
        for key, cents in shares:
            self.shown[key] += sign * cents
        codes = [(self.classes.get(key, ""), cents) for key, cents in shares]
        for class_code, cents in by_class(codes).items():
            part.of(lost, "contributions", -sign * cents, class_code)
        part.of(lost, "online_blocked", sign * lost.cents())

    def _take_back(self, part: Paper, brought: Brought, before: str) -> None:
        movement = brought.movement
        self.standing.discard(movement.key)
        if self._exercise_of(movement) < part.exercise:
            part.about(movement, before, brought.cents)
            return
        if brought.account:
            part.about(movement, brought.account, brought.cents)
            return
        self._show(part, movement, brought.shown, -1 if movement.cents > 0 else 1)
        before_this = self.split_shown[movement.key]
        left = [then - now for then, now in zip(before_this, brought.shown, strict=True)]
        self.split_shown[movement.key] = left

    def _left_before(self, payout: Payout, exercise: int) -> bool:
        """Whether a payout had left in a year before."""
        return payout.sent is not None and self._year(payout.sent.day, payout.sent.position) < exercise

    def _on_its_way(self, payout: Payout, row: Row, year: int) -> bool:
        """Whether a payout had left in a year and not ended in it, as known when that was closed."""
        sent, ended = payout.sent, payout.arrived or payout.over
        if sent is None or sent.position > row.position or self._year(sent.day, sent.position) != year:
            return False
        return ended is None or ended.position > row.position or self._year(ended.day, ended.position) > year

    def _still(self, paper: Paper) -> bool:
        """Whether what a paper of a payout brought was not taken back in the same year."""
        backs = [one for one in self.papers if one.kind == "rectifying" and one.names == paper.trigger]
        return not any(one.campaign == paper.campaign and one.exercise == paper.exercise for one in backs)
