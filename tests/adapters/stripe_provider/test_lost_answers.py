"""What is known after an answer was late, lost or senseless: nothing done, done, or to be found out."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import stripe

from adapters.payments.errors import PaymentOutcomeUnknown, ProviderError, ProviderMisuse, ProviderUnavailable
from adapters.payments.patience import waiting_at_most
from adapters.payments.values import ProviderPayment, SavedCardCharge
from adapters.stripe_provider import StripeProvider
from adapters.stripe_provider.wire.pace import Pace
from adapters.stripe_provider.wire.transport import Transport
from adapters.stripe_sandbox.testing import SandboxServer
from tests.kit.stripe.provider_requests import REFUND, charge_of, new_key, paid, reference, settings_for

INTENTS = "/v1/payment_intents"
CHARGE = SavedCardCharge(reference=reference(), cents=1000, customer="cus_1", card="pm_1")
ERROR = b'{"error": {"type": "%s", "message": "from parent@example.org", "code": "%s"}}'


def instalment(provider: StripeProvider, sandbox: SandboxServer) -> SavedCardCharge:
    """Return an instalment of a family whose card was kept."""
    first: ProviderPayment = paid(provider, sandbox, save_card=True)
    assert first.reference is not None
    return SavedCardCharge(reference=first.reference, cents=1000, customer=first.customer or "", card=first.card or "")


def charges_of(provider: StripeProvider, wanted: SavedCardCharge) -> int:
    """Return how often an instalment was taken, the first payment left out."""
    return len(provider.find_payments(wanted.reference)) - 1


def answer(status: bytes, body: bytes) -> bytes:
    """Return an answer of HTTP."""
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, len(body), body)


@contextlib.contextmanager
def answering(*answers: bytes) -> Iterator[str]:
    """Give these answers on loopback, one to each connection (an empty one hangs up), then refuse connections."""
    listener = socket.create_server(("127.0.0.1", 0))

    def work() -> None:
        with listener:
            for number, one in enumerate(answers, 1):
                connection, _ = listener.accept()
                if number == len(answers):
                    listener.close()
                with connection:
                    connection.recv(65_536)
                    connection.sendall(one)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread.join(10)
    assert not thread.is_alive()


def outcome(url: str, call: Callable[[StripeProvider], object]) -> ProviderError:
    """Return the error that a call ends in."""
    with contextlib.closing(StripeProvider(settings_for(url, answer_timeout=2))) as provider:
        with pytest.raises(ProviderError) as found:
            call(provider)
        return found.value


def take(provider: StripeProvider) -> object:
    """Take an instalment."""
    return provider.charge_saved_card(CHARGE, key=new_key())


def look(provider: StripeProvider) -> object:
    """Look at a payment."""
    return provider.payment("pi_1")


@pytest.mark.parametrize(("kind", "how"), [("lost_response", "503"), ("lost_response", "drop"), ("500_before", "503")])
def test_an_answer_lost_once_is_asked_for_again_and_the_money_moves_once(
    provider: StripeProvider, sandbox: SandboxServer, kind: str, how: str
) -> None:
    wanted = instalment(provider, sandbox)
    sandbox.do("/failures", kind=kind, how=how, method="POST", path=INTENTS)
    provider.charge_saved_card(wanted, key=new_key())
    assert charges_of(provider, wanted) == 1


@pytest.mark.parametrize("how", ["503", "drop"])
def test_an_answer_lost_each_time_leaves_the_outcome_unknown_and_the_same_key_tells_it(
    provider: StripeProvider, sandbox: SandboxServer, how: str
) -> None:
    wanted, key = instalment(provider, sandbox), new_key()
    sandbox.do("/failures", kind="lost_response", how=how, method="POST", path=INTENTS, times=3)
    with pytest.raises(PaymentOutcomeUnknown):
        provider.charge_saved_card(wanted, key=key)
    assert charges_of(provider, wanted) == 1
    provider.charge_saved_card(wanted, key=key)
    assert charges_of(provider, wanted) == 1


def test_an_answer_that_does_not_come_in_time_leaves_the_outcome_unknown(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    wanted, key = instalment(provider, sandbox), new_key()
    sandbox.do("/failures", kind="timeout", method="POST", path=INTENTS, times=3, seconds=2)
    hasty = StripeProvider(settings_for(sandbox.url, answer_timeout=0.3))
    with contextlib.closing(hasty), pytest.raises(PaymentOutcomeUnknown):
        hasty.charge_saved_card(wanted, key=key)
    provider.charge_saved_card(wanted, key=key)
    assert charges_of(provider, wanted) == 1


def test_an_error_inside_the_provider_is_an_unknown_outcome(provider: StripeProvider, sandbox: SandboxServer) -> None:
    charge = charge_of(paid(provider, sandbox))
    sandbox.do("/failures", kind="500_during", method="POST", path="/v1/refunds")
    with pytest.raises(PaymentOutcomeUnknown):
        provider.refund(charge, 100, str(REFUND), key=new_key())


def test_too_many_requests_is_a_clear_no_for_who_does_not_wait(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    wanted = instalment(provider, sandbox)
    sandbox.do("/failures", kind="429", method="POST", path=INTENTS)
    with waiting_at_most(0.5), pytest.raises(ProviderUnavailable):
        provider.charge_saved_card(wanted, key=new_key())
    assert charges_of(provider, wanted) == 0


def test_who_waits_asks_again_when_the_provider_said_and_is_answered(
    provider: StripeProvider, sandbox: SandboxServer
) -> None:
    wanted = instalment(provider, sandbox)
    sandbox.do("/failures", kind="429", method="POST", path=INTENTS, times=2)
    provider.charge_saved_card(wanted, key=new_key())
    assert charges_of(provider, wanted) == 1


def test_a_look_that_fails_is_only_unavailable(provider: StripeProvider, sandbox: SandboxServer) -> None:
    payment = paid(provider, sandbox)
    for failure in ({"kind": "500_before"}, {"kind": "lost_response", "how": "drop"}):
        sandbox.do("/failures", method="GET", path=f"{INTENTS}/*", times=3, **failure)
        with pytest.raises(ProviderUnavailable):
            provider.payment(payment.intent)
    assert provider.payment(payment.intent).charge == charge_of(payment)


def test_a_list_that_breaks_off_says_so_instead_of_ending(provider: StripeProvider, sandbox: SandboxServer) -> None:
    for _ in range(2):
        paid(provider, sandbox)
    began = provider.webhook_events(None, paid(provider, sandbox).paid_at or pytest.fail("not paid"))
    sandbox.do("/failures", kind="429", method="GET", path="/v1/events")
    with waiting_at_most(0.5), pytest.raises(ProviderUnavailable):
        list(began)


def test_nobody_there_means_nothing_was_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    for call in (take, look):
        assert isinstance(outcome(url, call), ProviderUnavailable)


def test_a_refused_connection_after_a_lost_answer_tells_nothing() -> None:
    with answering(b"") as url:
        assert isinstance(outcome(url, take), PaymentOutcomeUnknown)
    with answering(b"") as url:
        assert isinstance(outcome(url, look), ProviderUnavailable)


@pytest.mark.parametrize("status", [b"429 Too Many Requests", b"401 Unauthorized", b"403 Forbidden"])
def test_a_no_at_the_door_after_a_lost_answer_tells_nothing(status: bytes) -> None:
    with answering(b"", answer(status, ERROR % (b"invalid_request_error", b""))) as url:
        assert isinstance(outcome(url, take), PaymentOutcomeUnknown)


def test_one_request_is_not_blamed_for_another() -> None:
    no = answer(b"429 Too Many Requests", ERROR % (b"invalid_request_error", b"rate_limit"))
    with answering(b"", no, no) as url, contextlib.closing(StripeProvider(settings_for(url))) as provider:
        with pytest.raises(PaymentOutcomeUnknown):
            take(provider)
        with pytest.raises(ProviderUnavailable):
            take(provider)


def test_a_key_that_is_being_used_at_this_moment_leaves_the_outcome_unknown() -> None:
    busy = answer(b"409 Conflict", ERROR % (b"idempotency_error", b"idempotency_key_in_use"))
    with answering(busy, busy, busy) as url:
        assert isinstance(outcome(url, take), PaymentOutcomeUnknown)


@pytest.mark.parametrize("status", [b"200 OK", b"302 Found", b"403 Forbidden", b"502 Bad Gateway"])
@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff\xfe", b"[]", b"{}", b'{"error": "gone"}', b'{"object": null}'])
def test_a_page_of_some_proxy_is_no_answer_of_the_providers(status: bytes, body: bytes) -> None:
    wire = Transport(Pace(100), connect_timeout=2, answer_timeout=2)
    with answering(answer(status, body)) as url, contextlib.closing(wire):
        with pytest.raises(stripe.APIConnectionError):
            wire.request("post", url, {})
        assert wire.doubtful


def test_a_page_of_some_proxy_tells_nothing_of_the_request() -> None:
    with answering(answer(b"200 OK", b"[]")) as url:
        assert isinstance(outcome(url, take), PaymentOutcomeUnknown)
    with answering(answer(b"502 Bad Gateway", b"<html>")) as url:
        assert isinstance(outcome(url, look), ProviderUnavailable)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (b"400 Bad Request", "InvalidRequestError"),
        (b"401 Unauthorized", "AuthenticationError"),
        (b"403 Forbidden", "PermissionError"),
        (b"404 Not Found", "InvalidRequestError"),
    ],
)
def test_a_request_that_makes_no_sense_is_an_error_of_ours_that_quotes_nothing(status: bytes, kind: str) -> None:
    with answering(answer(status, ERROR % (b"invalid_request_error", b"some_code"))) as url:
        error = outcome(url, take)
    assert isinstance(error, ProviderMisuse)
    assert error.values["kind"] == kind
    assert "example.org" not in str(error) + repr(error.values)
    assert error.__cause__ is None
    assert error.__context__ is None


def test_a_code_that_is_no_word_of_a_program_is_not_told() -> None:
    with answering(answer(b"400 Bad Request", ERROR % (b"invalid_request_error", b"parent@example.org"))) as url:
        assert outcome(url, take).values["status"] == ""


def test_a_wrong_key_is_an_error_of_ours_that_does_not_tell_it(sandbox: SandboxServer) -> None:
    stranger = StripeProvider(settings_for(sandbox.url, api_key="sk_test_wrong"))
    with contextlib.closing(stranger), pytest.raises(ProviderMisuse) as refused:
        stranger.balance(None)
    assert "sk_test" not in str(refused.value) + repr(refused.value.values)
