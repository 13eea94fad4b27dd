"""Operators enter what a coop gives families back itself, in cash, by bank or on another platform, and correct it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.aggregate import Intent, Stamp
from domain.calendar import paris_date
from domain.campaign.basket import Child, PlaceContribution
from domain.campaign.payments import RecordCashReceived
from domain.campaign.refunds import RecordRefundFailed
from domain.campaign.state import Campaign
from domain.coop.closing import RecordCashCounted
from domain.coop.payouts import RequestPayout
from domain.events.by_hand.cash import CashReturned, CashSlipCorrected
from domain.events.by_hand.refund import FailedRefundRepaid, PaymentToFamilyWithdrawn, RefundPaidOutOfBand
from domain.external.payments import MEANS
from service.bootstrap.runtime import open_runtime
from service.demo.scenario import DemoIds
from service.runtime.open_ledger import OpenLedger
from service.settings import Settings
from tests.service.cli.test_cli import Run, refused, run, show, told

__all__ = ["run", "told"]
BY = ("--by", "2024-1")
_WHY = ("--day", "2024-07-20", "--reason", "other")
PAID_AT = datetime(2024, 7, 5, 10, 0, tzinfo=UTC)
Make = Callable[[Stamp, OpenLedger], Intent[Any]]


def enter(*makes: Make, at: datetime = PAID_AT) -> None:
    """Have something happen that no operator types."""
    with open_runtime(Settings()) as runtime:
        opened = runtime.ledger("ad06")
        for make in makes:
            opened.ledger.bus.submit(make(Stamp(at=at, by="test"), opened)).result()


def campaign(told: DemoIds) -> Campaign:
    """The campaign as its events say."""
    with open_runtime(Settings()) as runtime:
        return runtime.ledger("ad06").ledger.store.load(Campaign, told.campaign_id)


def of_two_children(told: DemoIds) -> UUID:
    """A contribution of the demonstration for two children, of 24 €."""
    return next(key for key, one in campaign(told).contributions.items() if len(one.lines) == 2)


def at_the_desk(told: DemoIds, means: str) -> UUID:
    """A basket of 12 € that the desk entered, to be paid by some means."""
    contribution_id = uuid4()
    child = Child(participant_id=uuid4(), class_label="CE1", tariff_id="enfant", cents=1200)
    enter(
        lambda stamp, _: PlaceContribution(
            stream_id=told.campaign_id,
            stamp=stamp,
            contribution_id=contribution_id,
            payer_id=uuid4(),
            commitment="0" * 64,
            children=(child,),
            means=means,
            desk=True,
        )
    )
    return contribution_id


def in_cash(told: DemoIds, slip: str) -> UUID:
    """A family paid 12 € in cash under a slip."""
    family = at_the_desk(told, "cash")
    enter(
        lambda stamp, opened: RecordCashReceived(
            stream_id=told.campaign_id,
            stamp=stamp,
            contribution_id=family,
            slip=slip,
            cents=1200,
            paid_at=PAID_AT,
            policy=opened.association().policy,
        )
    )
    return family


def sound(run: Run, database: str) -> None:
    """The log and its read models prove each other after what was entered."""
    show(database)
    verified = run("verify", "ad06")
    assert verified.exit_code == 0, verified.output


def test_what_is_no_longer_online_is_refunded_by_the_coop_and_the_entry_withdrawn(
    run: Run, told: DemoIds, database: str
) -> None:
    enter(
        lambda stamp, opened: RequestPayout(
            stream_id=told.coop_id, stamp=stamp, payout_id=uuid4(), cents=opened.available(told.coop_id)
        ),
        at=datetime(2024, 7, 20, tzinfo=UTC),
    )
    family, today = of_two_children(told), paris_date(datetime.now(UTC))
    paid = ("refund", "pay", "ad06", told.campaign_id, family)
    how = ("--means", "cheque", "--day", today, "--reason", "child_left", *BY)
    assert refused(run(*paid, "--cents", 2401, *how)).code == "refund-too-large"
    assert refused(run(*paid, "--cents", 1200, "--line", "deux=1200", *how)).code == "invalid-input"
    refund_id, label = run(*paid, "--cents", 1200, "--line", "2=1200", *how).output.split("\n", 1)
    assert label.strip() == RefundPaidOutOfBand.LABEL
    assert [line.held for line in campaign(told).contribution(family).lines.values()] == [1200, 0]
    back = ("refund", "withdraw", "ad06", told.campaign_id, refund_id, "--reason", "never_happened", *BY)
    assert run(*back).output.strip() == PaymentToFamilyWithdrawn.LABEL
    assert run(*back).output.strip() == "Déjà enregistré."
    assert [line.held for line in campaign(told).contribution(family).lines.values()] == [1200, 1200]
    sound(run, database)


def test_a_refund_that_came_back_from_the_card_is_repaid_once(run: Run, told: DemoIds, database: str) -> None:
    (refund_id,) = campaign(told).refunds
    repay = ("refund", "repay", "ad06", told.campaign_id, refund_id, "--means", "transfer", "--day", "2024-07-20", *BY)
    assert refused(run(*repay)).code == "conflict"
    failed_at = datetime(2024, 7, 15, tzinfo=UTC)
    enter(
        lambda stamp, _: RecordRefundFailed(
            stream_id=told.campaign_id, stamp=stamp, refund_id=refund_id, reason="expired_card", failed_at=failed_at
        ),
        at=failed_at,
    )
    assert run(*repay).output.strip() == FailedRefundRepaid.LABEL
    assert run(*repay).output.strip() == "Déjà enregistré."
    sound(run, database)


def test_a_slip_is_corrected_and_cash_goes_back_to_the_family(run: Run, told: DemoIds, database: str) -> None:
    family = in_cash(told, "B-1")
    fixed = run("cash", "correct", "ad06", told.campaign_id, "B-1", "--cents", 1000, "--reason", "mistake", *BY)
    assert fixed.output.strip() == CashSlipCorrected.LABEL
    back = ("cash", "return", "ad06", told.campaign_id, family, "B-2")
    how = ("--day", "2024-07-20", "--reason", "duplicate", *BY)
    assert refused(run(*back, "--cents", 1001, *how)).code == "refund-too-large"
    refund_id, label = run(*back, "--cents", 400, *how).output.split("\n", 1)
    assert label.strip() == CashReturned.LABEL
    assert sum(line.held for line in campaign(told).contribution(family).lines.values()) == 600
    again = ("refund", "withdraw", "ad06", told.campaign_id, refund_id, "--reason", "mistake", *BY)
    assert run(*again).output.strip() == PaymentToFamilyWithdrawn.LABEL
    enter(lambda stamp, _: RecordCashCounted(stream_id=told.coop_id, counted=1000, stamp=stamp), at=datetime.now(UTC))
    sound(run, database)


def test_what_another_platform_received_and_gave_back_is_entered(run: Run, told: DemoIds, database: str) -> None:
    family = at_the_desk(told, MEANS)
    paid = ("external", "payment", "ad06", told.campaign_id, family, "--platform", "lydia", "--reference", "L-7")
    when = ("--cents", 1200, "--at", "2024-07-05T12:00")
    payment_id = run(*paid, *when).output.strip()
    assert run(*paid, *when).output.strip() == "Ce paiement était déjà enregistré."
    refund = ("external", "refund", "ad06", told.campaign_id, payment_id, "--at", "2024-07-06")
    assert refused(run(*refund, "--cents", 1201)).code == "refund-too-large"
    refund_id = run(*refund, "--cents", 500, "--line", "1=500").output.strip()
    assert set(campaign(told).external_refunds) == {UUID(refund_id)}
    entered = campaign(told).contribution(family).external_payments[UUID(payment_id)]
    assert entered.paid_at == PAID_AT  # noon in Paris
    assert sum(entered.left.values()) == 700
    sound(run, database)


@pytest.mark.parametrize(
    "words",
    [
        ("refund", "pay", "ad06", "{campaign}", "{other}", "--cents", "1", "--means", "cash", *_WHY),
        ("refund", "repay", "ad06", "{campaign}", "{other}", "--means", "cash", "--day", "2024-07-20"),
        ("refund", "withdraw", "ad06", "{campaign}", "{other}", "--reason", "mistake"),
        ("cash", "return", "ad06", "{campaign}", "{other}", "B-9", "--cents", "1", *_WHY),
        ("cash", "correct", "ad06", "{campaign}", "B-9", "--cents", "1", "--reason", "mistake"),
    ],
    ids=lambda words: "-".join(words[:2]),
)
def test_what_nobody_knows_is_not_entered_and_nobody_is_named_by_a_name(
    run: Run, told: DemoIds, words: tuple[str, ...]
) -> None:
    typed = [word.format(campaign=told.campaign_id, other=uuid4()) for word in words]
    assert refused(run(*typed, *BY)).code == "not-found"
    assert refused(run(*typed, "--by", "Mme Durand")).code == "actor-invalid"
