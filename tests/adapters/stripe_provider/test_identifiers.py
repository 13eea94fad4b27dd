"""An id says whether Stripe has the object: what was imported or made up, now or before, is nothing to reconcile."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from adapters.stripe_provider.identifiers import StripeIds
from domain.events.base import Event
from domain.events.contribution import FundsTransferred, PaymentCaptured, PaymentPutOnHold, ProviderFeeCharged
from domain.events.payout import PayoutFailed, PayoutSent
from domain.events.refund import RefundSettled
from domain.provider_ids import INVENTED
from domain.reconciliation.expected import ELSEWHERE, PLATFORM, expectations
from domain.recorded_event import RecordedEvent
from tests.kit import example
from tests.kit.example_events import EXAMPLES

IDS = StripeIds()
COOP = "acct_1"
BEGINNINGS = (
    "",
    "ch_",
    "py_",
    "ch_demo_",
    "tr_demo_",
    "re_demo_",
    "po_demo_",
    "tr_",
    "re_",
    "po_",
    "du_",
    "HA-",
    "import:",
)
EVERY_ID = st.builds(str.__add__, st.sampled_from(BEGINNINGS), st.text("abcdemo_19", max_size=12)).filter(
    lambda name: name and not name.startswith(INVENTED)
)
"""Whatever an event may have named before demonstrations had a beginning of their own."""


def accounts(kind: type[Event], names: dict[Any, str] | None = None, **changes: str) -> list[str]:
    """Where the example of an event, changed, expects its movements, in order."""
    event = replace(EXAMPLES[kind], **changes)
    fact = RecordedEvent(1, example.COOP, 1, example.COOP, event.at, event)
    return [one.account for one in expectations(fact, {example.COOP: COOP} | (names or {}), IDS)]


def test_payments_and_disputes_are_told_by_their_beginning() -> None:
    assert all(IDS.is_payment(name) for name in ("ch_1", "py_1"))
    assert not any(IDS.is_payment(name) for name in ("pi_1", "HA-12345", "import:1", f"{INVENTED}payment_galante"))
    assert all(IDS.is_dispute(name) for name in ("du_1", "dp_1"))
    assert not any(IDS.is_dispute(name) for name in ("ch_1", "txn_1"))


@pytest.mark.parametrize(
    "name", ["ch_demo_galante", "tr_demo_durand", "re_demo_1", "po_demo_1", "demo_payment_galante", "demo_payout_1"]
)
def test_what_a_demonstration_made_up_is_known_also_when_it_was_played_before(name: str) -> None:
    assert IDS.is_invented(name)
    assert accounts(PaymentCaptured, payment_id=name) == [ELSEWHERE]
    assert accounts(ProviderFeeCharged, payment_id=name) == [ELSEWHERE]
    assert accounts(FundsTransferred, transfer_id=name) == [ELSEWHERE, ELSEWHERE]
    assert accounts(RefundSettled, provider_refund=name) == [ELSEWHERE]
    assert accounts(PayoutSent, provider_payout=name) == [ELSEWHERE]
    assert accounts(PayoutFailed, {example.PAYOUT: name}) == [ELSEWHERE]


@given(EVERY_ID)
def test_an_event_expects_its_object_at_the_provider_whatever_it_is_called_unless_it_was_made_up(name: str) -> None:
    invented = "_demo_" in name
    paid = ELSEWHERE if invented else PLATFORM
    assert accounts(PaymentCaptured, payment_id=name) == [paid]
    assert accounts(PaymentPutOnHold, payment_id=name) == [paid]
    assert accounts(ProviderFeeCharged, payment_id=name) == [paid]
    both = [ELSEWHERE, ELSEWHERE] if invented else [PLATFORM, COOP]
    assert accounts(FundsTransferred, transfer_id=name) == both
    assert accounts(RefundSettled, provider_refund=name) == both[:1]
    assert accounts(PayoutSent, provider_payout=name) == both[1:]
    assert accounts(PayoutFailed, {example.PAYOUT: name}) == both[1:]
