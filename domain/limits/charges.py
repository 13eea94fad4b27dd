"""What a payment by card can be: the bounds that a payment provider sets, as the rules of campaigns see them.

They are data that comes with a command: the domain knows no provider. A price is nothing at all, which needs no
payment, or an amount that can be charged; so is each part of a price that is paid in several times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

from domain.allocation import split_equally
from domain.errors import AmountInvalid, Conflict
from domain.events.base import InstalmentTerms, Tariff, Value
from domain.money import MAX_CENTS, Cents, euros


class TariffNotChargeable(AmountInvalid):
    """A tariff that no family could pay by card."""

    code = "tariff-not-chargeable"
    sentence = (
        "Le tarif de {amount} ne peut pas être payé par carte\u00a0: un paiement par carte est {bound}. "
        "Changez ce montant, ou indiquez 0,00\u00a0€ pour un tarif gratuit. Rien n’a été enregistré."
    )


class InstalmentsNotChargeable(AmountInvalid):
    """A tariff whose parts could not be charged, in as many times as the campaign offers."""

    code = "instalments-not-chargeable"
    sentence = (
        "En {count} fois, {amount} donnent des échéances de {part}\u00a0: par carte, chacune est {bound}. "
        "Augmentez ce tarif, ou réduisez le nombre de paiements. Rien n’a été enregistré."
    )


class BasketNotChargeable(Conflict):
    """A basket whose amount cannot be paid by card."""

    code = "basket-not-chargeable"
    sentence = (
        "Le montant à payer est de {amount}\u00a0: un paiement par carte est {bound}. Choisissez un autre "
        "tarif ou un autre montant, ou adressez-vous à la coopérative. Rien n’a été débité."
    )


class PartsNotChargeable(BasketNotChargeable):
    """A basket that can be paid at once, and not in several times."""

    code = "parts-not-chargeable"
    sentence = (
        "En {count} fois, les échéances seraient de {part}\u00a0: par carte, chacune est {bound}. "
        "Payez en une fois. Rien n’a été débité."
    )


class TipWithoutPayment(Conflict):
    """A tip on a basket of nothing: it helps with what a payment costs the platform, and there is none (S-209)."""

    code = "tip-without-payment"
    sentence = (
        "Il n’y a rien à payer\u00a0: le pourboire, qui s’ajoute à un paiement, n’est pas proposé. Rien n’a été débité."
    )


class ChargeLimits(Value, frozen=True, kw_only=True):
    """The least and the most that can be charged at once, in cents."""

    least: Cents = 1
    most: Cents = MAX_CENTS

    def takes(self, cents: int) -> bool:
        """Whether an amount can be charged."""
        return self.least <= cents <= self.most

    def takes_parts(self, cents: int, count: int) -> bool:
        """Whether each of the parts in which an amount is paid can be charged: the last is the smallest."""
        return all(self.takes(part) for part in split_equally(cents, count))

    def bound(self, cents: int) -> str:
        """The limit that an amount does not keep, as sentences say it."""
        return f"de {euros(self.most)} au plus" if cents > self.most else f"d’au moins {euros(self.least)}"

    def check_tariffs(self, tariffs: Iterable[Tariff], terms: InstalmentTerms | None) -> None:
        """Refuse a tariff of which a family of some size, or one who gives its minimum, could not pay the price.

        Families choose what they give at a free tariff: whether it can be paid in several times is for their basket.

        Raises:
            AmountInvalid: with the limit, and what to do, in its sentence.

        """
        count = 1 if terms is None else terms.count
        for tariff in tariffs:
            for cents in _prices(tariff):
                if not self.takes(cents):
                    raise TariffNotChargeable(amount=euros(cents), bound=self.bound(cents), cents=cents)
                if not tariff.free and not self.takes_parts(cents, count):
                    part = split_equally(cents, count)[-1]
                    raise InstalmentsNotChargeable(
                        amount=euros(cents), part=euros(part), count=count, bound=self.bound(part)
                    )

    def check_basket(self, cents: int, tip_cents: int, count: int) -> None:
        """Refuse a basket that cannot be charged: by itself, as a tip is voluntary, and with its tip.

        Nothing at all needs no payment, and has neither tip nor parts.

        Raises:
            Conflict: with the limit, and what to do, in its sentence.

        """
        if not cents:
            if tip_cents:
                raise TipWithoutPayment(tip=tip_cents)
            if count != 1:
                raise Conflict(instalments=count, cents=0)
            return
        if not self.takes(cents):
            raise BasketNotChargeable(amount=euros(cents), bound=self.bound(cents), cents=cents)
        parts = split_equally(cents, count)
        if not all(self.takes(part) for part in parts):
            raise PartsNotChargeable(part=euros(parts[-1]), count=count, bound=self.bound(parts[-1]))
        first = parts[0] + tip_cents
        if not self.takes(first):
            raise BasketNotChargeable(amount=euros(first), bound=self.bound(first), tip=tip_cents)


ANY_CHARGE: Final = ChargeLimits()
"""Where no provider sets limits: what is not paid by card, or an installation without a provider."""


def _prices(tariff: Tariff) -> Iterator[int]:
    """What a tariff can make a family owe by itself, nothing left out: larger families only owe more."""
    yield from filter(None, tariff.tiers if tariff.free else accumulate(tariff.tiers))
