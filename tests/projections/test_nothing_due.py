"""Children who cost nothing are participants, in every figure and by the second engine, while their basket stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection

from domain.campaign.basket import AbandonContribution
from domain.campaign.settings import SetTariffs
from domain.events import encode
from domain.events.base import Tariff
from projections import class_balances, contributions, participants
from projections.contributions import NOTHING_DUE
from reports.payments_table import payments_table
from tests.oracle.checks import fold
from tests.projections.history import YEAR, History
from tests.projections.projected_ledger import projected
from tests.reports.example_rows import HEAD, PROVENANCE


def offer(history: History, campaign_id: UUID, *tiers: int) -> None:
    """Set the one tariff of a campaign."""
    tariff = Tariff(tariff_id="t1", label="Un enfant", tiers=tiers, valid_from=YEAR[0], valid_to=YEAR[1])
    history.do(SetTariffs, campaign_id, tariffs=(tariff,))


def counted(read: Connection[Any], campaign_id: UUID) -> dict[str, tuple[int, int, int]]:
    """The participants, the due and the balance of each class, as sheets show them."""
    sheet = class_balances.of_campaign(read, campaign_id)
    return {row.class_code: (row.participants, row.due, row.balance) for row in sheet}


def by_the_oracle(history: History, coop_id: UUID) -> dict[str, tuple[int, int, int]]:
    """The same by the second engine; a class without anybody and without money is not shown."""
    output = fold((fact.position, fact.stream_id, fact.event.TOPIC, encode(fact.event)) for fact in history.facts)
    sheets = output.people.sheets(output.books, str(coop_id))
    figures = {code: (one.participants, one.due, one.held) for (_, code), one in sheets.items()}
    return {code: sums for code, sums in figures.items() if any(sums)}


def test_a_third_child_at_nothing_and_a_basket_of_nothing_are_participants_while_they_stand(database: str) -> None:
    history = History()
    coop_id = history.coop()
    campaign_id = history.campaign(coop_id)
    offer(history, campaign_id, 1_000, 500, 0)
    paid = history.place(campaign_id, "CPA", "CE1", "CM2")
    history.pay(campaign_id, paid)
    history.place(campaign_id, "CPA", "CPA", "CM2")  # left without a payment
    given_back = history.place(campaign_id, "CE1", "CE1", "CM2", tip=0)
    history.pay(campaign_id, given_back)
    history.settle_refund(campaign_id, history.refund(campaign_id, given_back, 1_500))
    offer(history, campaign_id, 0)
    free = history.place(campaign_id, "CE2-CM1", "CM2", tip=0)
    left = history.place(campaign_id, "CE2-CM1", tip=0)
    history.do(AbandonContribution, campaign_id, contribution_id=left, reason="changed")
    expected = {"CPA": (1, 1_000, 1_000), "CE1": (1, 500, 500), "CM2": (2, 0, 0), "CE2-CM1": (1, 0, 0)}
    with projected(database, history.facts) as ledger:
        ledger.catch_up()
        assert counted(ledger.read, campaign_id) == expected == by_the_oracle(history, coop_id)
        rows = contributions.of_campaign(ledger.read, campaign_id)
        found = {row.contribution_id: row.status for row in rows}
        assert (found[paid], found[given_back], found[free], found[left]) == (
            "received",
            "refunded",
            NOTHING_DUE,
            "abandoned",
        )
        assert [one.takes_part for one in participants.of_contribution(ledger.read, paid)] == [True, True, True]
        assert [one.takes_part for one in participants.of_contribution(ledger.read, given_back)] == [False] * 3
        assert [one.takes_part for one in participants.of_contribution(ledger.read, free)] == [True, True]
        check_payments_table(ledger.read, campaign_id)


def check_payments_table(read: Connection[psycopg.rows.TupleRow], campaign_id: UUID) -> None:
    """The basket of nothing is listed as such, without a means or a day, and a child at nothing; who left is not."""
    orders, children = contributions.of_campaign(read, campaign_id), participants.of_campaign(read, campaign_id)
    payers, by_child = payments_table(PROVENANCE, HEAD, orders, children, {}, {}).tables
    assert payers.sum_of("Participants") == by_child.sum_of("Participants") == 5
    free = [row for row in payers.rows() if row[3] == "Rien à payer"]
    assert [(row[4], row[5], row[6], row[7], row[8]) for row in free] == [(2, 0, "", None, 0)]
    assert len([row for row in by_child.rows() if row[2] == "Rien à payer"]) == 3
