"""Exports of payments that go on growing, in any order and of any form, give one ledger: what was paid, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.imports import parse_payments
from adapters.people_vault import Person
from domain.campaign.state import Campaign, CampaignCommand
from domain.funds import CoopFunds
from service.imports.decisions import Decision
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
REACHED: Final = frozenset(
    ("a first export", "the same again", "an older one", "new lines", "fewer columns", "other columns")
) | frozenset(Change) - {Change.PERHAPS, Change.CONTESTED, Change.PARTLY_REFUNDED}
"""What the histories of this test must reach, each of them."""


class Order(NamedTuple):
    """One child of a transaction, as the platform knows it at the end; and how it first stood."""

    transaction: int
    child: str
    cents: int
    day: int
    school_class: str
    first_cents: int
    ending: str


class World:
    """A campaign, the vault's names, and the exports that are imported into it."""

    def __init__(self) -> None:
        self.campaign: Campaign = new_campaign()
        self.people: dict[UUID, Person] = {}
        self.ids = Identifiers(b"s" * 32, self.campaign.id)

    def take(self, data: bytes, decisions: dict[int, Decision] | None = None) -> ImportPlan:
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
                events = command.decide_with_funds(self.campaign, CoopFunds())
            for event in events:
                self.campaign.evolve(event)
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


def truth(orders: Sequence[Order]) -> Counter[tuple[str, str, int]]:
    """What the platform has received and kept, at the end."""
    kept = (order for order in orders if order.ending in ("kept", "corrected"))
    return Counter((order.child.casefold(), order.school_class, order.cents) for order in kept)


def export(orders: Sequence[Order], *, left_out: Sequence[str] = (), last: bool = True, loud: bool = False) -> bytes:
    """The platform's table of some orders: without some columns, as they first stood or as they are now."""
    lines = [_line(ticket, order, last=last, loud=loud) for ticket, order in orders_with_tickets(orders)]
    kept = [place for place, title in enumerate(TICKETS) if title not in left_out]
    return as_csv(*(tuple(line[place] for place in kept) for line in (TICKETS, *lines)))


def orders_with_tickets(orders: Sequence[Order]) -> list[tuple[int, Order]]:
    """Orders with the number that each child's ticket has at the platform, whatever is exported."""
    return [(order.transaction * 10 + len(order.child) + int(order.child[-1]), order) for order in orders]


def _line(ticket: int, order: Order, *, last: bool, loud: bool) -> tuple[str, ...]:
    state = {"refunded": "Remboursé", "cancelled": "Annulé", "unpaid": "Aucun paiement"}.get(order.ending, "Paiement reçu")
    cents = order.cents if last else order.first_cents
    child = f" {order.child.upper()}\u200b" if loud else order.child
    cells = {
        "Numéro billet": str(ticket),
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
    """The orders of a platform: transactions of one to three children, each paid on one day."""
    orders: list[Order] = []
    names = count(1)
    for transaction in range(501, 501 + draw(st.integers(1, 5))):
        day = draw(st.integers(0, 20))
        for _ in range(draw(st.integers(1, 3))):
            first = draw(st.integers(1, 5000))
            ending = draw(st.sampled_from(("kept", "kept", "corrected", "refunded", "cancelled", "unpaid", "gone")))
            cents = draw(st.integers(1, 5000).filter(lambda one, first=first: one != first)) if ending == "corrected" else first
            child = f"{draw(st.sampled_from(('Zoé', 'Lou', 'Ava')))}{next(names)}"
            orders.append(Order(transaction, child, cents, day, draw(st.sampled_from(("CPA", "CE1"))), first, ending))
    return orders


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def one_history(data: st.DataObject, reached: Counter[str] = Counter()) -> None:  # noqa: B006 (it counts them all)
    """Import exports of one truth in any order, then the last one, and decide what it says otherwise."""
    orders = data.draw(histories())
    world, most = World(), 0
    imports = data.draw(st.integers(1, 4))
    for _ in range(imports):
        size = data.draw(st.integers(1, len(orders)))
        some = data.draw(st.permutations(orders[:size]))
        left_out = data.draw(st.sampled_from(((), _NUMBERS, ("Numéro billet",), _BUYER, (*_NUMBERS, *_BUYER))))
        plan = world.take(export(some, left_out=left_out, last=False, loud=data.draw(st.booleans())))
        assert plan.differences == ()
        reached["a first export"] += not most
        reached["the same again"] += size == most
        reached["an older one"] += size < most
        reached["new lines"] += bool(most and plan.contributions)
        reached["fewer columns"] += _NUMBERS[0] in left_out
        reached["other columns"] += bool(left_out)
        most = max(most, size)
    assert world.ledger() == Counter((one.child.casefold(), one.school_class, one.first_cents) for one in orders[:most])

    known = [order for order in orders[:most] if order.ending != "gone"]
    if not known:
        return
    final = export(data.draw(st.permutations(known)))
    plan = world.take(final)
    reached.update(difference.change for difference in plan.differences)
    assert not plan.contributions
    for _ in range(len(plan.differences)):
        decisions = _decisions(plan)
        if not decisions:
            break
        plan = world.take(final, decisions)
    assert {difference.change for difference in world.take(final).differences} <= {Change.NOT_PAID, Change.GONE, Change.CORRECTED}


def _decisions(plan: ImportPlan) -> dict[int, Decision]:
    """What a person would decide of what the last export says."""
    return {
        one.line: Decision.REFUND for one in plan.differences if one.change in (Change.REFUNDED, Change.CANCELLED)
    }


def test_any_exports_of_a_truth_that_grows_give_the_same_ledger() -> None:
    one_history()
