"""How far the certification of a coop's account is, and what is still asked of whom, in French (S-150…S-153)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from adapters.payments.values import AccountStatus, Capability
from domain.coop.state import Coop
from service.coops.overview import StepState


class CertificationState(StrEnum):
    """The states of the journey."""

    NOT_BEGUN = "not-begun"
    BEGUN = "begun"
    REVIEW = "review"
    CERTIFIED = "certified"
    TO_COMPLETE = "to-complete"
    REVOKED = "revoked"
    REJECTED = "rejected"


class CertificationStep(NamedTuple):
    """One step: what it is, how far, and who does it."""

    sentence: str
    state: StepState
    who: str = ""


_ASKED: Final = (
    (
        "external_account",
        "Le compte bancaire de la coopérative",
        "L’association, quand deux personnes ont confirmé l’IBAN",
    ),
    ("documents", "Un justificatif de la coopérative, comme son attestation d’affiliation", "Le mandataire"),
    ("representative", "L’identité de la personne qui représente la coopérative", "Le mandataire"),
    ("individual", "L’identité de la personne qui représente la coopérative", "Le mandataire"),
    ("attestations", "L’acceptation des conditions du prestataire", "Le mandataire"),
    ("terms_of_service", "L’acceptation des conditions du prestataire", "Le mandataire"),
    ("address", "L’adresse de la coopérative", "Le mandataire"),
    ("phone", "Un numéro de téléphone", "Le mandataire"),
)
"""What the provider asks for, by a word of its name for it; and who gives it."""
_OTHER: Final = ("Une information que le prestataire précise sur sa page", "Le mandataire")


def certification_state(coop: Coop, status: AccountStatus | None, *, before: bool) -> CertificationState:
    """Tell how far the certification is; ``before`` that the account was certified once."""
    if status is None:
        if coop.certified:
            return CertificationState.CERTIFIED
        return CertificationState.BEGUN if coop.provider_account else CertificationState.NOT_BEGUN
    both = (status.transfers, status.payouts)
    if status.certified:
        return CertificationState.TO_COMPLETE if status.requirements else CertificationState.CERTIFIED
    if status.closed or Capability.REJECTED in both:
        return CertificationState.REJECTED
    if Capability.PENDING in both:
        return CertificationState.REVIEW
    return CertificationState.REVOKED if before else CertificationState.BEGUN


def steps_of(state: CertificationState, status: AccountStatus | None, *, confirmed: bool) -> list[CertificationStep]:
    """Return the steps in their order, each with who does it; ``confirmed`` tells of the IBAN."""
    begun = state is not CertificationState.NOT_BEGUN
    done = state in (CertificationState.CERTIFIED, CertificationState.TO_COMPLETE)
    missing = list(_missing(status)) if status is not None and state is not CertificationState.REVIEW else []
    given = CertificationStep("Le dossier est complet chez le prestataire.", StepState.DONE)
    return [
        CertificationStep("Le dossier est ouvert chez le prestataire de paiement.", StepState.DONE)
        if begun
        else CertificationStep("Ouvrir le dossier chez le prestataire de paiement.", StepState.TO_DO, "Le mandataire"),
        CertificationStep("Le compte bancaire est confirmé par deux personnes de l’association.", StepState.DONE)
        if confirmed
        else CertificationStep(
            "Enregistrer puis confirmer le compte bancaire.", StepState.TO_DO, "Deux personnes de l’association"
        ),
        *(missing or ([given] if begun else [])),
        CertificationStep("Le prestataire a certifié le compte.", StepState.DONE)
        if done
        else CertificationStep("Le prestataire vérifie, puis certifie le compte.", StepState.WAITING, "Le prestataire"),
    ]


def _missing(status: AccountStatus) -> Iterator[CertificationStep]:
    """Yield what the provider still asks for, each once."""
    asked = dict.fromkeys(
        next(((what, who) for word, what, who in _ASKED if word in requirement), _OTHER)
        for requirement in status.requirements
    )
    yield from (CertificationStep(f"{what}.", StepState.TO_DO, who) for what, who in asked)
