"""What is still wrong with a basket, step by step: a sentence for each field, by the name of the field in its form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

from domain.money import euros
from service.baskets.basket import Basket, BasketChild
from service.baskets.pricing import free_amount, prices
from service.baskets.questions import AskedQuestion, asked_by, read_answer
from service.fields import FieldError, read_email, read_name
from service.public_campaigns import PublicCampaign

Errors = dict[str, str]
_CHOOSE: Final = "Choisissez un tarif."
_GONE: Final = "Ce tarif n’est plus proposé. Choisissez-en un autre."


def check_children(face: PublicCampaign, draft: Basket) -> Errors:
    """Return what is wrong with the children, their tariffs and who pays (S-182…S-184)."""
    errors: Errors = {}
    for child in draft.children:
        _try(errors, f"first_name-{child.key}", read_name, child.first_name)
        _try(errors, f"last_name-{child.key}", read_name, child.last_name)
        _check_tariff(errors, face, child)
    _try(errors, "first_name", read_name, draft.first_name)
    _try(errors, "last_name", read_name, draft.last_name)
    _try(errors, "email", read_email, draft.email)
    return errors


def _check_tariff(errors: Errors, face: PublicCampaign, child: BasketChild) -> None:
    tariff = face.tariffs.get(child.tariff_id)
    if tariff is None:
        errors[f"tariff-{child.key}"] = _GONE if child.tariff_id else _CHOOSE
    elif tariff.free:
        _try(errors, f"amount-{child.key}", partial(free_amount, tariff), child.amount)


def check_answers(face: PublicCampaign, draft: Basket, today: date) -> Errors:
    """Return what is wrong with the names and answers given for each child (S-194, S-195)."""
    errors: Errors = {}
    asked = asked_by(face.shown)
    for child in draft.children:
        _try(errors, f"first_name-{child.key}", read_name, child.first_name)
        _try(errors, f"last_name-{child.key}", read_name, child.last_name)
        for one in asked:
            typed = child.answers.get(one.question.name, "")
            _try(errors, f"{one.question.name}-{child.key}", _reader(face, one, today), typed)
    return errors


def _reader(face: PublicCampaign, asked: AskedQuestion, today: date) -> Callable[[str], object]:
    return lambda typed: read_answer(asked, typed, face.classes, today)


def price_change(face: PublicCampaign, draft: Basket) -> str:
    """Return a sentence when prices are not those that the family was last shown, else nothing (AN-2)."""
    now = [cents or 0 for cents in prices(face.tariffs, draft.children)]
    if not draft.seen or draft.seen == now:
        return ""
    before, after = euros(sum(draft.seen)), euros(sum(now))
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
