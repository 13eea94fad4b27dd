"""Payment in three times: taken on the day, tried again, paid by its holder, stopped, given up; each part once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from adapters.stripe_provider.limits import LIMITS
from domain.calendar import paris_date
from domain.campaign.instalments import CancelInstalments
from domain.campaign.settings import SetTariffs
from domain.chart_of_accounts import Account
from domain.events.base import Tariff
from domain.events.contribution import PaymentCaptured, PaymentPutOnHold
from domain.events.instalment import InstalmentFailed, InstalmentsScheduled
from domain.limits.charges import BasketNotChargeable, ChargeLimits
from service.payments.checkout import lead_to_instalment
from tests.kit.service_world import PRICE, TIP, ServiceWorld

PART = 2 * PRICE // 3


def captured(world: ServiceWorld) -> list[PaymentCaptured]:
    """The payments received, in order."""
    return [event for event in world.events() if isinstance(event, PaymentCaptured)]


def failed(world: ServiceWorld) -> list[InstalmentFailed]:
    """The refusals of instalments, in order."""
    return [event for event in world.events() if isinstance(event, InstalmentFailed)]


def by_hand(world: ServiceWorld, contribution_id: UUID, number: int, card: str = "good") -> None:
    """Have the holder of the card pay an instalment on the provider's page."""
    page = lead_to_instalment(world.context, world.campaign_id, contribution_id, number)
    assert world.submit(page.session, card) == "Paid"


def test_three_parts_are_taken_on_their_days_to_the_cent_and_the_tip_with_the_first_only(world: ServiceWorld) -> None:
    world.certify()
    everybody: dict[str, Any] = {"valid_from": date(2024, 9, 1), "valid_to": date(2028, 8, 31)}
    world.do(SetTariffs, tariffs=(Tariff(tariff_id="t1", label="Un enfant", tiers=(25_00,), **everybody),))
    world.pay("CP A", instalments=3)
    world.settle(days=31)
    world.settle(days=31)
    assert [(one.instalment, one.cents, one.tip_cents) for one in captured(world)] == [
        (1, 8_34, TIP),
        (2, 8_33, 0),
        (3, 8_33, 0),
    ]
    assert world.balance(Account.PSP_COOP) == 25_00
    assert world.balance(Account.INSTALMENTS_EXPECTED) == 0
    world.settle(days=60)
    assert len(captured(world)) == 3
    world.check_money()


def test_a_month_after_the_last_of_january_is_the_last_of_february(world: ServiceWorld) -> None:
    world.sandbox.pass_time(days=90)
    assert paris_date(world.now()) == date(2027, 1, 31)
    world.pay("CP A", "CE1", instalments=3)
    (scheduled,) = (event for event in world.events() if isinstance(event, InstalmentsScheduled))
    assert [due.due_on for due in scheduled.instalments] == [date(2027, 2, 28), date(2027, 3, 31)]
    for days in (27, 1, 30, 1):
        world.settle(days=days)
    world.settle(seconds=3)
    assert [paris_date(one.paid_at) for one in captured(world)] == [
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
    ]
    world.check_money()


def test_a_refused_instalment_is_tried_again_after_3_7_and_14_days_and_given_up_after_28(world: ServiceWorld) -> None:
    contribution_id = world.pay("CP A", "CE1", card="fails later", instalments=3)
    for _ in range(29):
        world.settle(days=1)
    for _ in range(30):
        world.settle(days=1)
    second = [event for event in failed(world) if event.number == 2]
    assert [(paris_date(event.at), event.retry_on, event.final) for event in second] == [
        (date(2026, 12, 2), date(2026, 12, 5), False),
        (date(2026, 12, 5), date(2026, 12, 12), False),
        (date(2026, 12, 12), date(2026, 12, 26), False),
        (date(2026, 12, 26), None, False),
        (date(2026, 12, 30), None, True),
    ]
    assert 2 not in world.contribution(contribution_id).schedule
    assert len(captured(world)) == 1
    world.check_money()


def test_a_bank_that_wants_its_customer_is_not_asked_again_and_the_holder_pays_by_the_page(world: ServiceWorld) -> None:
    contribution_id = world.pay("CP A", "CE1", card="asks later", instalments=3)
    world.settle(days=31)
    (refusal,) = failed(world)
    assert (refusal.reason, refusal.retry_on) == ("authentication_required", None)
    by_hand(world, contribution_id, 2)
    world.settle(seconds=3)
    assert [one.instalment for one in captured(world)] == [1, 2]
    # The card that paid is kept for what remains.
    world.settle(days=31)
    world.settle(seconds=3)
    assert [(one.instalment, one.cents) for one in captured(world)] == [(1, PART), (2, PART), (3, PART)]
    world.check_money()


def test_instalments_that_were_cancelled_are_never_taken_and_what_was_paid_stays(world: ServiceWorld) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1", instalments=3)
    world.settle(days=31)
    world.do(CancelInstalments, contribution_id=contribution_id, reason="family")
    for _ in range(3):
        world.settle(days=31)
    assert [one.instalment for one in captured(world)] == [1, 2]
    assert world.balance(Account.INSTALMENTS_EXPECTED) == 0
    assert world.balance(Account.PSP_COOP) == 2 * PART
    world.check_money()


def test_a_late_failure_of_an_old_attempt_says_nothing_any_more(world: ServiceWorld) -> None:
    contribution_id = world.pay("CP A", "CE1", card="fails later", instalments=3)
    world.sandbox.do("/failures", method="POST", path="/v1/payment_intents", kind="lost_response", times=3)
    world.sandbox.pass_time(days=31)
    world.worker.work_off()
    assert failed(world) == []
    by_hand(world, contribution_id, 2)
    # The good news comes first, and only then the bad news that it made old.
    world.settle(seconds=30)
    assert [one.instalment for one in captured(world)] == [1, 2]
    world.settle(days=1)
    assert [one.instalment for one in captured(world)] == [1, 2]
    assert 2 not in world.contribution(contribution_id).schedule
    world.check_money()


@pytest.mark.parametrize("hours", [1, 50], ids=["within the life of the key", "when the key is forgotten"])
def test_an_instalment_taken_without_our_knowing_and_paid_by_hand_too_is_given_back_once(
    world: ServiceWorld, hours: int
) -> None:
    world.certify()
    contribution_id = world.pay("CP A", "CE1", instalments=3)
    world.sandbox.do("/failures", method="POST", path="/v1/payment_intents", kind="lost_response", times=3)
    world.sandbox.pass_time(days=31)
    world.worker.work_off()
    by_hand(world, contribution_id, 2)
    world.sandbox.pass_time(seconds=3600 * hours)
    world.settle(seconds=30)
    world.settle(seconds=30)
    assert [one.instalment for one in captured(world)] == [1, 2]
    (twice,) = (event for event in world.events() if isinstance(event, PaymentPutOnHold))
    assert twice.cents == PART
    assert world.kinds().count("OnHoldPaymentReturned") == 1
    assert world.kinds().count("ProviderFeeCharged") == 3
    assert world.balance(Account.PSP_COOP) == 2 * PART
    world.check_money()


def test_an_instalment_below_what_the_provider_takes_by_now_is_given_up_and_never_parked(
    world: ServiceWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit changed since it was planned: no card can pay it, so the coop decides what follows."""
    world.certify()
    contribution_id = world.pay("CP A", instalments=3)
    assert lead_to_instalment(world.context, world.campaign_id, contribution_id, 2).url
    dearer = replace(LIMITS, charges=ChargeLimits(least=PRICE))
    monkeypatch.setattr(world.worker.provider, "limits", dearer)
    with pytest.raises(BasketNotChargeable) as refused:
        lead_to_instalment(world.context, world.campaign_id, contribution_id, 2)
    assert "d’au moins 12,00\u00a0€" in refused.value.french
    world.settle(days=70)
    assert [(one.number, one.reason, one.final) for one in failed(world)] == [
        (2, "amount_not_chargeable", True),
        (3, "amount_not_chargeable", True),
    ]
    assert len(captured(world)) == 1
    world.check_money()
