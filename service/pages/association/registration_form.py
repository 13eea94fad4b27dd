"""What is typed to register a coop: who it is, where its money goes, who holds its mandate (S-02)."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from starlette.datastructures import FormData

from adapters.fields.banks import Bank, bank_of
from adapters.fields.iban import MAX_IBAN, read_iban, spaced_iban
from adapters.member_accounts import MemberProfile
from domain.calendar import fiscal_year, fiscal_year_bounds
from domain.events.coop import CoopDetails
from service.coops.appointments import Appointment
from service.fields import MAX_DAY, FieldError, read_reference, read_title
from service.pages.frame.typed_form import TypedForm
from service.pages.frame.visit import MemberVisit

_SUMMER: Final = 7
"""From July on a new mandate is for the school year that comes."""
_LONGEST_MANDATE: Final = 5
"""School years: a conseil chooses its mandataire again long before."""
_NUMBER: Final = "Un numéro d’affiliation n’a que des lettres, des chiffres et des tirets, sans blanc."
FIELDS: Final = (
    *("school", "address", "town", "name", "affiliation_number", "iban"),
    *("first_name", "last_name", "email", "valid_from", "valid_to"),
)
"""The fields of the form, in their order."""


class TypedCoop(NamedTuple):
    """What a form says of a new coop; ``iban`` is empty where it is registered later."""

    details: CoopDetails
    iban: str
    profile: MemberProfile
    valid_from: date
    valid_to: date

    @property
    def bank(self) -> Bank | None:
        """The bank of the IBAN, to be shown back."""
        return bank_of(self.iban) if self.iban else None

    @property
    def iban_spaced(self) -> str:
        """The IBAN in groups of four, as papers print it."""
        return spaced_iban(self.iban)


def default_mandate(today: date) -> tuple[date, date]:
    """Return the days of a mandate that begins now: to the end of the school year, in summer of the next one."""
    year = today.year if today.month >= _SUMMER else fiscal_year(today)
    first, last = fiscal_year_bounds(year)
    return min(first, today), last


def empty_form(today: date) -> dict[str, str]:
    """Return what the form holds before anything is typed."""
    first, last = default_mandate(today)
    return dict.fromkeys(FIELDS, "") | {"valid_from": first.isoformat(), "valid_to": last.isoformat()}


def read_coop(form: FormData, today: date) -> tuple[TypedForm, TypedCoop]:
    """Read the form; what of it cannot be taken is among the errors."""
    typed = TypedForm(form)
    details = CoopDetails(
        school=typed.read("school", read_title, "", missing="Indiquez l’école."),
        town=typed.read("town", read_title, "", missing="Indiquez la ville."),
        name=typed.read("name", read_title, "", missing="Donnez un nom à la coopérative."),
        affiliation_number=typed.read("affiliation_number", _number, "", missing="Indiquez le numéro d’affiliation."),
        address=typed.read("address", read_title, "", missing="Indiquez l’adresse postale de l’école."),
    )
    iban = typed.read("iban", read_iban, "", MAX_IBAN) if typed.text("iban", MAX_IBAN).strip() else ""
    profile = typed.person()
    first, last = read_mandate_days(typed, today)
    return typed, TypedCoop(details, iban, profile, first, last)


def _number(typed: str) -> str:
    try:
        return read_reference(typed.strip())
    except FieldError as refusal:
        raise FieldError(_NUMBER) from refusal


def read_mandate_days(typed: TypedForm, today: date) -> tuple[date, date]:
    """Read the first and the last day of a mandate."""
    typed.text("valid_from", MAX_DAY)
    first, last = typed.day("valid_from", today), typed.day("valid_to", today)
    if "valid_to" not in typed.errors and "valid_from" not in typed.errors:
        if last < max(first, today):
            typed.refuse("valid_to", "Le dernier jour du mandat est passé, ou avant le premier.")
        elif last.year - first.year > _LONGEST_MANDATE:
            typed.refuse(
                "valid_to", f"Un mandat dure {_LONGEST_MANDATE} ans au plus\u00a0: choisissez un jour plus proche."
            )
    return first, last


def appointment(
    visit: MemberVisit, key: str, coop_id: UUID, profile: MemberProfile, days: tuple[date, date]
) -> Appointment:
    """Return the appointment that a form asks for; sent again with its key and the same address it is the same one."""
    member_id = visit.new_id(key, f"member {profile.email}")
    return Appointment(coop_id, member_id, visit.new_id(key, f"mandate {profile.email}"), profile, *days)
