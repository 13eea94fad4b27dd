"""The tip never belongs to the coop: the same history with other tips gives the same coop's book (invariant 5)."""

from __future__ import annotations

from uuid import UUID

import hypothesis.strategies as st
from hypothesis import given, settings

from domain.aggregate import Stamp
from domain.campaign import basket, payments, refunds
from domain.campaign import settings as steps
from domain.campaign.disputes import facts as disputes
from domain.campaign.publication import PublishCampaign
from domain.chart_of_accounts import Account, Book, book_of
from domain.coop.registration import RegisterCoop
from domain.events.association import Policy
from domain.events.base import Tariff
from domain.events.campaign import CampaignDetails
from domain.events.coop import CoopDetails
from tests.properties.machines.ledger_harness import AT, DAY, LedgerHarness

COOP, CAMPAIGN, POLICY = UUID(int=1), UUID(int=2), Policy()
STAMP = Stamp(at=AT, by="test")
FATES = ("paid", "refunded", "half refunded", "contested", "lost", "won", "left")


def _history(fates: list[str], tips: list[int]) -> LedgerHarness:
    """Play one family per fate, each with its own tip."""
    ledger = LedgerHarness()
    details = CoopDetails(name="Coop", school="école", town="Nice", affiliation_number="7")
    tariff = Tariff(tariff_id="t", label="1 enfant", tiers=(12_00, 9_99), valid_from=DAY, valid_to=DAY)
    opening = (
        RegisterCoop(stream_id=COOP, association_id=UUID(int=9), details=details, demo=True, stamp=STAMP),
        steps.DraftCampaign(
            stream_id=CAMPAIGN,
            coop_id=COOP,
            details=CampaignDetails(title="Rentrée"),
            purpose=POLICY.purposes[0],
            school_year=2024,
            demo=True,
            policy=POLICY,
            stamp=STAMP,
        ),
        steps.SetTariffs(stream_id=CAMPAIGN, tariffs=(tariff,), stamp=STAMP),
        PublishCampaign(
            stream_id=CAMPAIGN,
            responsible_id=UUID(int=5),
            council_decision="2024-05-14",
            policy=POLICY,
            mandated=True,
            charter_version=0,
            charter_accepted=0,
            stamp=STAMP,
        ),
    )
    for command in opening:
        assert ledger.send(command) is None
    for number, (fate, tip) in enumerate(zip(fates, tips, strict=True)):
        _family(ledger, number, fate, tip)
    return ledger


def _family(ledger: LedgerHarness, number: int, fate: str, tip: int) -> None:
    key, name = UUID(int=100 + number), f"ch_{number}"
    children = tuple(
        basket.Child(participant_id=UUID(int=n), class_label=("CP", "CE1")[n], tariff_id="t") for n in range(2)
    )
    assert None is ledger.send(
        basket.PlaceContribution(
            contribution_id=key,
            payer_id=UUID(int=6),
            commitment="c",
            children=children,
            tip_cents=tip,
            terms_version="1",
            stream_id=CAMPAIGN,
            stamp=STAMP,
        )
    )
    if fate == "left":
        return
    captured = payments.RecordPaymentCaptured(
        stream_id=CAMPAIGN,
        stamp=STAMP,
        contribution_id=key,
        payment_id=name,
        cents=21_99,
        tip_cents=tip,
        paid_at=AT,
    )
    assert None is ledger.send(captured)
    if fate in ("refunded", "half refunded"):
        _refund(ledger, number, tip, whole=fate == "refunded")
    if fate in ("contested", "lost", "won"):
        _contest(ledger, number, fate, tip)


def _refund(ledger: LedgerHarness, number: int, tip: int, *, whole: bool) -> None:
    """Give a family back all that it paid, or a part and no tip."""
    refund_id, key = UUID(int=500 + number), UUID(int=100 + number)
    asked = refunds.RequestRefund(
        stream_id=CAMPAIGN,
        stamp=STAMP,
        refund_id=refund_id,
        contribution_id=key,
        cents=21_99 if whole else 10_01,
        tip_cents=tip if whole else 0,
        reason="other",
    )
    assert None is ledger.send(asked)
    assert None is ledger.send(
        refunds.RecordRefundSettled(
            refund_id=refund_id, provider_refund=f"re_{number}", settled_at=AT, stream_id=CAMPAIGN, stamp=STAMP
        )
    )


def _contest(ledger: LedgerHarness, number: int, fate: str, tip: int) -> None:
    """Have the bank of a family take its payment back, and keep it or give it back."""
    name = f"ch_{number}"
    opened = disputes.RecordDisputeOpened(
        stream_id=CAMPAIGN,
        stamp=STAMP,
        dispute_id=f"dp_{number}",
        provider_movement=f"txn_{number}",
        payment_id=name,
        cents=21_99 + tip,
        fee_cents=20_00,
        opened_at=AT,
    )
    assert None is ledger.send(opened)
    if fate in ("lost", "won"):
        name = f"dp_{number}"
        lost = disputes.RecordDisputeLost(dispute_id=name, closed_at=AT, stream_id=CAMPAIGN, stamp=STAMP)
        won = disputes.RecordDisputeWon(
            dispute_id=name,
            provider_movement=f"txn_back_{number}",
            cents=21_99 + tip,
            fee_cents=0,
            closed_at=AT,
            stream_id=CAMPAIGN,
            stamp=STAMP,
        )
        assert None is ledger.send(lost if fate == "lost" else won)


def _coops_book(ledger: LedgerHarness) -> dict[Account, int]:
    return {account: cents for (_, account), cents in ledger.balances.items() if book_of(account) is Book.COOP}


@settings(max_examples=200, deadline=None, database=None)
@given(data=st.data(), fates=st.lists(st.sampled_from(FATES), min_size=1, max_size=6))
def test_the_coops_book_is_the_same_whatever_families_tip(data: st.DataObject, fates: list[str]) -> None:
    tips = data.draw(st.lists(st.integers(0, 50_00), min_size=len(fates), max_size=len(fates)))
    with_tips, without = _history(fates, tips), _history(fates, [0] * len(fates))
    assert _coops_book(with_tips) == _coops_book(without)
    assert with_tips.by_class == without.by_class
    assert with_tips.boxes == without.boxes
