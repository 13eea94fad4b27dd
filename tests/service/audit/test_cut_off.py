"""The entries of a year's end are worked out again: what a closing carries over, and nothing beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

import psycopg
import pytest

from adapters.local_postgres import LocalPostgres
from adapters.log.ledger import Ledger
from domain.aggregate import Stamp
from domain.association.commands import ChangePolicy
from domain.calendar import add_months
from domain.campaign.settings import SetTariffs
from domain.closings.close_period import ClosePeriod, PapersSeen
from domain.events.association import CutOff, Policy
from domain.events.base import Tariff
from domain.events.closings.cut_off import DeferredIncomeReleased, DeferredPart, IncomeDeferred
from domain.events.closings.period import CoverageState, PeriodClosed, ProviderCoverage
from projections.engine.runner import install
from service.audit.findings import AuditFinding, FindingKind
from service.audit.place import AuditPlace, find_place
from service.audit.verification import verify_ledger
from tests.kit.databases import fresh_database
from tests.kit.postgres_ledger import BY, PRICE, STAMP, opened_ledger, pay, publish_campaign, register_association, run
from tests.service.audit.conftest import show
from tests.service.audit.forger import Forger

CHOSEN = Stamp(at=datetime(2026, 5, 4, 8, tzinfo=UTC), by=BY)
CLOSED = Stamp(at=datetime(2027, 9, 10, 8, tzinfo=UTC), by=BY)


class Carried(NamedTuple):
    """A ledger whose closed year carried income over: where it is, who forges it, where its entries stand."""

    place: AuditPlace
    forger: Forger
    campaign_id: UUID
    year: int
    deferred: int
    released: int

    def found(self) -> list[AuditFinding]:
        """Verify without waiting for a projector: none runs here."""
        return list(verify_ledger(self.place, patience=0).findings)


@pytest.fixture
def carried(postgres: LocalPostgres) -> Iterator[Carried]:
    """« Rattachement » was chosen in an earlier exercise; a family paid in 2026-2027 for the year after."""
    with fresh_database(postgres) as database:
        with opened_ledger(database) as ledger:
            campaign_id = close_year(ledger)
            with psycopg.connect(ledger.projector_dsn, autocommit=True) as connection:
                install(connection, ledger.read_schema)
            show(ledger)
            kinds = (PeriodClosed, IncomeDeferred, DeferredIncomeReleased)
            stands = {type(fact.event): fact.position for fact in ledger.store.events(1, 1_000)}
            association_id = ledger.association_id
        forger = Forger(database, association_id)
        yield Carried(find_place(database, "ad06"), forger, campaign_id, *(stands[kind] for kind in kinds))


def close_year(ledger: Ledger) -> UUID:
    """Take a payment for the next year, then close the twelve months and the year."""
    policy = ChangePolicy(stream_id=ledger.association_id, stamp=CHOSEN, policy=Policy(cut_off=CutOff.BY_VALIDITY))
    run(ledger.bus, register_association(ledger), policy)
    ids = publish_campaign(ledger.bus, ledger)
    tariff = Tariff(
        tariff_id="t1", label="Un enfant", tiers=(PRICE,), valid_from=date(2027, 9, 1), valid_to=date(2028, 8, 31)
    )
    run(ledger.bus, SetTariffs(stream_id=ids.campaign_id, stamp=STAMP, tariffs=(tariff,)))
    pay(ledger.bus, ids.campaign_id, "pi_1")
    provider = ProviderCoverage(state=CoverageState.NO_PROVIDER)
    months = [("month", add_months(date(2026, 9, 1), number)) for number in range(12)]
    for kind, first_day in (*months, ("year", date(2026, 9, 1))):
        wish = ClosePeriod(
            stream_id=ids.coop_id,
            stamp=CLOSED,
            kind=kind,
            first_day=first_day,
            provider=provider,
            deferring_since=2026,
            papers=PapersSeen(asking=ledger.bus.totals(ids.coop_id).totals.asking, waiting=False),
        )
        run(ledger.bus, wish)
    return ids.campaign_id


def test_a_year_that_carries_income_over_verifies_sound(carried: Carried) -> None:
    assert (carried.deferred, carried.released) == (carried.year + 1, carried.year + 2)
    assert carried.found() == []


def test_another_amount_in_both_entries_is_found_at_the_closing_of_the_year(carried: Carried) -> None:
    for position in (carried.deferred, carried.released):
        carried.forger.replace(position, f'"cents":{PRICE}', f'"cents":{PRICE - 1}')
    carried.forger.chain_again()
    carried.forger.rebuild()
    (found,) = carried.found()
    assert (found.kind, found.position) == (FindingKind.CLOSING, carried.year)
    assert "n’est pas suivie des produits constatés d’avance que le registre demande" in found.sentence


def test_an_entry_behind_the_closing_of_a_month_is_found_at_that_closing(carried: Carried) -> None:
    part = DeferredPart(campaign_id=carried.campaign_id, class_code="CP", cents=1)
    alone = IncomeDeferred(at=CLOSED.at, by=BY, entered_on=date(2027, 8, 31), parts=(part,))
    carried.forger.put_in_place_of(carried.year - 1, alone)
    carried.forger.chain_again()
    carried.forger.rebuild()
    first, *_ = (one for one in carried.found() if one.kind is FindingKind.CLOSING)
    assert first.position == carried.year - 2
    assert "n’est pas suivie des produits constatés d’avance que le registre demande" in first.sentence


def test_an_entry_that_follows_no_closing_is_said_to_follow_none(carried: Carried) -> None:
    part = DeferredPart(campaign_id=carried.campaign_id, class_code="CP", cents=1)
    carried.forger.put_in_place_of(1, IncomeDeferred(at=CLOSED.at, by=BY, entered_on=date(2027, 8, 31), parts=(part,)))
    carried.forger.chain_again()
    found = [one for one in carried.found() if "ne suit la clôture d’aucun exercice" in one.sentence]
    assert [(one.kind, one.position) for one in found] == [(FindingKind.CLOSING, 1)]
