"""What the SDK raises keeps its words for the log, and tells the program what it needs in fields of its own."""

from __future__ import annotations

import pytest
import stripe

from adapters.payments.errors import (
    ActionRequired,
    CardRefused,
    Declined,
    FundsNotAvailable,
    NothingToRefund,
    ObjectMissing,
    PaymentOutcomeUnknown,
    ProviderError,
    ProviderMisuse,
    ProviderUnavailable,
)
from adapters.stripe_provider.wire.failures import translated


def asked(code: str, param: str = "id", *, makes: bool = True) -> ProviderError:
    """The port's error for a request that Stripe answered with a code of its own."""
    refusal = stripe.InvalidRequestError(  # type: ignore[no-untyped-call]
        "not passed on", param, code=code, headers={"request-id": "req_1"}
    )
    return translated(refusal, makes=makes, doubtful=False)


def card(code: str, **said: object) -> CardRefused:
    """The port's error for a card that was refused."""
    body = {"error": {"code": code, "payment_intent": {"object": "payment_intent", "id": "pi_1"}, **said}}
    refusal = stripe.CardError("not passed on", "", code, json_body=body)  # type: ignore[no-untyped-call]
    refused = translated(refusal, makes=True, doubtful=False)
    assert isinstance(refused, CardRefused)
    return refused


def test_an_object_that_is_missing_is_told_apart_from_other_misuse_and_logged_alike() -> None:
    missing, other = asked("resource_missing"), asked("parameter_unknown", "labels")
    assert type(missing) is ObjectMissing
    assert type(other) is ProviderMisuse
    logged = "provider-misuse: kind='InvalidRequestError', status='{}', cause='req_1', missing='{}'"
    assert str(missing) == logged.format("resource_missing", "id")
    assert str(other) == logged.format("parameter_unknown", "labels")
    assert missing.code == other.code == "provider-misuse"
    assert (other.reason, other.parameter) == ("parameter_unknown", "labels")


def test_a_lack_of_funds_an_answer_that_was_lost_and_an_outage_keep_their_words() -> None:
    told = "kind='InvalidRequestError', status='balance_insufficient', cause='req_1'"
    assert (type(asked("balance_insufficient")), str(asked("balance_insufficient"))) == (
        FundsNotAvailable,
        f"funds-not-available: {told}",
    )
    lost = stripe.APIConnectionError("not passed on")  # type: ignore[no-untyped-call]
    unknown = translated(lost, makes=True, doubtful=True)
    away = translated(lost, makes=False, doubtful=True)
    told = "kind='APIConnectionError', status='', cause=''"
    assert (type(unknown), str(unknown)) == (PaymentOutcomeUnknown, f"payment-outcome-unknown: {told}")
    assert (type(away), str(away)) == (ProviderUnavailable, f"provider-unavailable: {told}")


def test_a_refused_card_says_why_in_the_bank_s_words_before_the_provider_s() -> None:
    declined = card("card_declined", decline_code="insufficient_funds", advice_code="try_again_later")
    assert type(declined) is Declined
    assert (declined.reason, declined.advice, declined.intent) == ("insufficient_funds", "try_again_later", "pi_1")
    assert str(declined) == (
        "card-declined: status='card_declined', cause='insufficient_funds', action='try_again_later', detail='pi_1'"
    )
    silent = card("authentication_required")
    assert type(silent) is ActionRequired
    assert (silent.reason, silent.advice, silent.intent) == ("authentication_required", "", "pi_1")
    assert str(silent) == (
        "authentication-required: status='authentication_required', cause='', action='', detail='pi_1'"
    )


@pytest.mark.parametrize("reason", ["charge_disputed", ""])
def test_a_refund_that_cannot_be_made_says_why_as_far_as_it_is_known(reason: str) -> None:
    refused = NothingToRefund(kind="InvalidRequestError", reason=reason, request="", parameter="amount")
    assert (refused.reason or refused.code) == (reason or "nothing-to-refund")
    told = {"kind": "InvalidRequestError", "status": reason, "cause": "", "missing": "amount"}
    assert refused.values == told
