"""Each of Stripe's events has us look at the right object again, and one look answers those that say the same."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from adapters.payments.subjects import Shown, Subject, SubjectKind
from adapters.stripe_provider import StripeProvider
from tests.kit.stripe.provider_requests import settings_for

CHARGES = tuple(f"charge.{what}" for what in ("succeeded", "updated", "failed", "captured", "expired", "pending"))
INTENTS = tuple(
    f"payment_intent.{what}"
    for what in ("created", "processing", "requires_action", "payment_failed", "canceled", "succeeded")
)
ALONE = {
    "payment_intent.amount_capturable_updated": SubjectKind.PAYMENT,
    "charge.dispute.created": SubjectKind.DISPUTE,
    "charge.dispute.funds_withdrawn": SubjectKind.DISPUTE,
    "charge.dispute.closed": SubjectKind.DISPUTE,
    "checkout.session.completed": SubjectKind.CHECKOUT,
    "checkout.session.expired": SubjectKind.CHECKOUT,
    "refund.created": SubjectKind.REFUND,
    "refund.failed": SubjectKind.REFUND,
    "charge.refund.updated": SubjectKind.REFUND,
    "charge.refunded": SubjectKind.REFUNDS_OF_PAYMENT,
    "transfer.reversed": SubjectKind.TRANSFER,
    "payout.paid": SubjectKind.PAYOUT,
    "payout.failed": SubjectKind.PAYOUT,
    "account.updated": SubjectKind.ACCOUNT,
    "account.external_account.created": SubjectKind.ACCOUNT,
    "v2.core.account[requirements].updated": SubjectKind.ACCOUNT,
    "v2.core.account_person.created": SubjectKind.ACCOUNT,
}
SILENT = (
    "balance.available",
    "transfer.created",
    "charge",
    "customer.created",
    "charge.unheard_of",
    "topup.failed",
    "",
)


class Told(NamedTuple):
    """What an event says of itself."""

    kind: str
    object_id: str = "obj_1"
    account: str | None = None
    payment: str | None = None


@pytest.fixture(scope="module")
def reader() -> StripeProvider:
    """The adapter, with an address that nothing listens to: to read an event makes no call."""
    return StripeProvider(settings_for("http://127.0.0.1:9"))


@pytest.mark.parametrize("alike", [CHARGES, INTENTS], ids=("charges", "intents"))
def test_what_says_the_same_of_a_payment_is_answered_by_one_look(
    alike: tuple[str, ...], reader: StripeProvider
) -> None:
    for kind in alike:
        subject = reader.subject_of(Told(kind))
        assert subject is not None
        assert (subject.kind, subject.object_id, set(subject.answers)) == (SubjectKind.PAYMENT, "obj_1", set(alike))


@pytest.mark.parametrize("kind", [*CHARGES, *INTENTS, "checkout.session.completed"])
def test_what_names_its_payment_is_answered_by_one_look_at_it_whatever_told_of_it(
    kind: str, reader: StripeProvider
) -> None:
    subject = reader.subject_of(Told(kind, payment="pi_1"))
    assert subject is not None
    assert (subject.kind, subject.object_id) == (SubjectKind.PAYMENT, "pi_1")
    assert {*CHARGES, *INTENTS, "checkout.session.completed"} <= set(subject.answers)
    assert subject.wants == (Shown.CHARGED if kind == "charge.updated" else Shown.PAID)


@pytest.mark.parametrize("kind", ALONE)
def test_what_happens_to_a_payment_later_is_looked_at_each_time(kind: str, reader: StripeProvider) -> None:
    if kind != "checkout.session.completed":
        assert reader.subject_of(Told(kind, payment="pi_1")) == Subject(ALONE[kind], "obj_1", None, (kind,))


@pytest.mark.parametrize("kind", ALONE)
def test_every_other_event_is_answered_alone(kind: str, reader: StripeProvider) -> None:
    assert reader.subject_of(Told(kind)) == Subject(ALONE[kind], "obj_1", None, (kind,))


@pytest.mark.parametrize("kind", SILENT)
def test_an_event_of_something_else_says_nothing(kind: str, reader: StripeProvider) -> None:
    assert reader.subject_of(Told(kind)) is None


def test_what_happens_in_a_coops_account_names_it_and_a_part_of_an_account_means_the_whole(
    reader: StripeProvider,
) -> None:
    paid = reader.subject_of(Told("payout.paid", "po_1", "acct_1"))
    assert paid == Subject(SubjectKind.PAYOUT, "po_1", "acct_1", ("payout.paid",))
    part = reader.subject_of(Told("account.external_account.created", "ba_1", "acct_1"))
    assert part is not None
    assert (part.kind, part.object_id) == (SubjectKind.ACCOUNT, "acct_1")
