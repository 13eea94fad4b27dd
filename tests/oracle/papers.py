"""The papers that a log calls for: payout statements, parts of vouchers and other pieces, with their lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from tests.oracle.books import Movement
from tests.oracle.paper_lines import Line, Paper
from tests.oracle.payouts import Payout, largest_remainder
from tests.oracle.postings import BOOK_OF, legs_of
from tests.oracle.rows import Row, exercise_of
from tests.oracle.showing import Key, Shown

EXPENSES: Final = frozenset(
    ("campaign.failed_refund_repaid", "campaign.refund_paid_out_of_band", "campaign.cash_returned")
)
DIRECT: Final = {
    **dict.fromkeys(EXPENSES, "D"),
    "campaign.cash_received": "R",
    "campaign.cash_slip_corrected": "R",
    "campaign.payment_to_family_withdrawn": "D",
    "coop.cash_deposited": "R",
    "coop.cash_deposit_withdrawn": "R",
}
"""Facts with a piece of their own, and its series."""
_LINES: Final = ("coop.bank_line_matched", "coop.bank_return_matched")


class Drawer(Shown):
    """Draws up the papers of one coop in the order of its log."""

    def draw(self) -> list[Paper]:
        """Go through the rows of the coop."""
        of_payouts: dict[str, Callable[[Row, Payout], None]] = {
            "coop.payout_paid": self._arrived,
            "coop.payout_returned": self._returned,
            "coop.payout_failed": self._failed,
            **dict.fromkeys(_LINES, self._on_the_statement),
            **dict.fromkeys((name.replace("matched", "unmatched") for name in _LINES), self._on_the_statement),
        }
        others: dict[str, Callable[[Row], None]] = {
            "coop.external_payout_recorded": self._elsewhere,
            "coop.external_payout_withdrawn": self._elsewhere,
            "campaign.external_payment_withdrawn": self._never_paid,
            "campaign.contribution_corrected": self._corrected,
            "coop.period_closed": self._year_end,
            **dict.fromkeys(DIRECT, self._with_the_fact),
        }
        for row in self.books.rows_of(self.coop):
            self._note(row)
            payout = self.payouts.get(row.text("payout_id"))
            if row.name in of_payouts and payout:
                of_payouts[row.name](row, payout)
            elif row.name in others:
                others[row.name](row)
        _number(self.papers)
        return self.papers

    def _arrived(self, row: Row, payout: Payout) -> None:
        """A statement, and a part for each campaign in the payout, which takes what its families lost along."""
        if payout.arrived is None or payout.arrived.position != row.position:
            return
        statement = self._paper("statement", row, "", payout.payout_id)
        statement.series, statement.cents = "V", payout.cents
        items = [(self.books.movements.get(item.key), item.cents) for item in payout.content]
        before = "payouts_5801" if self._left_before(payout, statement.exercise) else "online"
        parts = self._parts("payout", row, [(one, cents) for one, cents in items if one], before, payout.payout_id)
        for lost in self.lost[:]:
            if lost.stream in parts:
                self._lose(parts[lost.stream], lost)
        statement.parts = own_last(parts)

    def _parts(
        self, kind: str, row: Row, items: Sequence[tuple[Movement, int]], before: str, payout_id: str = ""
    ) -> dict[str, Paper]:
        """Make the part of each campaign in a payout, in the order of its content."""
        parts: dict[str, Paper] = {}
        for movement, cents in items:
            if movement.campaign not in parts:
                parts[movement.campaign] = self._paper(kind, row, movement.campaign, payout_id)
            self._bring(parts[movement.campaign], movement, cents, before)
        return parts

    def _returned(self, row: Row, payout: Payout) -> None:
        """The parts of a payout that came back are taken back exactly; what they say was lost waits for the next one.

        Money of an older year is on the online account again, its income stays where it was shown.
        """
        if payout.arrived is None or payout.arrived.position > row.position:
            return
        back = self._paper("return", row, "", payout.payout_id)
        back.series, back.cents = "V", payout.cents
        first = [paper for paper in self.papers if paper.kind == "payout" and paper.payout_id == payout.payout_id]
        parts = {paper.campaign: self._take_all_back(paper, row, "online", payout.payout_id) for paper in first}
        back.parts = own_last(parts)

    def _take_all_back(self, shown: Paper, row: Row, before: str, payout_id: str = "") -> Paper:
        part = self._paper("rectifying", row, shown.campaign, payout_id)
        part.cents, part.names = -shown.cents, shown.trigger
        for brought in shown.brought:
            self._take_back(part, brought, before)
        for lost in shown.lost:
            if self._year_of(lost) == part.exercise:
                self._lost_lines(part, lost, 1)
                self.lost.append(lost)
        return part

    def _failed(self, row: Row, payout: Payout) -> None:
        """What was on its way on 31 August and failed afterwards is online again; the bank's lines about it stand."""
        if payout.arrived or not row.state["was_sent"]:
            return
        back = self._by_campaign(dict(payout.content)) if self._left_before(payout, self._year_of(row)) else {}
        keys = [(payout.payout_id, name) for name in _LINES]
        lines = [self.bank_lines[key] for key in keys if key in self.bank_lines]
        parts = {campaign: self._paper("failed", row, campaign) for campaign in back}
        if lines and "" not in parts:
            parts[""] = self._paper("failed", row, "")
        for campaign, part in parts.items():
            part.money = "online"
            if back.get(campaign):
                part.names = self._forwarded(payout, campaign)
                part.lines.append(_plain_line(row, "payouts_5801", -back[campaign]))
            for line in lines if not campaign else ():
                for leg in legs_of(line):
                    part.of(line, leg.account, leg.debit - leg.credit)
                self.pieces[payout.payout_id, line.name] = row.position

    def _forwarded(self, payout: Payout, campaign: str) -> int:
        """What asked for the part that brought a payout forward as on its way; 0 while its year is open."""
        for paper in self.papers:
            left = self._left_before(payout, paper.exercise + 1) and not self._left_before(payout, paper.exercise)
            if paper.kind == "year_end" and paper.campaign == campaign and left:
                return paper.trigger
        return 0

    def _on_the_statement(self, row: Row, payout: Payout) -> None:
        """The bank's lines about a payout: its statement explains them, or a piece where it never arrived."""
        first = row.name.replace("unmatched", "matched")
        key, arrival = (payout.payout_id, first), (payout.payout_id, _LINES[0])
        undone = row.name != first
        if undone:
            self.bank_lines.pop(key, None)
        else:
            self.bank_lines[key] = row
        failed = payout.over is not None and payout.over.position < row.position and not payout.arrived
        if not failed if not undone else key not in self.pieces:
            return
        part = self._paper("failed", row, "")
        part.names = self.pieces.get(key if undone else arrival, 0)
        (moved,) = [leg.debit - leg.credit for leg in legs_of(row) if leg.account == "payouts_5801"]
        part.lines.append(_plain_line(row, "payouts_5801", moved))
        if undone:
            del self.pieces[key]
        else:
            self.pieces[key] = row.position

    def _elsewhere(self, row: Row) -> None:
        """Another platform's payout, or one that was a mistake: each campaign bears its share of the fees."""
        if row.name == "coop.external_payout_recorded":
            items = []
            for item in row.state["content"]:
                movement = self.books.elsewhere.get((self.coop, item["kind"], item["reference"]))
                if movement:
                    items.append((movement, item["cents"]))
            parts = self._parts("elsewhere", row, items, "collected_elsewhere")
        else:
            first = self.numbered.get((row.stream, "external_payout_id", row.text("external_payout_id")), 0)
            shown = [paper for paper in self.papers if paper.trigger == first]
            parts = {paper.campaign: self._take_all_back(paper, row, "collected_elsewhere") for paper in shown}
        sign = 1 if row.name == "coop.external_payout_recorded" else -1
        gross = [max(sign * part.cents, 0) for part in parts.values()]
        for part, fee in zip(parts.values(), largest_remainder(row.cents("fee_cents"), gross), strict=True):
            if fee:
                part.lines.append(_plain_line(row, "bank_fees", sign * fee))

    def _never_paid(self, row: Row) -> None:
        """A payment there that never was: what a year's end had brought forward of it is taken back."""
        payment = row.text("external_payment_id")
        refunds = [
            one.text("refund_id")
            for one in self.books.rows
            if one.name == "campaign.external_payment_refunded" and one.text("external_payment_id") == payment
        ]
        keys = [(self.coop, "campaign.external_payment_recorded", payment)]
        keys += [(self.coop, "campaign.external_payment_refunded", refund) for refund in refunds]
        self.gone.update(keys)
        shown = [self.books.elsewhere[key] for key in keys if any(self.split_shown.get(key, ()))]
        if not shown:
            return
        part = self._paper("rectifying", row, row.stream)
        part.money = "collected_elsewhere"
        for movement in shown:
            self._show(part, movement, self.split_shown.pop(movement.key), -1 if movement.cents > 0 else 1)

    def _corrected(self, row: Row) -> None:
        key = row.text("contribution_id"), row.cents("line")
        old, new = self.classes.get(key, ""), row.text("new_class")
        self.classes[key] = new
        if old == new or not self.shown[key]:
            return
        part = self._paper("rectifying", row, row.stream)
        part.of(row, "contributions", self.shown[key], old)
        part.of(row, "contributions", -self.shown[key], new)

    def _with_the_fact(self, row: Row) -> None:
        """A piece of its own: what stands against the bank or the cash box; cash that leaves for the bank is there."""
        paper = self._paper("own", row, row.stream if row.name.startswith("campaign.") else "")
        paper.series = DIRECT[row.name]
        legs = [leg for leg in legs_of(row) if BOOK_OF.get(leg.account) == "C"]
        paper.money = next((leg.account for leg in legs if leg.account in ("bank", "cash")), "bank")
        amounts: dict[tuple[str, str], int] = {}
        for leg in (leg for leg in legs if leg.account != paper.money):
            code = leg.class_code
            if leg.account == "contributions":
                self.shown[leg.contribution, leg.child] += leg.credit - leg.debit
                code = self.classes.get((leg.contribution, leg.child), "")
            account = "bank" if leg.account == "deposits_5802" else leg.account
            amounts[account, code] = amounts.get((account, code), 0) + leg.debit - leg.credit
        for (account, code), cents in amounts.items():
            paper.of(row, account, cents, code)
        if not paper.lines:
            self.papers.remove(paper)

    def _year_end(self, row: Row) -> None:
        """What a year's movements have not brought to the bank by 31 August, campaign by campaign."""
        if row.state["kind"] != "year":
            return
        last = date.fromisoformat(row.state["last_day"])
        year, parts = exercise_of(last), dict[str, Paper]()
        every = [*self.books.movements.values(), *self.books.elsewhere.values()]
        for movement in sorted(every, key=lambda one: one.position):
            if movement.coop != self.coop or movement.position > row.position or movement.key in self.gone:
                continue
            if self._exercise_of(movement) == year:
                self._bring_forward(parts, row, movement, last)
        for lost in self.lost[:]:
            if self._year_of(lost) == year:
                self._lose(self._forward(parts, row, lost.stream, last), lost)
        for payout, content in self.contents:
            if payout.sent and self._on_its_way(payout, row, year):
                for campaign, cents in self._by_campaign(content).items():
                    part = self._forward(parts, row, campaign, last)
                    part.lines.append(_plain_line(self.books.at[payout.sent.position], "payouts_5801", cents))

    def _by_campaign(self, content: dict[Key, int]) -> dict[str, int]:
        """What a payout holds of each campaign, where that is anything."""
        sums: dict[str, int] = {}
        for key, cents in content.items():
            if key in self.books.movements:
                campaign = self.books.movements[key].campaign
                sums[campaign] = sums.get(campaign, 0) + cents
        return {campaign: cents for campaign, cents in sums.items() if cents}

    def _forward(self, parts: dict[str, Paper], row: Row, campaign: str, last: date) -> Paper:
        if campaign not in parts:
            parts[campaign] = part = self._paper("year_end", row, campaign)
            part.exercise, part.piece_on, part.money = exercise_of(last), last, "online"
        return parts[campaign]

    def _bring_forward(self, parts: dict[str, Paper], row: Row, movement: Movement, last: date) -> None:
        """Show what no paper of its year has shown of a movement, against the account on which it lies."""
        arrived = sum(
            one.cents
            for paper in self.papers
            for one in paper.brought
            if one.movement.key == movement.key and paper.exercise == exercise_of(last) and self._still(paper)
        )
        rest = movement.cents - arrived
        if not rest:
            return
        part = self._forward(parts, row, movement.campaign, last)
        self.brought.add(movement.key)
        if movement.contra == "contributions":
            self._income(part, movement, abs(movement.cents) - sum(self.split_shown.get(movement.key, ())))
        else:
            part.about(movement, movement.contra, -rest)
        if movement.key in self.books.elsewhere:
            part.about(movement, "collected_elsewhere", rest)

    def undistributed(self) -> Counter[tuple[str, str]]:
        """Income by campaign and class that no paper shows yet, as the children's classes are now."""
        rest: Counter[tuple[str, str]] = Counter()
        for movement in (*self.books.movements.values(), *self.books.elsewhere.values()):
            if movement.coop != self.coop or movement.contra != "contributions" or movement.key in self.gone:
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


def own_last(parts: dict[str, Paper]) -> list[Paper]:
    """The parts of a payout in their order; the coop's own comes last."""
    return sorted(parts.values(), key=lambda part: not part.campaign)


def _plain_line(row: Row, account: str, cents: int) -> Line:
    """A line about an event of the coop, that no contribution has."""
    return Line(row.position, row.day, row.name, "", account, "", cents)


def _number(papers: list[Paper]) -> None:
    """Number papers without a gap in the order in which they are called for; of one event the coop's own comes last."""
    papers.sort(key=lambda paper: (paper.trigger, paper.series != "V", not paper.campaign))
    numbers: Counter[tuple[str, str, int]] = Counter()
    pieces: dict[tuple[str, str, int], list[int]] = {}
    for paper in papers:
        series = paper.series
        subject = (paper.coop, paper.campaign, paper.exercise)
        if series == "R" and subject in pieces:
            paper.number, parts = pieces[subject]
            pieces[subject][1] = paper.part = parts + 1
            continue
        numbers[paper.coop, series, paper.exercise] += 1
        paper.number = numbers[paper.coop, series, paper.exercise]
        if series == "R":
            paper.part = 1
            pieces[subject] = [paper.number, 1]
