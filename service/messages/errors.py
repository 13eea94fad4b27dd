"""What is refused of messages to families."""

from __future__ import annotations

from domain.errors import Conflict, InvalidInput


class NoAddressKnown(InvalidInput):
    """No family of the selection has an address, or all of them were forgotten."""

    code = "no-address-known"
    sentence = "Aucune famille de ce choix n’a d’adresse e-mail connue\u00a0: rien n’est envoyé."


class TooManyMessages(Conflict):
    """The coop has written to families as often as it may in one day."""

    code = "too-many-messages"
    sentence = "Une coopérative envoie cinq messages par jour au plus\u00a0: recommencez demain. Rien n’est envoyé."
