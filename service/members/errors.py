"""What signing in refuses; the values given to these errors never tell whose account it is."""

from __future__ import annotations

from domain.errors import Conflict, LedgerError


class PasskeyRefused(LedgerError):
    """What a passkey signed is not what was asked, or its holder is not known here."""

    status = 403
    code = "passkey-refused"
    sentence = (
        "Cette clé d’accès n’est pas reconnue. Recommencez\u00a0; si cela ne suffit pas, demandez un lien par e-mail."
    )


class PasskeyRequired(LedgerError):
    """The operation asks for a passkey that was used a moment ago."""

    status = 403
    code = "passkey-required"
    sentence = "Cette opération demande votre clé d’accès\u00a0: confirmez avec elle, puis recommencez."


class PasskeysUnavailable(LedgerError):
    """The installation is reached by an address that browsers make no passkeys for."""

    status = 404
    code = "passkeys-unavailable"
    sentence = "Les clés d’accès ne sont pas disponibles à cette adresse."


class EmailUnavailable(Conflict):
    """The installation sends no letters: nobody works off what is to be sent."""

    code = "email-unavailable"
    sentence = (
        "Les e-mails ne partent pas sur cette installation. Utilisez votre clé d’accès, "
        "ou demandez un lien à votre association."
    )
