"""Exports of payments that go on growing, in any order and of any form, give one ledger: what was paid, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from adapters.imports import parse_payments
from adapters.people_vault import Person
from domain.campaign.state import Campaign, CampaignCommand
from domain.funds import CoopFunds
from service.imports.decisions import ImportDecision
from service.imports.differences import Change
from service.imports.import_plan import Asking, Author, ImportPlan, ImportRun, make_plan
from service.imports.row_ids import Identifiers
from tests.kit.payment_files import TICKETS, as_csv
from tests.service.imports.test_plan import new_campaign

AT: Final = datetime(2024, 12, 1, 8, tzinfo=UTC)
AUTHOR: Final = Author("treasurer", AT, None)
_FIRST: Final = date(2024, 9, 2)
_NUMBERS: Final = ("Numéro billet", "N° de transaction")
_BUYER: Final = ("Acheté par", "Prénom", "Nom", "Email acheteur")
_DECIDED: Final = {
    Change.CORRECTED: ImportDecision.CORRECT,
    Change.REFUNDED: ImportDecision.REFUND,
    Change.CANCELLED: ImportDecision.REFUND,
}
REACHED: Final = frozenset(
    (
        *("the same again", "an older one", "new lines", "without numbers", "without buyers"),
        *(Change.CORRECTED, Change.REFUNDED, Change.CANCELLED, Change.NOT_PAID, Change.GONE),
    )
)
"""What the histories must reach, each of them often."""
_OFTEN: Final = 10


class Order(NamedTuple):
    """One child of a transaction: what was paid first, what the platform says at the end, and what became of it."""

    ticket: int
    transaction: int
    child: str
    day: int
    school_class: str
    first_cents: int
    cents: int
    ending: str


class World:
    """A campaign, the vault's names, and the exports that are imported into it."""

    def __init__(self) -> None:
        self.campaign: Campaign = new_campaign()
        self.funds = CoopFunds()
        self.people: dict[UUID, Person] = {}
        self.ids = Identifiers(b"s" * 32, self.campaign.id)

    def take(self, data: bytes, decisions: dict[int, ImportDecision] | None = None) -> ImportPlan:
        """Import a file, as the service does, and keep its people."""
        parsed = parse_payments(data)
        assert parsed.errors == ()
        asking = Asking(parsed.rows, parsed.mentions, decisions or {})
        run = ImportRun(uuid4(), "assoconnect")
        plan = make_plan(asking, self.campaign, self.ids, AUTHOR, run, self.names)
        for command in (*plan.decided.commands, *(planned.command for planned in plan.contributions)):
            if isinstance(command, CampaignCommand):
                events = command.decide(self.campaign)
            else:
                events = command.decide_with_funds(self.campaign, self.funds)
            for event in events:
                self.campaign.evolve(event)
                self.funds.apply(event)
        for planned in plan.contributions:
            self.people |= planned.children
        return plan

    def names(self, ids: Sequence[UUID]) -> dict[UUID, Person]:
        """The names of some children."""
        return {key: self.people[key] for key in ids if key in self.people}

    def ledger(self) -> Counter[tuple[str, str, int]]:
        """What is held, by child and class, in cents: how often each."""
        return Counter(
            (self.people[line.participant_id].first_name.casefold(), line.class_code, line.held)
            for contribution in self.campaign.contributions.values()
            for line in contribution.lines.values()
            if line.held
        )


def held_first(orders: Sequence[Order]) -> Counter[tuple[str, str, int]]:
    """What all exports brought before anything went back or was corrected."""
    return Counter((order.child.casefold(), order.school_class, order.first_cents) for order in orders)


def held_last(orders: Sequence[Order]) -> Counter[tuple[str, str, int]]:
    """What is held once everything is decided that can be: what is gone, or no longer paid, stays so long."""
    kept = (order for order in orders if order.ending not in ("refunded", "cancelled"))
    return Counter((order.child.casefold(), order.school_class, order.cents) for order in kept)


def export(orders: Sequence[Order], *, left_out: Sequence[str] = (), last: bool = True, loud: bool = False) -> bytes:
    """The platform's table of some orders: without some columns, as they first stood or as they are now."""
    lines = [_line(order, last=last, loud=loud) for order in orders]
    kept = [place for place, title in enumerate(TICKETS) if title not in left_out]
    return as_csv(*(tuple(line[place] for place in kept) for line in (TICKETS, *lines)))


def _line(order: Order, *, last: bool, loud: bool) -> tuple[str, ...]:
    state = {"refunded": "Remboursé", "cancelled": "Annulé", "unpaid": "Aucun paiement"}.get(
        order.ending, "Paiement reçu"
    )
    cents = order.cents if last else order.first_cents
    child = f" {order.child.upper()}\u200b" if loud else order.child
    cells = {
        "Numéro billet": str(order.ticket),
        "N° de transaction": str(order.transaction),
        "Prénom participant": child,
        "Nom participant": "TESTARD",
        "Paiement": state if last else "Paiement reçu",
        "Montant dû": f"{cents // 100},{cents % 100:02} €",
        "Moyen de paiement": "Carte bancaire",
        "Acheté par": "Odile TESTARD",
        "Date de paiement": f"{_FIRST + timedelta(days=order.day):%d/%m/%Y}",
        "Classe de l’enfant 1": order.school_class,
    }
    return tuple(cells.get(title, "") for title in TICKETS)


@st.composite
def histories(draw: st.DrawFn) -> list[Order]:
    """The orders of a platform: transactions of one to three children, each transaction on a day of its own."""
    orders: list[Order] = []
    days = draw(st.lists(st.integers(0, 20), min_size=1, max_size=5, unique=True))
    for transaction, day in enumerate(days, start=501):
        ending = draw(st.sampled_from(("kept", "corrected", "refunded", "cancelled", "unpaid", "gone")))
        for child in draw(st.lists(st.sampled_from(("Zoé", "Lou", "Ava", "Éli")), min_size=1, max_size=3, unique=True)):
            first, more = draw(st.integers(1, 5000)), draw(st.integers(1, 900))
            cents = first + more if ending == "corrected" else first
            school_class = draw(st.sampled_from(("CPA", "CE1")))
            orders.append(Order(len(orders) + 1, transaction, child, day, school_class, first, cents, ending))
    return orders


def take_exports(data: st.DataObject, world: World, orders: Sequence[Order], reached: Counter[str]) -> int:
    """Import some exports of the orders as they first stood, older ones too; return how many orders they told of."""
    most = 0
    for _ in range(data.draw(st.integers(1, 4))):
        size = data.draw(st.integers(1, len(orders)))
        left_out = data.draw(st.sampled_from(((), _NUMBERS, _NUMBERS[:1], _BUYER, (*_NUMBERS, *_BUYER))))
        some = data.draw(st.permutations(orders[:size]))
        plan = world.take(export(some, left_out=left_out, last=False, loud=data.draw(st.booleans())))
        assert [one.change for one in plan.differences if one.change is not Change.GONE] == []
        assert len([row for planned in plan.contributions for row in planned.rows]) == max(size - most, 0)
        reached["the same again"] += size == most
        reached["an older one"] += size < most
        reached["new lines"] += 0 < most < size
        reached["without numbers"] += set(_NUMBERS) <= set(left_out)
        reached["without buyers"] += set(_BUYER) <= set(left_out)
        most = max(most, size)
    assert world.ledger() == held_first(orders[:most])
    return most


def decide_all(world: World, orders: Sequence[Order], final: bytes, reached: Counter[str]) -> None:
    """Import the last export, and decide of it what can be decided by its lines."""
    plan = world.take(final)
    reached.update(difference.change for difference in plan.differences)
    assert (plan.contributions, world.ledger()) == ((), held_first(orders))
    world.take(final, {one.line: _DECIDED[one.change] for one in plan.differences if one.change in _DECIDED})
    assert world.ledger() == held_last(orders)
    assert {one.change for one in world.take(final).differences} <= {Change.NOT_PAID, Change.GONE}
    assert world.ledger() == held_last(orders)


def test_any_exports_of_a_truth_that_grows_give_the_same_ledger() -> None:
    reached: Counter[str] = Counter()

    @settings(max_examples=100, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    @given(data=st.data())
    def histories_hold(data: st.DataObject) -> None:
        orders, world = data.draw(histories()), World()
        told = orders[: take_exports(data, world, orders, reached)]
        still_there = [order for order in told if order.ending != "gone"]
        if still_there:
            decide_all(world, told, export(data.draw(st.permutations(still_there))), reached)

    histories_hold()
    assert {what for what in REACHED if reached[what] < _OFTEN} == set(), reached
