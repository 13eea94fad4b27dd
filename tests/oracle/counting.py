"""What the words of the reports count: participants, due, received, refunded, unpaid, payments.

One definition each. A child is one line of a contribution. Every amount of it stands in the class that the child is in
now: a correction of class moves all of them together.

- Participants: children who hold money, and those who cost nothing: in a basket of which money is held, or in one of
  nothing that was not abandoned.
- Dû: what is asked for participants. A contribution is voluntary: nothing is due for a child before its family gave
  something, nor once everything went back.
- Reçu: what came in for a child by card, in cash (as its slip was corrected) or on another platform.
- Remboursé: what went back to the family and stayed there; a refund that came back counts again once it is repaid.
- Impayé: what the bank took back for good after a dispute, less what it gave back of that after all.
- Dû aux familles: refunds that came back and are not repaid: Reçu = détenu + remboursé + impayé + dû aux familles.
- Paiements: payments that came in (each instalment, each slip that is of something), not orders.
- Encaissements: the box of the statement.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from tests.oracle.books import Books
from tests.oracle.rows import Row

_PAYMENTS: Final = frozenset(
    ("campaign.payment_captured", "campaign.cash_received", "campaign.external_payment_recorded")
)
_BACK: Final = frozenset(
    (
        *("campaign.refund_settled", "campaign.external_refund_allocated", "campaign.refund_paid_out_of_band"),
        *("campaign.cash_returned", "campaign.external_payment_refunded"),
    )
)


@dataclass
class Child:
    """One line of a contribution, and what became of its money."""

    campaign: str
    contribution: str
    line: int
    participant: str
    class_code: str
    due: int
    received: int = 0
    refunded: int = 0
    unpaid: int = 0
    owed: int = 0

    @property
    def held(self) -> int:
        """What is kept for the child."""
        return self.received - self.refunded - self.unpaid - self.owed


@dataclass
class ClassSheet:
    """The figures of one class of one campaign."""

    participants: int = 0
    due: int = 0
    received: int = 0
    refunded: int = 0
    unpaid: int = 0
    owed: int = 0
    held: int = 0


@dataclass
class People:
    """The children of a log, the payments of each campaign, and where an event contradicts what its children hold."""

    children: dict[tuple[str, int], Child] = field(default_factory=dict)
    payments: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    refunds: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    abandoned: set[str] = field(default_factory=set)

    def takes_part(self, child: Child) -> bool:
        """Whether a child is counted."""
        if child.due or child.held > 0:
            return child.held > 0
        basket = [one for one in self.children.values() if one.contribution == child.contribution]
        if any(one.due for one in basket):
            return sum(one.held for one in basket) > 0
        return child.contribution not in self.abandoned

    def sheets(self, books: Books, coop: str) -> dict[tuple[str, str], ClassSheet]:
        """The figures of a coop by campaign and class."""
        sheets: dict[tuple[str, str], ClassSheet] = defaultdict(ClassSheet)
        for child in self.children.values():
            if books.coop_of.get(child.campaign) != coop:
                continue
            sheet = sheets[child.campaign, child.class_code]
            sheet.participants += self.takes_part(child)
            sheet.due += child.due if child.held > 0 else 0
            for name in ("received", "refunded", "unpaid", "owed", "held"):
                setattr(sheet, name, getattr(sheet, name) + getattr(child, name))
        return dict(sheets)


def count(books: Books) -> People:
    """Fold the children of every campaign."""
    people = People()
    for row in books.rows:
        if row.name == "campaign.contribution_placed":
            for line in row.state["lines"]:
                key = row.text("contribution_id"), line["line"]
                people.children[key] = Child(
                    row.stream, *key, line["participant_id"], line["class_code"], line["cents"]
                )
        elif row.name == "campaign.contribution_abandoned":
            people.abandoned.add(row.text("contribution_id"))
        elif row.name.startswith("campaign."):
            _apply(people, row)
    return people


def _apply(people: People, row: Row) -> None:
    """Move the amounts that an event is about."""
    if row.name in _PAYMENTS:
        people.payments[row.stream] += 1
        _each(people, row, row.shares(), "received", 1)
    elif row.name in _BACK:
        people.refunds[row.text("refund_id")] = row.shares()
        _each(people, row, row.shares(), "owed" if row.state.get("owed") else "refunded", 1)
    elif row.name == "campaign.cash_slip_corrected":
        people.payments[row.stream] += (row.cents() > 0) - (row.cents("typed") > 0)
        _each(people, row, row.shares(), "received", 1 if row.cents() > row.cents("typed") else -1)
    elif row.name in ("campaign.dispute_lost", "campaign.lost_dispute_reinstated"):
        _each(people, row, row.shares(), "unpaid", 1 if row.name == "campaign.dispute_lost" else -1)
    elif row.name == "campaign.external_payment_withdrawn":
        people.payments[row.stream] -= 1
        _each(people, row, row.shares("refunded"), "refunded", -1, checked=False)
        _each(people, row, row.shares(), "received", -1)
    elif row.name == "campaign.payment_to_family_withdrawn" and row.shares():
        _each(people, row, row.shares(), "refunded", -1)
    elif row.name == "campaign.contribution_corrected":
        _correct(people, row)
    else:
        _came_back(people, row)


def _came_back(people: People, row: Row) -> None:
    """A refund did not reach the card, was repaid by whomever, or was not repaid after all: 1 owed, −1 paid."""
    signs = {
        "campaign.refund_failed": 1,
        "campaign.payment_to_family_withdrawn": 1,
        "campaign.failed_refund_repaid": -1,
        "campaign.returned_refund_settled": -1,
    }
    sign = signs.get(row.name, 0)
    if sign and (row.name != "campaign.refund_failed" or row.state["was_settled"]):
        shares = people.refunds.get(row.text("refund_id"), [])
        _each(people, row, shares, "owed", sign, checked=False)
        _each(people, row, shares, "refunded", -sign, checked=False)


def _each(
    people: People, row: Row, shares: list[dict[str, Any]], name: str, sign: int, *, checked: bool = True
) -> None:
    for share in shares:
        child = people.children.get((row.text("contribution_id"), share["line"]))
        if child is None:
            people.faults.append((row.position, "share.child", "a share is for a child that no contribution has"))
            continue
        setattr(child, name, getattr(child, name) + sign * share["cents"])
        if not checked:
            continue
        if share["class_code"] != child.class_code:
            people.faults.append((row.position, "share.class", f"{share['class_code']} is not {child.class_code}"))
        if share["balance"] != child.held:
            people.faults.append((row.position, "share.balance", f"{share['balance']} is not {child.held}"))


def _correct(people: People, row: Row) -> None:
    child = people.children.get((row.text("contribution_id"), row.cents("line")))
    if child is None:
        people.faults.append((row.position, "share.child", "a correction is for a child that no contribution has"))
        return
    said: tuple[tuple[str, object, object], ...] = (
        ("correction.class", row.state["old_class"], child.class_code),
        ("correction.held", row.cents("held"), child.held),
    )
    people.faults += [(row.position, kind, f"{one} is not {two}") for kind, one, two in said if one != two]
    child.class_code = row.state["new_class"]
