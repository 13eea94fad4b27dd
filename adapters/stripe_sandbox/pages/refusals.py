"""What a person reads when a card or an IBAN is not accepted: what happened, what is safe, what to do."""

from __future__ import annotations

from typing import Final

_SAFE: Final = "Rien n’a été débité."
_OTHER: Final = "Essayez une autre carte ou contactez votre banque."
_NOT_CONFIRMED: Final = (
    f"Vous n’avez pas confirmé auprès de votre banque. {_SAFE} Recommencez, ou essayez une autre carte."
)
_DECLINES: Final = {
    "insufficient_funds": f"Votre banque a refusé le paiement\u00a0: la provision est insuffisante. {_SAFE} {_OTHER}",
    "expired_card": f"Cette carte a expiré. {_SAFE} Essayez une autre carte.",
    "incorrect_cvc": f"Le code de sécurité ne correspond pas à cette carte. {_SAFE} Vérifiez-le au dos de la carte.",
    "processing_error": f"La banque n’a pas répondu. {_SAFE} Réessayez dans un moment.",
    "test_mode_live_card": (
        f"Cette banque de démonstration ne connaît que les cartes d’essai. {_SAFE} Choisissez-en une dans la liste."
    ),
    "payment_intent_authentication_failure": _NOT_CONFIRMED,
    "setup_intent_authentication_failure": _NOT_CONFIRMED,
}
_REFUSED: Final = f"Votre banque a refusé le paiement. {_SAFE} {_OTHER}"
_EXPIRY: Final = "Indiquez le mois et l’année d’expiration tels qu’ils figurent sur la carte, par exemple 04/29."
_FIELDS: Final = {
    "incomplete_number": "Indiquez le numéro de la carte.",
    "incorrect_number": "Ce numéro de carte n’est pas valable. Vérifiez les chiffres.",
    "invalid_expiry_month": _EXPIRY,
    "invalid_expiry_year": _EXPIRY,
    "invalid_expiry_year_past": "Cette carte a expiré. Utilisez une autre carte.",
    "invalid_cvc": "Indiquez les trois chiffres au dos de la carte.",
    "incomplete_name": "Indiquez le nom du titulaire, comme il figure sur la carte.",
    "account_number_invalid": "Cet IBAN n’est pas valable. Recopiez-le depuis le relevé d’identité bancaire.",
    "bank_account_unusable": "Indiquez l’IBAN d’un compte tenu en France\u00a0: il commence par FR.",
    "holder_missing": "Indiquez le nom du titulaire, comme il figure sur le relevé d’identité bancaire.",
}


def decline_sentence(code: str) -> str:
    """Return the sentence for a decline code, or for the error code of a decline without one."""
    return _DECLINES.get(code, _REFUSED)


def field_sentence(code: str) -> str:
    """Return the sentence for an error that one field can correct."""
    return _FIELDS[code]
