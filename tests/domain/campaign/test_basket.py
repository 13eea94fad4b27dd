"""A family's basket: priced, placed, abandoned or corrected."""

from datetime import timedelta

import msgspec
import pytest

from domain.campaign.basket import (
    MAX_CHILDREN,
    AbandonContribution,
    CorrectContribution,
    PlaceContribution,
    price_basket,
)
from domain.campaign.payments import RecordCashReceived
from domain.campaign.publication import ArchiveCampaign, SetPublication, SuspendCampaign
from domain.campaign.settings import SetFormFields, SetPaymentOptions
from domain.chart_of_accounts import Account
from domain.errors import (
    AlreadyExists,
    AmountInvalid,
    AnswerMissing,
    CampaignClosed,
    ClassInvalid,
    ClassNotListed,
    Conflict,
    InvalidInput,
    NotFound,
    OutsideWindow,
    ReasonInvalid,
    TariffMismatch,
    TermsNotAccepted,
)
from domain.events.association import Policy
from domain.events.base import InstalmentTerms
from domain.events.campaign import FormField
from domain.events.contribution import ContributionCorrected, ContributionPlaced
from domain.journal import postings
from domain.money import MAX_CENTS
from tests.kit import example
from tests.kit.in_memory_ledger import (
    BASKET,
    CARD_ONLY,
    InMemoryLedger,
    ask_refund,
    capture,
    child,
    drafted,
    paid,
    placed,
    published,
    tariff,
)

ALL_MEANS = Policy(means=("card", "cash", "cheque", "other"))
CORRECTION = {
    "contribution_id": example.CONTRIBUTION,
    "line": 1,
    "class_label": "CE1",
    "tariff_id": "t1",
    "reason": "mistake",
}


def contributions_by_class(ledger: InMemoryLedger) -> dict[str, int]:
    """What each class received."""
    totals: dict[str, int] = {}
    for event in ledger.events:
        for leg in postings(event):
            if leg.account is Account.CONTRIBUTIONS:
                totals[str(leg.class_code)] = totals.get(str(leg.class_code), 0) + leg.credit - leg.debit
    return totals


def test_the_guide_s_basket_of_two_children_makes_24_euros() -> None:
    ledger = placed()
    event = ledger.events[-1]
    assert isinstance(event, ContributionPlaced)
    assert [line.cents for line in event.lines] == [1_200, 1_200]
    contribution = ledger.campaign.contribution(example.CONTRIBUTION)
    assert (contribution.due, contribution.outstanding, contribution.tip_due) == (2_400, 2_400, 192)


def test_the_guide_s_school_receives_48_euros_in_three_classes() -> None:
    ledger = paid()
    for number, class_label in enumerate(("CE2 – CM1", "CPA"), start=1):
        basket = {
            **BASKET,
            "contribution_id": example.uid(number),
            "children": (child(5, class_label),),
            "tip_cents": 0,
        }
        ledger.do(PlaceContribution, **basket)
        capture(ledger, contribution_id=example.uid(number), payment_id=f"pi_{number}x", cents=1_200, tip_cents=0)
    assert contributions_by_class(ledger) == {"CPA": 2_400, "CE1": 1_200, "CE2-CM1": 1_200}


@pytest.mark.parametrize(
    ("children", "prices"),
    [(1, (1_200,)), (2, (1_200, 1_000)), (3, (1_200, 1_000, 800)), (5, (1_200, 1_000) + (800,) * 3)],
)
def test_siblings_are_priced_by_their_rank(children: int, prices: tuple[int, ...]) -> None:
    tariffs = {"t1": tariff(1_200, 1_000, 800)}
    assert price_basket(tariffs, [child(number) for number in range(children)]) == prices


def test_the_rank_of_a_child_counts_at_its_own_tariff_only() -> None:
    tariffs = {"t1": tariff(1_200, 1_000), "t2": tariff(500, 400, tariff_id="t2")}
    children = [child(1), child(2, tariff_id="t2"), child(3), child(4, tariff_id="t2")]
    assert price_basket(tariffs, children) == (1_200, 500, 1_000, 400)


def test_a_free_tariff_takes_what_the_family_chose_from_its_minimum() -> None:
    tariffs = {"t1": tariff(500, free=True)}
    children = [child(1, cents=1_500), child(2, cents=500), child(3)]
    assert price_basket(tariffs, children) == (1_500, 500, 500)


@pytest.mark.parametrize(
    ("tariffs", "wrong"),
    [
        ({"t1": tariff(500, free=True)}, child(cents=499)),
        ({"t1": tariff(1_200)}, child(cents=2_000)),
        ({"t1": tariff(1_200)}, child(cents=1_199)),
        ({}, child()),
    ],
)
def test_an_amount_that_is_not_the_tariff_s_is_refused(tariffs: dict[str, object], wrong: object) -> None:
    ledger = published(*tariffs.values()) if tariffs else published(tariff(1_200, tariff_id="t2"))  # type: ignore[arg-type]
    ledger.refused(TariffMismatch, PlaceContribution, **{**BASKET, "children": (wrong,)})


def test_the_price_that_the_family_saw_is_accepted() -> None:
    assert published().do(PlaceContribution, **{**BASKET, "children": (child(cents=1_200),)})


def test_a_free_basket_of_nothing_is_refused() -> None:
    published(tariff(0, free=True)).refused(AmountInvalid, PlaceContribution, **BASKET)


@pytest.mark.parametrize("tip_cents", [-1, MAX_CENTS + 1])
def test_a_tip_is_at_least_nothing(tip_cents: int) -> None:
    published().refused(AmountInvalid, PlaceContribution, **{**BASKET, "tip_cents": tip_cents})
    assert published().do(PlaceContribution, **{**BASKET, "tip_cents": 0})


@pytest.mark.parametrize("children", [0, MAX_CHILDREN + 1])
def test_a_basket_holds_between_1_and_20_children(children: int) -> None:
    too_many = tuple(child(number) for number in range(children))
    published().refused(InvalidInput, PlaceContribution, **{**BASKET, "children": too_many})


@pytest.mark.parametrize("children", [1, MAX_CHILDREN])
def test_a_basket_of_1_or_20_children_is_placed(children: int) -> None:
    family = tuple(child(number) for number in range(children))
    assert published().do(PlaceContribution, **{**BASKET, "children": family})


def test_a_basket_is_placed_once() -> None:
    placed().refused(AlreadyExists, PlaceContribution, **BASKET)


def test_a_draft_and_a_campaign_put_away_take_no_basket_even_at_the_desk() -> None:
    ledger = published()
    ledger.do(ArchiveCampaign)
    for closed in (drafted(), ledger):
        closed.refused(CampaignClosed, PlaceContribution, **BASKET)
        closed.refused(CampaignClosed, PlaceContribution, **BASKET, desk=True)


def test_without_a_public_form_only_the_desk_adds_participants() -> None:
    ledger = published()
    ledger.do(SetPublication, by_link=False, opens_at=None, closes_at=None)
    ledger.refused(CampaignClosed, PlaceContribution, **BASKET)
    assert ledger.do(PlaceContribution, **BASKET, desk=True)


def test_a_suspended_campaign_still_takes_what_the_desk_adds() -> None:
    ledger = published()
    ledger.do(SuspendCampaign)
    assert ledger.do(PlaceContribution, **BASKET, desk=True)


def test_the_window_opens_on_its_minute_and_is_closed_on_its_last() -> None:
    ledger = published()
    opens, closes = example.NOW, example.NOW + timedelta(days=2)
    ledger.do(SetPublication, by_link=True, opens_at=opens, closes_at=closes)
    second = timedelta(seconds=1)
    ledger.refused(OutsideWindow, PlaceContribution, **BASKET, at=opens - second)
    ledger.refused(OutsideWindow, PlaceContribution, **BASKET, at=closes)
    assert ledger.decide(PlaceContribution, **BASKET, at=opens)
    assert ledger.decide(PlaceContribution, **BASKET, at=closes - second)
    assert ledger.decide(PlaceContribution, **BASKET, at=closes, desk=True)


def test_a_window_may_be_open_at_either_end() -> None:
    ledger = published()
    ledger.do(SetPublication, by_link=True, opens_at=None, closes_at=example.NOW + timedelta(days=1))
    assert ledger.decide(PlaceContribution, **BASKET)
    ledger.do(SetPublication, by_link=True, opens_at=example.NOW, closes_at=None)
    assert ledger.decide(PlaceContribution, **BASKET)


def test_a_means_that_the_campaign_does_not_offer_is_refused() -> None:
    ledger = published()
    ledger.refused(Conflict, PlaceContribution, **{**BASKET, "tip_cents": 0}, means="cash")
    ledger.refused(Conflict, PlaceContribution, **BASKET, means="cheque", desk=True)
    assert ledger.do(PlaceContribution, **{**BASKET, "tip_cents": 0}, means="cash", desk=True)


def test_instalments_are_those_the_campaign_offers_and_by_card() -> None:
    ledger = published()
    ledger.refused(Conflict, PlaceContribution, **BASKET, instalments=3)
    terms = InstalmentTerms(count=3, interval_months=1)
    ledger.do(SetPaymentOptions, means=("card", "cash"), instalments=terms, message="", policy=ALL_MEANS)
    ledger.refused(Conflict, PlaceContribution, **BASKET, instalments=2)
    ledger.refused(Conflict, PlaceContribution, **BASKET, instalments=0)
    ledger.refused(Conflict, PlaceContribution, **{**BASKET, "tip_cents": 0}, instalments=3, means="cash")
    assert ledger.decide(PlaceContribution, **BASKET, instalments=1)
    assert ledger.decide(PlaceContribution, **BASKET, instalments=3)


def test_a_class_outside_the_coop_s_list_of_that_year_is_refused() -> None:
    ledger = published()
    ledger.refused(ClassNotListed, PlaceContribution, **BASKET, known_classes={2024: ("CPA",)})
    assert ledger.decide(PlaceContribution, **BASKET, known_classes={2024: ("CPA", "CE1")})
    assert ledger.decide(PlaceContribution, **BASKET, known_classes={2023: ("CPA",)})


def test_a_child_without_class_is_kept_apart_even_with_a_list() -> None:
    ledger = published()
    without = {**BASKET, "children": (child(1, " "),)}
    (event,) = ledger.do(PlaceContribution, **without, known_classes={2024: ("CPA",)})
    assert isinstance(event, ContributionPlaced)
    assert event.lines[0].class_code == "SANS-CLASSE"


def test_a_class_that_cannot_be_read_is_refused() -> None:
    published().refused(ClassInvalid, PlaceContribution, **{**BASKET, "children": (child(1, "?"),)})


def test_a_basket_is_abandoned_once_and_only_unpaid() -> None:
    ledger = placed()
    gone = {"contribution_id": example.CONTRIBUTION, "reason": "expired"}
    assert ledger.do(AbandonContribution, **gone)
    assert ledger.does_nothing(AbandonContribution, **gone)
    paid().refused(Conflict, AbandonContribution, **gone)
    published().refused(NotFound, AbandonContribution, **gone)


def test_a_basket_paid_in_cash_is_not_abandoned() -> None:
    ledger = published()
    ledger.do(PlaceContribution, **{**BASKET, "tip_cents": 0}, means="cash", desk=True)
    cash = {"slip": "B-1", "cents": 1_200, "paid_at": example.NOW, "policy": CARD_ONLY}
    ledger.do(RecordCashReceived, contribution_id=example.CONTRIBUTION, **cash)
    ledger.refused(Conflict, AbandonContribution, contribution_id=example.CONTRIBUTION, reason="expired")


def test_money_that_comes_after_all_revives_an_abandoned_basket() -> None:
    ledger = placed()
    ledger.do(AbandonContribution, contribution_id=example.CONTRIBUTION, reason="expired")
    capture(ledger)
    assert not ledger.campaign.contribution(example.CONTRIBUTION).abandoned


def test_a_corrected_class_moves_its_money_and_changes_no_total() -> None:
    ledger = paid()
    (event,) = ledger.do(CorrectContribution, **CORRECTION)
    assert isinstance(event, ContributionCorrected)
    assert (event.old_class, event.new_class, event.held, event.due) == ("CPA", "CE1", 1_200, 1_200)
    assert contributions_by_class(ledger) == {"CPA": 0, "CE1": 2_400}
    assert ledger.does_nothing(CorrectContribution, **CORRECTION)


def test_a_child_is_corrected_before_it_paid() -> None:
    ledger = placed()
    (event,) = ledger.do(CorrectContribution, **CORRECTION)
    assert postings(event) == ()
    capture(ledger)
    assert contributions_by_class(ledger) == {"CE1": 2_400}


def test_a_correction_of_an_unknown_child_or_without_reason_is_refused() -> None:
    ledger = paid()
    ledger.refused(InvalidInput, CorrectContribution, **{**CORRECTION, "line": 3})
    ledger.refused(ReasonInvalid, CorrectContribution, **{**CORRECTION, "reason": " "})
    ledger.refused(ClassInvalid, CorrectContribution, **{**CORRECTION, "class_label": ""})
    ledger.refused(NotFound, CorrectContribution, **{**CORRECTION, "contribution_id": example.uid(1)})


def test_a_correction_to_a_tariff_that_the_campaign_does_not_have_is_refused() -> None:
    ledger = paid()
    ledger.refused(InvalidInput, CorrectContribution, **{**CORRECTION, "tariff_id": "t9"})


def test_a_line_whose_money_is_on_its_way_back_is_not_corrected() -> None:
    ledger = paid()
    ask_refund(ledger)
    ledger.refused(Conflict, CorrectContribution, **CORRECTION)


def asking(**states: str) -> InMemoryLedger:
    """A published campaign that asks something of each child."""
    ledger = published()
    ledger.do(SetFormFields, fields=tuple(FormField(name=name, state=state) for name, state in states.items()))
    return ledger


def test_a_basket_without_accepted_terms_is_refused_except_at_the_desk() -> None:
    ledger = published()
    ledger.refused(TermsNotAccepted, PlaceContribution, **{**BASKET, "terms_version": ""})
    assert ledger.do(PlaceContribution, **{**BASKET, "terms_version": ""}, desk=True)


def test_a_required_class_is_named_for_every_child() -> None:
    ledger = asking(**{"class": "required"})
    one_without = (child(1, "CPa"), child(2, " "))
    ledger.refused(AnswerMissing, PlaceContribution, **{**BASKET, "children": one_without})
    assert ledger.do(PlaceContribution, **BASKET)


def test_a_required_answer_is_given_for_every_child_and_an_optional_one_need_not_be() -> None:
    ledger = asking(mobile="required", address="optional", photo="hidden")
    ledger.refused(AnswerMissing, PlaceContribution, **BASKET)
    answered = tuple(msgspec.structs.replace(one, answers=("mobile",)) for one in BASKET["children"])
    ledger.refused(AnswerMissing, PlaceContribution, **{**BASKET, "children": (answered[0], child(2, "CE1"))})
    assert ledger.do(PlaceContribution, **{**BASKET, "children": answered})


def test_what_is_required_of_families_does_not_stop_the_desk() -> None:
    ledger = asking(**{"class": "required", "mobile": "required"})
    assert ledger.do(PlaceContribution, **{**BASKET, "children": (child(1, ""),)}, desk=True)


def test_an_archived_campaign_is_not_corrected() -> None:
    ledger = placed()
    ledger.do(AbandonContribution, contribution_id=example.CONTRIBUTION, reason="expired")
    ledger.do(ArchiveCampaign)
    correction = {"contribution_id": example.CONTRIBUTION, "line": 1, "class_label": "CM2", "tariff_id": "t1"}
    ledger.refused(Conflict, CorrectContribution, **correction, reason="mistake")
