"""What a basket costs: each child at its tariff, siblings by their rank, free amounts as typed; the tip apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple
from uuid import UUID

from domain.campaign.basket import Child, price_basket
from domain.errors import AmountInvalid
from domain.events.base import Tariff
from domain.money import euros, parse_euros
from service.baskets.basket import NO_TIP, Basket, BasketChild
from service.fields import FieldError

MOST: Final = 10_000_00
"""Above it, a contribution or a tip is a typing mistake: cents."""
SUGGESTED: Final = "suggested"
OTHER: Final = "other"
_SUGGESTED_PERCENT: Final = 8
_FIXED: Final = {"100": 1_00}


class Tip(NamedTuple):
    """One choice of tip: its value in the form, its cents."""

    value: str
    cents: int


def read_amount(typed: str, least: int, most: int = MOST) -> int:
    """Read a typed amount of euros into cents.

    Raises:
        FieldError: no amount, or out of bounds.

    """
    try:
        cents = parse_euros(typed)
    except AmountInvalid:
        raise FieldError("Ce montant n’est pas valable. Exemple\u00a0: 15 ou 15,50.") from None
    if cents < least:
        raise FieldError(f"Le montant est d’au moins {euros(least)}.")
    if cents > most:
        raise FieldError(f"Le montant est de {euros(most)} au plus. Vérifiez la virgule.")
    return cents


def free_amount(tariff: Tariff, typed: str) -> int:
    """Read what a family gives at a free tariff, at least its minimum; nothing, where it has none.

    Raises:
        FieldError: no amount, or out of bounds.

    """
    return read_amount(typed, tariff.tiers[0])


def prices(tariffs: Mapping[str, Tariff], children: list[BasketChild]) -> list[int | None]:
    """Return the cents of each child, None where the tariff or the amount is still to be given."""
    known = [(number, child) for number, child in enumerate(children) if child.tariff_id in tariffs]
    found: list[int | None] = [None] * len(children)
    ranked = tuple(
        Child(participant_id=UUID(int=number), class_label="", tariff_id=child.tariff_id) for number, child in known
    )
    for (number, child), price in zip(known, price_basket(tariffs, ranked), strict=True):
        found[number] = _price(tariffs[child.tariff_id], child, price)
    return found


def rank_prices(tariffs: Mapping[str, Tariff], children: list[BasketChild]) -> list[dict[str, int]]:
    """Return for each child what each tariff would cost it beside the children before it, the free ones apart."""
    found: list[dict[str, int]] = []
    ranks: Counter[str] = Counter()
    for child in children:
        fixed = {key: tariff.tiers for key, tariff in tariffs.items() if not tariff.free}
        found.append({key: tiers[min(ranks[key], len(tiers) - 1)] for key, tiers in fixed.items()})
        ranks[child.tariff_id] += 1
    return found


def total_of(tariffs: Mapping[str, Tariff], children: list[BasketChild]) -> int:
    """Return what a basket costs as far as it is filled in, the tip apart, in cents."""
    return sum(cents or 0 for cents in prices(tariffs, children))


def _price(tariff: Tariff, child: BasketChild, price: int) -> int | None:
    if not tariff.free:
        return price
    try:
        return free_amount(tariff, child.amount)
    except FieldError:
        return None


def tips(total: int) -> tuple[Tip, ...]:
    """Return the tips that are proposed for a total, none first (S-209); 8 % is what the guide's example shows.

    Nothing is proposed where nothing is paid: a tip helps with what a payment costs the platform.
    """
    if not total:
        return ()
    suggested = (total * _SUGGESTED_PERCENT + 50) // 100
    proposed = {NO_TIP: 0, **_FIXED, SUGGESTED: suggested}
    return tuple(Tip(value, cents) for value, cents in proposed.items() if cents or value == NO_TIP)


def tip_cents(basket: Basket, total: int) -> int:
    """Return the cents of the chosen tip; where nothing is paid there is none.

    Raises:
        FieldError: another amount was chosen and cannot be read.

    """
    if not total:
        return 0
    if basket.tip == OTHER:
        return read_amount(basket.tip_amount or "0", 0)
    return {tip.value: tip.cents for tip in tips(total)}.get(basket.tip, 0)
