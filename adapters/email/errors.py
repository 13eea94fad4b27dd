"""What a transport refuses: for good, or for now. No value given to these errors is an address or what a server said.

A server quotes the address in its answer (« 550 <…> unknown user »), so only its numbers are kept.
"""

from __future__ import annotations

from domain.errors import LedgerError


class EmailError(LedgerError):
    """An e-mail did not leave; what the ledger recorded is not touched."""

    status = 502
    code = "mail"
    sentence = "L’e-mail n’est pas parti. Vos opérations sont enregistrées."


class Undeliverable(EmailError):
    """The server refused this recipient or this e-mail for good (5xx): sending it again changes nothing."""

    status = 422
    code = "undeliverable"
    sentence = "L’e-mail ne peut pas être remis à cette adresse\u00a0: vérifiez-la. Vos opérations sont enregistrées."


class EmailInvalid(Undeliverable):
    """An address that is none, or a header that holds a line break and could forge others."""

    code = "letter-invalid"
    sentence = "Cette adresse e-mail n’est pas valable\u00a0: vérifiez-la. L’e-mail n’est pas parti."


class TransportUnavailable(EmailError):
    """The server could not be reached, was busy (4xx), or refuses us rather than the recipient."""

    status = 503
    code = "post-unavailable"
    sentence = "Les e-mails partent avec du retard. Vos opérations sont enregistrées\u00a0: l’e-mail partira plus tard."


class DeliveryUnknown(TransportUnavailable):
    """The connection was lost while the e-mail was handed over: it may have left.

    Its Message-ID lets a second copy be recognised.
    """
