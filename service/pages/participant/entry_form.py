"""The form of a participant who is added by hand: who pays, the children, how it was paid (S-138)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from starlette.datastructures import FormData

from adapters.people_vault import Person
from domain.calendar import PARIS
from domain.campaign.basket import MAX_CHILDREN, Child, price_basket
from domain.campaign.state import Campaign
from domain.money import MAX_WRITTEN, euros, parse_euros
from domain.school_classes import MAX_LABEL, class_code
from domain.vocabulary.platforms import MAX_REFERENCE, Platform, french_platform, platform_reference
from domain.vocabulary.references import LONGEST_REFERENCE, check_reference
from service.baskets.pricing import free_amount
from service.fields import MAX_EMAIL, MAX_NAME, MAX_PHONE, FieldError, read_email, read_name, read_phone
from service.pages.frame.typed_form import TypedForm

CASH, ELSEWHERE, NOTHING = "especes", "ailleurs", "rien"
"""How a family paid: in cash, on another platform; or nothing was to be paid."""
PLATFORMS: Final = {platform.value: french_platform(platform) for platform in Platform}
"""The other platforms, as the form offers them."""
_ROW: Final = re.compile(r"enfant-([0-9]{1,2})")
_NOON: Final = time(12)
_STEPS: Final = ("cle", "etape")
_UNNAMED: Final = UUID(int=0)
_FIELDS: Final = {"prenom": MAX_NAME, "nom": MAX_NAME, "classe": MAX_LABEL, "formule": 100, "montant": MAX_WRITTEN}
"""The fields of a child, and how much of each is looked at."""


class EnteredChild(NamedTuple):
    """A child as it is typed: its number in the form, what stands in each field."""

    number: int
    fields: Mapping[str, str]


class EnteredFamily(NamedTuple):
    """A basket that was read: who pays, each child's names, class code and tariff, and its price in cents."""

    payer: Person
    pupils: tuple[Person, ...]
    classes: tuple[str, ...]
    tariffs: tuple[str, ...]
    prices: tuple[int, ...]

    @property
    def due(self) -> int:
        """What the basket costs, in cents."""
        return sum(self.prices)


class Received(NamedTuple):
    """What was received of a basket: cents, on which instant, under which number, of which platform."""

    cents: int
    paid_at: datetime
    number: str
    platform: str = ""


def rows_of(form: FormData) -> list[EnteredChild]:
    """Return the children of a form as they were typed, in its order; one that is empty where there is none."""
    numbers = [int(found[1]) for name in form if (found := _ROW.fullmatch(name))][:MAX_CHILDREN]
    typed = TypedForm(form)
    return [
        EnteredChild(at, {name: typed.text(f"{name}-{at}", most) for name, most in _FIELDS.items()})
        for at in numbers or [0]
    ]


def read_entry(
    typed: TypedForm, rows: list[EnteredChild], campaign: Campaign, known: tuple[str, ...], phone_region: str
) -> EnteredFamily:
    """Read who pays and the children; what is wrong is said at its field."""
    payer = Person(
        typed.read("first_name", read_name, "", MAX_NAME, missing="Indiquez le prénom du payeur."),
        typed.read("last_name", read_name, "", MAX_NAME, missing="Indiquez le nom du payeur."),
        typed.read("email", lambda written: read_email(written) if written.strip() else "", "", MAX_EMAIL),
        typed.read(
            "phone", lambda written: read_phone(written, phone_region) if written.strip() else "", "", MAX_PHONE
        ),
    )
    pupils, classes, children = [], [], []
    for row in rows:
        at = row.number
        pupils.append(
            Person(
                typed.read(f"prenom-{at}", read_name, "", MAX_NAME, missing="Indiquez le prénom de l’enfant."),
                typed.read(f"nom-{at}", read_name, "", MAX_NAME, missing="Indiquez le nom de l’enfant."),
            )
        )
        classes.append(typed.read(f"classe-{at}", partial(_class, known=known), "", MAX_LABEL))
        children.append(_child(typed, row, campaign))
    priced = () if typed.errors else price_basket(campaign.tariffs, children)
    return EnteredFamily(payer, tuple(pupils), tuple(classes), tuple(child.tariff_id for child in children), priced)


def _class(written: str, known: tuple[str, ...]) -> str:
    return class_code(written, known) if written.strip() else ""


def _child(typed: TypedForm, row: EnteredChild, campaign: Campaign) -> Child:
    """Read the tariff of a child, and what it gives at a free one; who it is comes later."""
    tariff_id = typed.text(f"formule-{row.number}", 100)
    tariff = campaign.tariffs.get(tariff_id)
    if tariff is None:
        typed.refuse(f"formule-{row.number}", "Choisissez une formule.")
        return Child(participant_id=_UNNAMED, class_label="", tariff_id="")
    cents = None
    if tariff.free:
        cents = typed.read(f"montant-{row.number}", partial(free_amount, tariff), 0, MAX_WRITTEN)
    return Child(participant_id=_UNNAMED, class_label="", tariff_id=tariff_id, cents=cents)


def read_received(typed: TypedForm, means: str, due: int, now: datetime, today: date) -> Received:
    """Read what was received: cash under its slip, or what another platform took under its number there."""
    day = typed.day("jour", today)
    paid_at = min(datetime.combine(day, _NOON, PARIS).astimezone(UTC), now)
    cents = typed.read("recu", partial(_received, due=due), 0, MAX_WRITTEN)
    if means == CASH:
        slip = typed.read("bordereau", _slip, "", LONGEST_REFERENCE, missing="Indiquez le numéro du bordereau.")
        return Received(cents, paid_at, slip)
    platform = typed.read("plateforme", _platform, "")
    missing = "Indiquez le numéro du paiement."
    return Received(cents, paid_at, typed.read("numero", _number, "", MAX_REFERENCE, missing=missing), platform)


def _received(written: str, due: int) -> int:
    cents = parse_euros(written)
    if not 0 < cents <= due:
        raise FieldError(f"Le montant reçu va de 0,01\u00a0€ à {euros(due)}.")
    return cents


def _slip(written: str) -> str:
    return check_reference(written.strip().upper())


def _number(written: str) -> str:
    return platform_reference(written.strip().upper())


def _platform(written: str) -> str:
    if written not in PLATFORMS:
        raise FieldError("Choisissez la plateforme.")
    return written


def digest_of(form: FormData) -> str:
    """Return what identifies all that was typed: the same form sent twice adds one basket."""
    told = sorted((name, value) for name, value in form.multi_items() if isinstance(value, str) and name not in _STEPS)
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()
