"""A coop as its own page shows it: who holds its mandate, what is done, what is still to do (S-27)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.association.state import Association
from domain.calendar import fiscal_year
from domain.coop.state import Coop
from domain.rights.roles import MemberRole
from service.coops.bank_accounts import BankAccountStatus, ShownAccount
from service.members.names import person_names
from service.runtime.open_ledger import OpenLedger


class MandateLine(NamedTuple):
    """A mandate that was given and not withdrawn, with its holder's name."""

    mandate_id: UUID
    holder_id: UUID
    name: str
    valid_from: date
    valid_to: date
    state: str


class StaffContact(NamedTuple):
    """A member of the association's office, to write to."""

    name: str
    email: str


class StepState(StrEnum):
    """How far a step of opening a coop is."""

    DONE = "done"
    TO_DO = "to-do"
    WAITING = "waiting"


class OpeningStep(NamedTuple):
    """One step of opening a coop: a sentence, how far it is, and where below the coop's page it is done."""

    sentence: str
    state: StepState
    below: str = ""


def mandate_lines(opened: OpenLedger, coop: Coop, today: date) -> list[MandateLine]:
    """Return the mandates of a coop, those that hold today first, then by their days."""
    names = person_names(opened, {holder for holder, _, _ in coop.mandates.values()})
    lines = [
        MandateLine(mandate_id, holder, names[holder], first, last, _mandate_state(first, last, today))
        for mandate_id, (holder, first, last) in coop.mandates.items()
    ]
    return sorted(lines, key=lambda one: (not one.valid_from <= today <= one.valid_to, one.valid_from, one.name))


def office_contacts(opened: OpenLedger, association: Association, today: date) -> list[StaffContact]:
    """Return who of the association's office can be written to, each once."""
    held = association.roles.values()
    ids = dict.fromkeys(one.member_id for one in held if one.role is MemberRole.STAFF and one.holds_on(today))
    found = [opened.members.members.by_id(member_id) for member_id in ids]
    return [
        StaffContact(f"{one.profile.first_name} {one.profile.last_name}", one.profile.email)
        for one in found
        if one is not None
    ]


def opening_steps(coop: Coop, accounts: list[ShownAccount], charter_version: int, today: date) -> list[OpeningStep]:
    """Return the steps of opening a coop in their order; all done, nothing is left to do."""
    held = any(first <= today <= last for _, first, last in coop.mandates.values())
    classes = fiscal_year(today) in coop.classes
    return [
        OpeningStep("La coopérative est inscrite.", StepState.DONE),
        OpeningStep("Son mandataire est nommé et invité.", StepState.DONE)
        if held
        else OpeningStep(
            "Aucun mandat n’est en cours\u00a0: nommez un mandataire.", StepState.TO_DO, "/cooperative/mandats/nouveau"
        ),
        _account_step(accounts),
        _charter_step(coop, charter_version),
        OpeningStep("Les classes de l’année sont listées.", StepState.DONE)
        if classes
        else OpeningStep("Les classes de l’année sont à lister.", StepState.TO_DO, "/parametres"),
        OpeningStep("Le compte est certifié par le prestataire de paiement.", StepState.DONE)
        if coop.certified
        else OpeningStep(
            "Le prestataire de paiement certifie le compte\u00a0: la collecte commence avant, les virements après.",
            StepState.WAITING,
        ),
    ]


def _mandate_state(first: date, last: date, today: date) -> str:
    if today < first:
        return "À venir"
    return "En cours" if today <= last else "Terminé"


def _account_step(accounts: list[ShownAccount]) -> OpeningStep:
    unconfirmed = next((one for one in accounts if one.status is BankAccountStatus.UNCONFIRMED), None)
    if unconfirmed is not None:
        return OpeningStep(
            "L’IBAN attend la confirmation d’une deuxième personne de l’association.",
            StepState.WAITING,
            f"/cooperative/comptes/{unconfirmed.bank_account_id}",
        )
    if any(one.status is BankAccountStatus.CURRENT for one in accounts):
        return OpeningStep("Son compte bancaire est confirmé par deux personnes.", StepState.DONE)
    return OpeningStep("Aucun IBAN n’est enregistré.", StepState.TO_DO, "/cooperative/comptes/nouveau")


def _charter_step(coop: Coop, version: int) -> OpeningStep:
    if not version:
        return OpeningStep("L’association n’a pas encore publié sa charte des collectes.", StepState.WAITING)
    if coop.charter_accepted == version:
        return OpeningStep(f"La charte est acceptée (version {version}).", StepState.DONE)
    return OpeningStep(f"Le mandataire accepte la charte (version {version}).", StepState.TO_DO, "/charte")
