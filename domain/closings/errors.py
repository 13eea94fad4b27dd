"""Why a period cannot be closed now."""

from __future__ import annotations

from domain.errors import Conflict


class PeriodNotOver(Conflict):
    """The period has days to come, in Paris."""

    code = "period-not-over"
    sentence = "Cette période n’est pas finie\u00a0: {period} se clôture à partir du {from_day}."


class PeriodNotBegun(Conflict):
    """The period begins on a day to come, in Paris: there is nothing to say about it."""

    code = "period-not-begun"
    sentence = "{period} n’a pas commencé\u00a0: il n’y a pas encore de relevé."


class PeriodAlreadyClosed(Conflict):
    """The period was closed: its figures stand for ever."""

    code = "period-already-closed"
    sentence = "{period} est déjà clos\u00a0: ses chiffres ne changent plus."


class PeriodOutOfOrder(Conflict):
    """Another period comes first: months follow each other from the coop's first one, a year comes after its months."""

    code = "period-out-of-order"
    sentence = "Les périodes se clôturent dans l’ordre\u00a0: clôturez d’abord {expected}."


class NothingToClose(Conflict):
    """The period ended before the coop was registered and had any money."""

    code = "nothing-to-close"
    sentence = "La coopérative n’existait pas encore\u00a0: sa première période est {expected}."


class ProviderNotRead(Conflict):
    """The provider's books were not read past the end of the period: what is still to come is not known."""

    code = "provider-not-read"
    sentence = (
        "Les comptes du prestataire de paiement ne sont pas encore lus jusqu’au {through}\u00a0: "
        "la clôture attend le prochain rapprochement."
    )


class PapersToIssue(Conflict):
    """The coop's log asks for papers that are not issued yet: a closing of the year would not name them."""

    code = "papers-to-issue"
    sentence = "Des pièces comptables de la coopérative restent à émettre\u00a0: la clôture de l’exercice les attend."
