"""Repeating a request is safe: one Idempotency-Key, one effect, one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from tests.kit.api_server import MANDATAIRE, PLATFORM, TREASURER, ApiServer

BASKET: Final[dict[str, Any]] = {
    "payer": {"first_name": "Robert", "last_name": "DUPOND"},
    "children": [{"first_name": "Zoé", "last_name": "DUPOND", "class_label": "CE1", "tariff_id": "enfant"}],
}
COMPARED: Final = ("stream_id", "version", "position", "events", "ids")


def _baskets(served: ApiServer) -> str:
    return f"/coops/{served.ids.coop_id}/campaigns/{served.ids.campaign_id}/contributions"


def test_the_same_key_and_body_give_the_first_outcome_again(served: ApiServer) -> None:
    first = served.done(MANDATAIRE, "POST", _baskets(served), BASKET, key="basket-once-1")
    head = served.head()
    again = served.done(MANDATAIRE, "POST", _baskets(served), BASKET, key="basket-once-1")
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert {name: again[name] for name in COMPARED} == {name: first[name] for name in COMPARED}
    assert served.head() == head


def test_the_same_key_with_another_body_is_refused(served: ApiServer) -> None:
    served.done(MANDATAIRE, "POST", _baskets(served), BASKET, key="basket-once-2")
    head = served.head()
    other = served.call(MANDATAIRE, "POST", _baskets(served), {**BASKET, "tip_cents": 100}, key="basket-once-2")
    assert (other.status_code, other.json()["type"]) == (409, "urn:coopledger:key-reused")
    assert served.head() == head


def test_the_same_key_on_another_address_is_refused(served: ApiServer) -> None:
    coop = f"/coops/{served.ids.coop_id}"
    served.done(MANDATAIRE, "POST", f"{coop}/payouts", {"cents": 100}, key="one-key-two-routes")
    other = served.call(
        TREASURER, "PUT", f"{coop}/classes", {"school_year": 2030, "labels": ["CP"]}, key="one-key-two-routes"
    )
    assert other.status_code == 200, "another person's key is another key"
    same_person = served.call(
        MANDATAIRE, "PUT", f"{coop}/classes", {"school_year": 2031, "labels": ["CP"]}, key="one-key-two-routes"
    )
    assert same_person.json()["type"] == "urn:coopledger:key-reused"


def test_requests_sent_together_with_one_key_have_one_effect(served: ApiServer) -> None:
    head = served.head()
    with ThreadPoolExecutor(8) as pool:
        sent = [
            pool.submit(served.call, MANDATAIRE, "POST", _baskets(served), BASKET, key="basket-together")
            for _ in range(8)
        ]
        answers = [future.result() for future in sent]
    assert {answer.status_code for answer in answers} == {201}
    outcomes = [answer.json() for answer in answers]
    assert sorted(outcome["replayed"] for outcome in outcomes) == [False] + [True] * 7
    assert len({outcome["ids"]["contribution_id"] for outcome in outcomes}) == 1
    assert served.head() == head + 1


def test_payouts_asked_together_never_take_more_than_there_is(served: ApiServer) -> None:
    coop = f"/coops/{served.ids.coop_id}"
    available = served.get(MANDATAIRE, f"{coop}/balance")["available"]
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(served.call, MANDATAIRE, "POST", f"{coop}/payouts", {"cents": available}) for _ in range(6)]
        statuses = sorted(future.result().status_code for future in sent)
    assert statuses == [201] + [409] * 5
    assert served.get(MANDATAIRE, f"{coop}/balance")["available"] == 0


def test_the_same_payment_reported_twice_counts_once(served: ApiServer) -> None:
    placed = served.done(MANDATAIRE, "POST", _baskets(served), BASKET)
    address = f"/campaigns/{served.ids.campaign_id}/contributions/{placed['ids']['contribution_id']}/payments"
    payment = {"payment_id": "ch_twice", "cents": 1200, "paid_at": "2024-07-05T10:00:00Z"}
    first = served.done(PLATFORM, "POST", address, payment)
    again = served.done(PLATFORM, "POST", address, payment)
    assert len(first["events"]) == 1
    assert again["events"] == []
    different = served.call(PLATFORM, "POST", address, {**payment, "cents": 2400})
    assert different.status_code == 409
