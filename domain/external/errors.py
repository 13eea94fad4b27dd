"""What is refused about money that other platforms collect, each with its sentence."""

from __future__ import annotations

from domain.errors import Conflict, InvalidInput


class DayToCome(InvalidInput):
    """A day after today, for something that is said to have happened."""

    code = "day-to-come"
    sentence = "Cette date est dans le futur\u00a0: indiquez celle du relevé de la banque. Rien n’a été enregistré."


class PlatformReferenceInvalid(InvalidInput):
    """The number of a payment or of a payout at another platform that is none: it might be a name."""

    code = "platform-reference-invalid"
    sentence = (
        "Donnez le numéro du paiement ou du versement chez l’autre plateforme\u00a0: "
        "20 caractères au plus, A–Z, 0–9 et -, avec un chiffre au moins."
    )


class PlatformUnknown(InvalidInput):
    """A platform that is not on the list."""

    code = "platform-unknown"
    sentence = "Cette plateforme n’est pas dans la liste\u00a0: choisissez-en une, ou «\u00a0autre plateforme\u00a0»."


class CollectedByOtherPlatform(Conflict):
    """A refund here of money that another platform took: our provider never held it."""

    code = "collected-elsewhere"
    sentence = (
        "Cette contribution a été payée sur une autre plateforme\u00a0: le remboursement se fait là-bas. "
        "Quand il est fait, enregistrez-le ici comme remboursement fait ailleurs."
    )


class ExternalFundsExceeded(Conflict):
    """A payout of another platform above what it held for the coop on that day."""

    code = "external-funds-exceeded"
    sentence = (
        "Ce jour-là, cette plateforme détenait {in_hand_euros} pour la coopérative\u00a0: le versement les dépasse. "
        "Les versements se saisissent dans l’ordre de leurs dates. Rien n’a été enregistré."
    )


class ExternalPaymentPaidOut(Conflict):
    """A payment collected elsewhere, or some of an import's, which a payout of its platform covers already."""

    code = "external-payment-paid-out"
    sentence = (
        "Rien n’est retiré\u00a0: la plateforme a déjà versé {paid_out} à la coopérative. "
        "Si c’est par erreur, retirez d’abord ce versement."
    )


class ExternalPaymentKnown(Conflict):
    """A payment that another collection of the coop holds already: it would be counted twice."""

    code = "external-payment-known"
    sentence = (
        "Le paiement {payment} est déjà dans une autre collecte de la coopérative\u00a0: "
        "il n’est compté qu’une fois. "
        "Si c’est l’autre collecte qui se trompe, retirez-le d’abord là-bas."
    )
