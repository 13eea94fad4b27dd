"""What the SDK raises, said in the words of the port.

Stripe's messages are never passed on: they quote what was sent, e-mail addresses included. Codes and the names of
parameters are words that programs write; the id of the request leads an operator to the rest.
"""

from __future__ import annotations

import re
from typing import Final

import stripe

from adapters.payments.errors import (
    ActionRequired,
    Declined,
    FundsNotAvailable,
    ObjectMissing,
    PaymentOutcomeUnknown,
    ProviderError,
    ProviderMisuse,
    ProviderUnavailable,
)

AUTHENTICATION: Final = "authentication_required"
_NO_FUNDS: Final = "balance_insufficient"
_MISSING: Final = "resource_missing"
_WORD: Final = re.compile(r"[\w.\[\]-]{1,80}", re.ASCII)
_SILENT: Final = (stripe.APIError, stripe.APIConnectionError)
_UNHEARD: Final = (stripe.AuthenticationError, stripe.PermissionError, stripe.RateLimitError)
"""Answers given before Stripe looks whether the request was carried out already."""


def translated(error: stripe.StripeError, *, makes: bool, doubtful: bool) -> ProviderError:
    """Return the port's error for one of the SDK's.

    ``makes``: the request was to change something; ``doubtful``: an attempt of it may have been carried out.
    """
    told = {"kind": type(error).__name__, "reason": _code(error), "request": _word(error.request_id)}
    if _code(error) == _NO_FUNDS:
        return FundsNotAvailable(**told)
    if isinstance(error, stripe.CardError):
        return _refused(error)
    # The SDK's plain APIError is an answer of 5xx or 409, or one that cannot be read: the work may be done.
    doubtful = doubtful or type(error) is stripe.APIError
    if makes and doubtful and isinstance(error, (*_SILENT, *_UNHEARD)):
        return PaymentOutcomeUnknown(**told)
    if isinstance(error, (*_SILENT, stripe.RateLimitError)):
        return ProviderUnavailable(**told)
    parameter = _word(getattr(error, "param", None))
    misuse = ObjectMissing if _code(error) == _MISSING else ProviderMisuse
    return misuse(**told, parameter=parameter)


def _refused(error: stripe.CardError) -> ProviderError:
    """Say that a bank refused: what the card's issuer said, what the networks advise, and which intent shows it."""
    more = error.error
    refused = ActionRequired if _code(error) == AUTHENTICATION else Declined
    return refused(
        refusal=_code(error),
        decline=_word(getattr(more, "decline_code", None)),
        advice=_word(getattr(more, "advice_code", None)),
        intent=_word(getattr(getattr(more, "payment_intent", None), "id", None)),
    )


def _code(error: stripe.StripeError) -> str:
    return _word(error.code or getattr(error.error, "code", None))


def _word(value: object) -> str:
    """Return a word that a program wrote; nothing for what does not look like one."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""
