"""Repeating a request is safe: one Idempotency-Key, one effect, one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from tests.kit.api_server import MANDATAIRE, TREASURER, ApiServer

BASKET: Final[dict[str, Any]] = {
    "payer": {"first_name": "Robert", "last_name": "DUPOND"},
    "children": [{"first_name": "Zoé", "last_name": "DUPOND", "class_label": "CE1", "tariff_id": "enfant"}],
}
COMPARED: Final = ("stream_id", "version", "position", "events", "ids")


def _baskets(api: ApiServer) -> str:
    return f"/coops/{api.ids.coop_id}/campaigns/{api.ids.campaign_id}/contributions"


def test_the_same_key_and_body_give_the_first_outcome_again(api: ApiServer) -> None:
    first = api.done(MANDATAIRE, "POST", _baskets(api), BASKET, key="basket-once-1")
    head = api.head()
    again = api.done(MANDATAIRE, "POST", _baskets(api), BASKET, key="basket-once-1")
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert {name: again[name] for name in COMPARED} == {name: first[name] for name in COMPARED}
    assert api.head() == head


def test_the_same_key_with_another_body_is_refused(api: ApiServer) -> None:
    api.done(MANDATAIRE, "POST", _baskets(api), BASKET, key="basket-once-2")
    head = api.head()
    other = api.call(MANDATAIRE, "POST", _baskets(api), {**BASKET, "tip_cents": 100}, key="basket-once-2")
    assert (other.status_code, other.json()["type"]) == (409, "urn:coopledger:key-reused")
    assert api.head() == head


def test_the_same_key_on_another_address_is_refused(api: ApiServer) -> None:
    coop = f"/coops/{api.ids.coop_id}"
    api.done(MANDATAIRE, "POST", f"{coop}/payouts", {"cents": 100}, key="one-key-two-routes")
    other = api.call(
        TREASURER, "PUT", f"{coop}/classes", {"school_year": 2030, "labels": ["CP"]}, key="one-key-two-routes"
    )
    assert other.status_code == 200, "another person's key is another key"
    same_person = api.call(
        MANDATAIRE, "PUT", f"{coop}/classes", {"school_year": 2031, "labels": ["CP"]}, key="one-key-two-routes"
    )
    assert same_person.json()["type"] == "urn:coopledger:key-reused"


def test_requests_sent_together_with_one_key_have_one_effect(api: ApiServer) -> None:
    head = api.head()
    with ThreadPoolExecutor(8) as pool:
        sent = [
            pool.submit(api.call, MANDATAIRE, "POST", _baskets(api), BASKET, key="basket-together") for _ in range(8)
        ]
        answers = [future.result() for future in sent]
    assert {answer.status_code for answer in answers} == {201}
    outcomes = [answer.json() for answer in answers]
    assert sorted(outcome["replayed"] for outcome in outcomes) == [False] + [True] * 7
    assert len({outcome["ids"]["contribution_id"] for outcome in outcomes}) == 1
    assert api.head() == head + 1


def test_payouts_asked_together_never_take_more_than_there_is(api: ApiServer) -> None:
    coop = f"/coops/{api.ids.coop_id}"
    available = api.get(MANDATAIRE, f"{coop}/balance")["available_cents"]
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(api.call, MANDATAIRE, "POST", f"{coop}/payouts", {"cents": available}) for _ in range(6)]
        statuses = sorted(future.result().status_code for future in sent)
    assert statuses == [201] + [409] * 5
    assert api.get(MANDATAIRE, f"{coop}/balance")["available_cents"] == 0
