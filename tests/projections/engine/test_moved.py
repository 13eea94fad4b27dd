"""Whatever an event changes of what open pages show is named, so that those who look at it are woken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import psycopg
import pytest

from projections import class_balances, contributions, directory
from projections.engine import moved
from projections.engine.moved import EVERYTHING, MOST_NAMES, funds_name
from projections.figures import coop_sums, receipt_rows
from tests.projections.engine.test_rebuild import rebuilt
from tests.projections.history import History
from tests.projections.projected_ledger import READ, ProjectedLedger, connect


def named(heard: psycopg.Connection[Any]) -> tuple[set[UUID], list[str]]:
    """What was named since one asked last, and the notices that told how far the tables are."""
    ids, told = set[UUID](), []
    for notice in heard.notifies(timeout=10, stop_after=2):
        if notice.channel == "coopledger_moved":
            schema, position, names = notice.payload.split(":")
            ids |= {UUID(name) for name in names.split(",") if name}
            told.append(f"{schema}:{position}")
        else:
            assert told == [notice.payload], "what moved is told just before how far the tables are"
    return ids, told


def shown(ledger: ProjectedLedger) -> Mapping[UUID, object]:
    """What pages that follow show of each coop, campaign and contribution, by the name each goes by."""
    known = [row[0] for row in ledger.rows("SELECT campaign_id FROM campaigns")]
    sheets: dict[UUID, object] = {}
    for campaign_id in known:
        campaign = directory.find_campaign(ledger.read, campaign_id)
        assert campaign is not None
        rows = [row._replace(position=0) for row in class_balances.of_campaign(ledger.read, campaign_id)]
        sheets[campaign_id] = [row for row in rows if row.participants or row.received]
        sheets[campaign.coop_id] = directory.class_labels(ledger.read, campaign.coop_id, campaign.school_year)
        received = receipt_rows.sums(ledger.read, campaign.coop_id)
        sheets[funds_name(campaign.coop_id)] = (coop_sums.account_now(ledger.read, campaign.coop_id), received)
        for row in contributions.of_campaign(ledger.read, campaign_id):
            sheets[row.contribution_id] = (row.status, row.paid, row.tip_paid)
    return sheets


def test_every_event_of_a_year_names_each_coop_campaign_class_list_and_contribution_that_it_changes(
    ledger: ProjectedLedger, year: History
) -> None:
    with connect(ledger.dsn) as heard:
        for channel in ("coopledger_moved", "coopledger_read"):
            heard.execute(f"LISTEN {channel}".encode())
        before, silent, changes = shown(ledger), list[int](), 0
        for fact in year.facts:
            ledger.catch_up(upto=fact.position, announce=True)
            (ids, told), after = named(heard), shown(ledger)
            assert told == [f"{READ}:{fact.position}"]
            changed = {name for name in after if name in before and before[name] != after[name]}
            changes += len(changed)
            assert changed <= ids, fact
            silent += [fact.position] if not ids else []
            before = after
    assert changes > len(year.facts) / 10
    assert len(silent) > len(year.facts) / 10, "papers and the bank wake nobody"


def test_a_batch_that_moves_too_much_to_be_named_says_so(
    ledger: ProjectedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moved, "MOST_NAMES", 20)
    with connect(ledger.dsn) as heard:
        heard.execute("LISTEN coopledger_moved")
        ledger.catch_up(announce=True, batch_size=100)
        names = [notice.payload.split(":")[2] for notice in heard.notifies(timeout=0.5)]
    assert {one == EVERYTHING or one.count(",") < 20 for one in names} == {True}
    assert EVERYTHING in names


def test_tables_that_were_rebuilt_are_told_of_without_a_name(ledger: ProjectedLedger, year: History) -> None:
    ledger.catch_up()
    with connect(ledger.dsn) as heard:
        heard.execute("LISTEN coopledger_read")
        heard.execute("LISTEN coopledger_moved")
        assert rebuilt(ledger).swapped
        assert [notice.payload for notice in heard.notifies(timeout=0.5)] == [f"{READ}:{year.position}"]


def test_as_many_names_as_may_be_fit_into_one_notice() -> None:
    assert len(f"{'s' * 45}:{2**63}:") + 33 * MOST_NAMES < 8_000
