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
from service.people import full_names
from service.runtime.open_ledger import OpenLedger


class MandateLine(NamedTuple):
    """A mandate that was given and not withdrawn, with its holder's name."""

    mandate_id: UUID
    holder_id: UUID
    name: str
    valid_from: date
    valid_to: date
    state: str


class Contact(NamedTuple):
    """Somebody of the association's office, to write to."""

    name: str
    email: str


class StepState(StrEnum):
    """How far a step of opening a coop is."""

    DONE = "done"
    TO_DO = "to-do"
    WAITING = "waiting"


class Step(NamedTuple):
    """One step of opening a coop: a sentence, how far it is, and where below the coop's page it is done."""

    sentence: str
    state: StepState
    below: str = ""


def mandate_lines(opened: OpenLedger, coop: Coop, today: date) -> list[MandateLine]:
    """Return the mandates of a coop, those that hold today first, then by their days."""
    names = full_names(opened.vault, {holder for holder, _, _ in coop.mandates.values()})
    lines = [
        MandateLine(mandate_id, holder, names[holder], first, last, _mandate_state(first, last, today))
        for mandate_id, (holder, first, last) in coop.mandates.items()
    ]
    return sorted(lines, key=lambda one: (not one.valid_from <= today <= one.valid_to, one.valid_from, one.name))


def office_contacts(opened: OpenLedger, association: Association, today: date) -> list[Contact]:
    """Return who of the association's office can be written to, each once."""
    held = association.roles.values()
    ids = dict.fromkeys(one.member_id for one in held if one.role is MemberRole.STAFF and one.holds_on(today))
    found = [opened.members.members.by_id(member_id) for member_id in ids]
    return [
        Contact(f"{one.profile.first_name} {one.profile.last_name}", one.profile.email)
        for one in found
        if one is not None
    ]


def opening_steps(coop: Coop, accounts: list[ShownAccount], charter_version: int, today: date) -> list[Step]:
    """Return the steps of opening a coop in their order; all done, nothing is left to do."""
    held = any(first <= today <= last for _, first, last in coop.mandates.values())
    classes = fiscal_year(today) in coop.classes
    return [
        Step("La coopérative est inscrite.", StepState.DONE),
        Step("Son mandataire est nommé et invité.", StepState.DONE)
        if held
        else Step(
            "Aucun mandat n’est en cours\u00a0: nommez un mandataire.", StepState.TO_DO, "/cooperative/mandats/nouveau"
        ),
        _account_step(accounts),
        _charter_step(coop, charter_version),
        Step("Les classes de l’année sont listées.", StepState.DONE)
        if classes
        else Step("Les classes de l’année sont à lister.", StepState.TO_DO, "/parametres"),
        Step("Le compte est certifié par le prestataire de paiement.", StepState.DONE)
        if coop.certified
        else Step(
            "Le prestataire de paiement certifie le compte\u00a0: la collecte commence avant, les virements après.",
            StepState.WAITING,
        ),
    ]


def _mandate_state(first: date, last: date, today: date) -> str:
    if today < first:
        return "À venir"
    return "En cours" if today <= last else "Terminé"


def _account_step(accounts: list[ShownAccount]) -> Step:
    unconfirmed = next((one for one in accounts if one.status is BankAccountStatus.UNCONFIRMED), None)
    if unconfirmed is not None:
        return Step(
            "L’IBAN attend la confirmation d’une deuxième personne de l’association.",
            StepState.WAITING,
            f"/cooperative/comptes/{unconfirmed.bank_account_id}",
        )
    if any(one.status is BankAccountStatus.CURRENT for one in accounts):
        return Step("Son compte bancaire est confirmé par deux personnes.", StepState.DONE)
    return Step("Aucun IBAN n’est enregistré.", StepState.TO_DO, "/cooperative/comptes/nouveau")


def _charter_step(coop: Coop, version: int) -> Step:
    if not version:
        return Step("L’association n’a pas encore publié sa charte des collectes.", StepState.WAITING)
    if coop.charter_accepted == version:
        return Step(f"La charte est acceptée (version {version}).", StepState.DONE)
    return Step(f"Le mandataire accepte la charte (version {version}).", StepState.TO_DO, "/charte")
