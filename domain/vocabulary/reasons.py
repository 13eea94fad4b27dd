"""Why something was decided: codes from a list for each purpose, and their French names.

An event keeps its reason for ever, so it is never a person's own words: those go into a note in the vault, which the
event names by an id. What the provider gives as a reason is a code of its own, kept if it looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.errors import ReasonInvalid


class AbandonReason(StrEnum):
    """Why a basket will not be paid."""

    EXPIRED = "expired"
    CHANGED = "changed"
    GIVEN_UP = "given_up"
    MISTAKE = "mistake"
    OTHER = "other"


class CorrectionReason(StrEnum):
    """Why a child's class or tariff is another one."""

    MISTAKE = "mistake"
    CLASS_CHANGED = "class_changed"
    OTHER = "other"


class RefundReason(StrEnum):
    """Why a family gets money back."""

    DUPLICATE = "duplicate"
    REQUESTED_BY_FAMILY = "requested_by_family"
    WRONG_AMOUNT = "wrong_amount"
    CHILD_LEFT = "child_left"
    PROJECT_CANCELLED = "project_cancelled"
    OTHER = "other"


class InstalmentStopReason(StrEnum):
    """Why the instalments still to come are cancelled."""

    FAMILY = "family"
    CHILD_LEFT = "child_left"
    WRONG_AMOUNT = "wrong_amount"
    PROJECT_CANCELLED = "project_cancelled"
    OTHER = "other"


class MandateEndReason(StrEnum):
    """Why a mandate is withdrawn."""

    MOVED = "moved"
    RESIGNED = "resigned"
    REPLACED = "replaced"
    RULES_BROKEN = "rules_broken"
    OTHER = "other"


class FindingSubject(StrEnum):
    """What an inspector's finding is about."""

    CASH_BOX = "cash_box"
    BANK = "bank"
    VOUCHERS = "vouchers"
    REFUNDS = "refunds"
    PAYOUTS = "payouts"
    CAMPAIGN = "campaign"
    MANDATE = "mandate"
    OTHER = "other"


class UnmatchReason(StrEnum):
    """Why a line of the bank statement is not the payout that it was matched with."""

    OTHER_ACCOUNT = "other_account"
    OTHER_PAYOUT = "other_payout"
    MISTAKE = "mistake"
    OTHER = "other"


class AdjustmentReason(StrEnum):
    """Why the platform makes good an amount to a coop."""

    DISPUTE_COST = "dispute_cost"
    PLATFORM_MISTAKE = "platform_mistake"
    PROVIDER_CORRECTION = "provider_correction"
    GOODWILL = "goodwill"
    OTHER = "other"


class AdjustmentReversalReason(StrEnum):
    """Why an amount that the platform made good is taken back."""

    MISTAKE = "mistake"
    MADE_TWICE = "made_twice"
    NO_LONGER_DUE = "no_longer_due"
    OTHER = "other"


class EntryReason(StrEnum):
    """Why something that was written down by hand is corrected or no longer counts."""

    MISTAKE = "mistake"
    OTHER_FAMILY = "other_family"
    NEVER_HAPPENED = "never_happened"
    OTHER = "other"


class ClearingReason(StrEnum):
    """What explains a movement that nothing of the ledger explained."""

    PROVIDER_FEE = "provider_fee"
    PROVIDER_CORRECTION = "provider_correction"
    DISPUTE_COST = "dispute_cost"
    GOODWILL = "goodwill"
    OTHER = "other"


class WithdrawalReason(StrEnum):
    """Why money collected elsewhere was recorded by mistake: a payment, a whole import or a payout."""

    DUPLICATE = "duplicate"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_FILE = "wrong_file"
    WRONG_CAMPAIGN = "wrong_campaign"
    MISTAKE = "mistake"
    OTHER = "other"


class FreezeReason(StrEnum):
    """Why payouts wait."""

    BANK_ACCOUNT_CHANGED = "bank_account_changed"


_FRENCH: Final[Mapping[str, str]] = {
    AbandonReason.EXPIRED: "Délai de paiement dépassé",
    AbandonReason.CHANGED: "Panier modifié par la famille",
    AbandonReason.GIVEN_UP: "La famille a renoncé",
    AbandonReason.MISTAKE: "Erreur de saisie",
    CorrectionReason.CLASS_CHANGED: "L’enfant a changé de classe",
    RefundReason.DUPLICATE: "Payé deux fois",
    RefundReason.REQUESTED_BY_FAMILY: "À la demande de la famille",
    RefundReason.WRONG_AMOUNT: "Montant erroné",
    RefundReason.CHILD_LEFT: "Départ de l’enfant",
    RefundReason.PROJECT_CANCELLED: "Projet annulé",
    InstalmentStopReason.FAMILY: "Arrêté par la famille",
    MandateEndReason.MOVED: "Mutation",
    MandateEndReason.RESIGNED: "Fin de mandat demandée par le mandataire",
    MandateEndReason.REPLACED: "Nouveau mandataire",
    MandateEndReason.RULES_BROKEN: "Règles de l’association non respectées",
    FindingSubject.CASH_BOX: "Caisse",
    FindingSubject.BANK: "Banque",
    FindingSubject.VOUCHERS: "Pièces justificatives",
    FindingSubject.REFUNDS: "Remboursements",
    FindingSubject.PAYOUTS: "Virements",
    FindingSubject.CAMPAIGN: "Collecte",
    FindingSubject.MANDATE: "Mandat",
    UnmatchReason.OTHER_ACCOUNT: "Ligne d’un autre compte",
    UnmatchReason.OTHER_PAYOUT: "Ligne d’un autre virement",
    AdjustmentReason.DISPUTE_COST: "Frais d’un paiement contesté",
    AdjustmentReason.PLATFORM_MISTAKE: "Erreur de la plateforme",
    AdjustmentReason.PROVIDER_CORRECTION: "Correction du prestataire de paiement",
    AdjustmentReason.GOODWILL: "Geste commercial",
    AdjustmentReversalReason.MADE_TWICE: "Versée deux fois",
    AdjustmentReversalReason.NO_LONGER_DUE: "N’est plus due",
    EntryReason.OTHER_FAMILY: "Saisi pour une autre famille",
    EntryReason.NEVER_HAPPENED: "N’a pas eu lieu",
    ClearingReason.PROVIDER_FEE: "Frais du prestataire de paiement",
    WithdrawalReason.WRONG_FILE: "Mauvais fichier importé",
    WithdrawalReason.WRONG_CAMPAIGN: "Mauvaise collecte",
    FreezeReason.BANK_ACCOUNT_CHANGED: "Compte bancaire modifié chez le prestataire de paiement",
    RefundReason.OTHER: "Autre motif",
}
"""The French name of each code; one code says the same on every list that has it."""
UNREADABLE: Final = "unreadable"
"""What stands for a reason of the provider that is no code."""
_PROVIDER_CODE: Final = re.compile(r"[a-z][A-Za-z0-9_.:\[\]-]{0,79}")
_MOST_CODES: Final = 30


def listed_reason(purpose: type[StrEnum], code: str) -> str:
    """Return the code of a reason that is on the list of its purpose.

    Raises:
        ReasonInvalid: it is not on that list.

    """
    try:
        return purpose(code).value
    except ValueError:
        raise ReasonInvalid(kind=purpose.__name__, given=code) from None


def known_reason(code: str) -> str:
    """Return the code of a reason; older events, whose reasons were free texts, count as having another one."""
    return code if code in _FRENCH else RefundReason.OTHER.value


def french_reason(code: str) -> str:
    """Return the French name of a reason."""
    return _FRENCH[known_reason(code)]


def provider_code(code: str) -> str:
    """Return the provider's own code for a reason or a kind: a fact is recorded even when its code is none."""
    return code if _PROVIDER_CODE.fullmatch(code) else UNREADABLE


def provider_codes(codes: str) -> str:
    """Return several codes of the provider, separated by commas, as many as are read at once."""
    return ", ".join(provider_code(code.strip()) for code in codes.split(",", _MOST_CODES)[:_MOST_CODES])
