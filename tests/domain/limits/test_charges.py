"""The limits of payments by card are met by a sentence when a price is set and when a basket is placed.

The provider's least is 0,50 € here, its most 999 999,99 €, as Stripe's are in euros.
"""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.allocation import split_equally
from domain.campaign.basket import Child, PlaceContribution
from domain.campaign.settings import SetPaymentOptions, SetTariffs
from domain.errors import AmountInvalid, Conflict
from domain.events.association import Policy
from domain.events.base import InstalmentTerms, Tariff
from domain.events.contribution import ContributionPlaced
from domain.limits.charges import (
    BasketNotChargeable,
    ChargeLimits,
    InstalmentsNotChargeable,
    PartsNotChargeable,
    TariffNotChargeable,
    TipWithoutPayment,
)
from tests.kit.in_memory_ledger import BASKET, InMemoryLedger, child, drafted, published, tariff

LIMITS: Final = ChargeLimits(least=50, most=99_999_999)
THRICE: Final = InstalmentTerms(count=3, interval_months=1)
OPTIONS: Final = {"means": ("card",), "message": "", "policy": Policy(), "limits": LIMITS}


def offered(tariffs: tuple[Tariff, ...], terms: InstalmentTerms | None = None) -> InMemoryLedger:
    """A campaign on line whose tariffs were set before anybody knew of limits."""
    ledger = published(*tariffs)
    ledger.do(SetPaymentOptions, means=("card",), instalments=terms, message="", policy=Policy())
    return ledger


def family(*cents: int | None, tariff_id: str = "t1") -> dict[str, object]:
    """The basket of a family, without a tip."""
    children = tuple(child(number, cents=one, tariff_id=tariff_id) for number, one in enumerate(cents, start=1))
    return {**BASKET, "children": children, "tip_cents": 0, "limits": LIMITS}


@pytest.mark.parametrize(
    ("wrong", "amount"),
    [
        (tariff(30), "0,30"),
        (tariff(49), "0,49"),
        (tariff(1), "0,01"),
        (tariff(30, free=True), "0,30"),
        (tariff(0, 30), "0,30"),
        (tariff(0, 0, 20, 20), "0,20"),
        (tariff(1_000_000_00), "1\u202f000\u202f000,00"),
    ],
)
def test_a_tariff_that_no_card_can_pay_is_refused_when_it_is_set(wrong: Tariff, amount: str) -> None:
    refusal = drafted().refused(
        TariffNotChargeable, SetTariffs, tariffs=(tariff(1_200, tariff_id="t2"), wrong), limits=LIMITS
    )
    assert refusal.french.startswith(f"Le tarif de {amount}\u00a0€ ne peut pas être payé par carte")
    bound = "de 999\u202f999,99\u00a0€ au plus" if amount.startswith("1\u202f") else "d’au moins 0,50\u00a0€"
    assert f"un paiement par carte est {bound}." in refusal.french


@pytest.mark.parametrize(
    "right", [tariff(50), tariff(0), tariff(1_000, 500, 0), tariff(1_000, 20), tariff(0, free=True)]
)
def test_a_tariff_of_which_every_family_can_pay_the_price_is_taken(right: Tariff) -> None:
    assert drafted().do(SetTariffs, tariffs=(right,), limits=LIMITS)


def test_a_tariff_that_is_paid_in_cash_alone_has_no_limits_until_cards_are_taken() -> None:
    ledger = drafted()
    everything = Policy(means=("card", "cash"))
    ledger.do(SetPaymentOptions, **{**OPTIONS, "means": ("cash",), "policy": everything}, instalments=None)
    ledger.do(SetTariffs, tariffs=(tariff(30),), limits=LIMITS)
    refusal = ledger.refused(
        TariffNotChargeable, SetPaymentOptions, **{**OPTIONS, "policy": everything}, instalments=None
    )
    assert "0,50" in refusal.french


@pytest.mark.parametrize("small", [tariff(100), tariff(149), tariff(100, 1_000)])
def test_instalments_that_no_card_can_pay_are_refused_from_either_side(small: Tariff) -> None:
    ledger = drafted()
    ledger.do(SetTariffs, tariffs=(small,), limits=LIMITS)
    refusal = ledger.refused(InstalmentsNotChargeable, SetPaymentOptions, **OPTIONS, instalments=THRICE)
    assert refusal.french.startswith("En 3 fois, 1,")
    assert "chacune est d’au moins 0,50\u00a0€" in refusal.french
    ledger.do(SetTariffs, tariffs=(tariff(1_500),), limits=LIMITS)
    ledger.do(SetPaymentOptions, **OPTIONS, instalments=THRICE)
    ledger.refused(InstalmentsNotChargeable, SetTariffs, tariffs=(small,), limits=LIMITS)
    assert ledger.do(
        SetTariffs,
        tariffs=(tariff(150), tariff(0, tariff_id="t2"), tariff(60, tariff_id="t3", free=True)),
        limits=LIMITS,
    )


@pytest.mark.parametrize("tip_cents", [0, 20, 100])
def test_a_basket_of_an_old_tariff_below_the_least_is_refused_with_a_tip_and_without(tip_cents: int) -> None:
    ledger = offered((tariff(30),))
    refusal = ledger.refused(BasketNotChargeable, PlaceContribution, **{**family(30), "tip_cents": tip_cents})
    assert refusal.french.startswith("Le montant à payer est de 0,30\u00a0€")
    assert "d’au moins 0,50\u00a0€" in refusal.french
    assert "Choisissez un autre tarif" in refusal.french
    assert ledger.do(PlaceContribution, **{**family(30, 30), "tip_cents": tip_cents})


def test_a_basket_whose_parts_are_below_the_least_is_refused_and_paid_at_once_taken() -> None:
    ledger = offered((tariff(100),), THRICE)
    refusal = ledger.refused(PartsNotChargeable, PlaceContribution, **family(100), instalments=3)
    assert refusal.french.startswith("En 3 fois, les échéances seraient de 0,33\u00a0€")
    assert "Payez en une fois" in refusal.french
    # A tip that lifts the first part above the least leaves the others where they were.
    ledger.refused(PartsNotChargeable, PlaceContribution, **{**family(100), "tip_cents": 100}, instalments=3)
    assert ledger.do(PlaceContribution, **family(100))


def test_a_basket_and_its_tip_stay_below_the_most() -> None:
    ledger = offered((tariff(50, free=True),))
    ledger.refused(BasketNotChargeable, PlaceContribution, **family(99_999_999, 50))
    ledger.refused(BasketNotChargeable, PlaceContribution, **{**family(99_999_999), "tip_cents": 1})
    assert ledger.do(PlaceContribution, **family(99_999_999))


def test_cash_at_the_desk_knows_no_limits() -> None:
    ledger = offered((tariff(30),))
    assert ledger.do(PlaceContribution, **family(30), means="cash", desk=True)


@pytest.mark.parametrize(
    ("price", "basket"), [(tariff(0), family(None, None)), (tariff(0), family(0)), (tariff(0, free=True), family(0))]
)
def test_a_basket_of_nothing_is_a_contribution_of_which_nothing_is_due(
    price: Tariff, basket: dict[str, object]
) -> None:
    ledger = offered((price,))
    (placed,) = ledger.do(PlaceContribution, **basket)
    assert isinstance(placed, ContributionPlaced)
    assert {line.cents for line in placed.lines} == {0}
    contribution = next(iter(ledger.campaign.contributions.values()))
    assert (contribution.due, contribution.outstanding, contribution.received) == (0, 0, False)


def test_a_third_child_at_nothing_is_in_the_basket_of_the_family() -> None:
    (placed,) = offered((tariff(1_000, 500, 0),)).do(PlaceContribution, **family(None, None, None, None))
    assert isinstance(placed, ContributionPlaced)
    assert [line.cents for line in placed.lines] == [1_000, 500, 0, 0]


def test_nothing_to_pay_has_neither_a_tip_nor_instalments() -> None:
    ledger = offered((tariff(0),), THRICE)
    refusal = ledger.refused(TipWithoutPayment, PlaceContribution, **{**family(0), "tip_cents": 100})
    assert refusal.french.startswith("Il n’y a rien à payer")
    ledger.refused(Conflict, PlaceContribution, **family(0), instalments=3)


def test_what_is_given_at_a_free_tariff_is_said_even_if_it_is_nothing() -> None:
    ledger = offered((tariff(0, free=True), tariff(1_200, tariff_id="t2")))
    ledger.refused(AmountInvalid, PlaceContribution, **family(None))
    beside: tuple[Child, ...] = (child(1, tariff_id="t2"), child(2))
    ledger.refused(AmountInvalid, PlaceContribution, **{**family(), "children": beside})


@given(st.integers(1, 5_000), st.integers(2, 12))
def test_where_the_parts_of_a_price_cannot_be_charged_no_other_split_of_it_could(cents: int, count: int) -> None:
    """Parts differ by a cent at most: to lift the first above the least would leave another below it."""
    assert LIMITS.takes_parts(cents, count) is (cents >= count * LIMITS.least)
    assert sum(split_equally(cents, count)) == cents
