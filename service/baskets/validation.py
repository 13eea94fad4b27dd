"""What is still wrong with a basket, step by step: a sentence for each field, by the name of the field in its form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Final

from domain.limits.charges import BasketNotChargeable, ChargeLimits
from domain.money import euros
from service.baskets.basket import Basket, BasketChild
from service.baskets.pricing import free_amount, prices, total_of
from service.baskets.questions import AskedQuestion, asked_by, read_answer
from service.fields import FieldError, read_email, read_name
from service.fields.named import named, read_own_first_name, read_own_last_name, told_of
from service.public_campaigns import PublicCampaign

Errors = dict[str, str]
_CHOOSE: Final = "Choisissez un tarif."
_GONE: Final = "Ce tarif n’est plus proposé. Choisissez-en un autre."
_read_first_name: Final = named(read_name, "Prénom", "Indiquez le prénom de l’enfant.")
_read_last_name: Final = named(read_name, "Nom", "Indiquez le nom de l’enfant.")


def check_children(public_campaign: PublicCampaign, basket: Basket, limits: ChargeLimits) -> Errors:
    """Return what is wrong with the children, their tariffs, what they come to, and who pays (S-182…S-184)."""
    errors: Errors = {}
    for child in basket.children:
        _check_names(errors, child)
        _check_tariff(errors, public_campaign, child)
    if not any(field.startswith(("tariff-", "amount-")) for field in errors):
        _check_total(errors, public_campaign, basket, limits)
    _try(errors, "first_name", read_own_first_name, basket.first_name)
    _try(errors, "last_name", read_own_last_name, basket.last_name)
    _try(errors, "email", read_email, basket.email)
    return errors


def _check_names(errors: Errors, child: BasketChild) -> None:
    _try(errors, f"first_name-{child.key}", _read_first_name, child.first_name)
    _try(errors, f"last_name-{child.key}", _read_last_name, child.last_name)


def _check_tariff(errors: Errors, public_campaign: PublicCampaign, child: BasketChild) -> None:
    tariff = public_campaign.tariffs.get(child.tariff_id)
    if tariff is None:
        errors[f"tariff-{child.key}"] = _GONE if child.tariff_id else _CHOOSE
    elif tariff.free:
        _try(errors, f"amount-{child.key}", partial(free_amount, tariff), child.amount)


def _check_total(errors: Errors, public_campaign: PublicCampaign, basket: Basket, limits: ChargeLimits) -> None:
    """Say that no card can pay the basket, at what its family can change: an amount of its own, or a tariff."""
    try:
        limits.check_basket(total_of(public_campaign.tariffs, basket.children), tip_cents=0, count=1)
    except BasketNotChargeable as refusal:
        free = [child.key for child in basket.children if public_campaign.tariffs[child.tariff_id].free]
        errors[f"amount-{free[-1]}" if free else f"tariff-{basket.children[-1].key}"] = refusal.french


def check_answers(public_campaign: PublicCampaign, basket: Basket, today: date) -> Errors:
    """Return what is wrong with the names and answers given for each child (S-194, S-195)."""
    errors: Errors = {}
    asked = asked_by(public_campaign)
    for child in basket.children:
        _check_names(errors, child)
        for one in asked:
            typed = child.answers.get(one.question.name, "")
            _try(errors, f"{one.question.name}-{child.key}", _reader(public_campaign, one, today), typed)
    return errors


def _reader(public_campaign: PublicCampaign, asked: AskedQuestion, today: date) -> Callable[[str], object]:
    return lambda typed: read_answer(asked, typed, public_campaign.classes, today, public_campaign.phone_region)


def summary(errors: Errors, called: Mapping[str, str], asked: Iterable[AskedQuestion]) -> Errors:
    """Return the sentences as they stand together: each names its question, and its child as it is ``called``.

    ``called`` holds what the page calls each child, by its key; nothing where there is one alone.
    """
    labels = {one.question.name: one.question.label for one in asked}
    told: Errors = {}
    for field, sentence in errors.items():
        name, _, key = field.partition("-")
        of_question = told_of(labels[name], sentence) if key and name in labels else sentence
        told[field] = f"{called[key]} – {of_question}" if key in called else of_question
    return told


def price_change(public_campaign: PublicCampaign, basket: Basket) -> str:
    """Return a sentence when prices are not those that the family was last shown, else nothing (AN-2)."""
    now = [cents or 0 for cents in prices(public_campaign.tariffs, basket.children)]
    if not basket.seen or basket.seen == now:
        return ""
    before, after = euros(sum(basket.seen)), euros(sum(now))
    return (
        f"Un tarif de cette collecte a changé\u00a0: le montant passe de {before} à {after}. "
        "Vérifiez votre panier. Rien n’a été débité."
    )


def _try(errors: Errors, name: str, read: Callable[[str], object], typed: str) -> None:
    """Note the sentence of what cannot be read."""
    try:
        read(typed)
    except FieldError as refusal:
        errors[name] = refusal.french
