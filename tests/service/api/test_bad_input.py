"""Whatever is wrong with a request about money, it is refused by name, in French, and nothing is written."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import uuid4

import pytest

from tests.kit.api_server import FOREIGN, MANDATAIRE, PROBLEM, SLUG, TREASURER, ApiServer
from tests.service.api.routes import ROUTES

_BASKET: Final = "/coops/{coop_id}/campaigns/{campaign_id}/contributions"
_ONE: Final = f"{_BASKET}/{{contribution_id}}"
MONEY: Final = {
    "basket": (TREASURER, _BASKET, "tip_cents"),
    "cash": (TREASURER, f"{_ONE}/cash", "cents"),
    "refund": (TREASURER, f"{_ONE}/refunds", "cents"),
    "payout": (TREASURER, "/coops/{coop_id}/payouts", "cents"),
}
"""The routes that move money: who may use them, where, and the field that is an amount."""
BAD_AMOUNTS: Final = {
    "negative": "-1",
    "three decimals": "12.345",
    "two decimals": "12.00",
    "as text": '"1200"',
    "in French": '"12,00 €"',
    "above ten million euros": "100000000001",
    "huge": "9" * 40,
    "longer than Python reads": "9" * 5000,
    "infinite": "Infinity",
    "not a number": "NaN",
    "exponent": "1e400",
    "true": "true",
    "list": "[1200]",
    "object": '{"cents": 1200}',
}
_UNREADABLE: Final = {
    "nothing": b"",
    "no JSON": b"cents=1200",
    "cut": b'{"cents": 12',
    "not UTF-8": b'{"cents": "\xff\xfe"}',
    "a list": b"[]",
    "null": b"null",
    "a number": b"1200",
    "deep": b"[" * 100_000,
    "a key that is no text": b'{"\\ud800": 1}',
    "a key with NUL": b'{"\\u0000": 1}',
}


def _path(api: ApiServer, name: str, **other: object) -> str:
    """Where a money route is, for the scenario's own coop by default."""
    (contribution, *_) = api.get(TREASURER, f"/campaigns/{api.ids.campaign_id}/contributions")["items"]
    values = {**api.ids._asdict(), "contribution_id": contribution["contribution_id"]}
    return MONEY[name][1].format(**values | other)


def _body(name: str, **other: object) -> dict[str, Any]:
    """A body that the route reads, with something else in it."""
    return {**ROUTES["POST", MONEY[name][1]][1], **other}


def _refused(api: ApiServer, who: str, method: str, path: str, content: bytes, status: int | set[int]) -> str:
    """Send a body as it is; check the refusal and that the log is as before, and return the error's name."""
    head = api.head()
    kind = {"Content-Type": "application/json"}
    answer = api.call(who, method, path, headers=kind, content=content)
    assert answer.status_code in ({status} if isinstance(status, int) else status), answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["detail"].endswith(".")
    assert any(letter in problem["detail"] for letter in "éèêàùç’\u00a0"), problem["detail"]
    assert api.head() == head
    name: str = problem["type"].removeprefix("urn:coopledger:")
    return name


@pytest.mark.parametrize("amount", BAD_AMOUNTS.values(), ids=BAD_AMOUNTS.keys())
@pytest.mark.parametrize("name", MONEY)
def test_an_amount_that_is_no_number_of_cents_is_refused(api: ApiServer, name: str, amount: str) -> None:
    who, _, field = MONEY[name]
    content = json.dumps(_body(name, **{field: "@"})).replace('"@"', amount).encode()
    assert _refused(api, who, "POST", _path(api, name), content, {400, 422}) in {"invalid-input", "bad-request"}


@pytest.mark.parametrize("content", _UNREADABLE.values(), ids=_UNREADABLE.keys())
@pytest.mark.parametrize("name", MONEY)
def test_a_body_that_cannot_be_read_is_refused(api: ApiServer, name: str, content: bytes) -> None:
    named = _refused(api, MONEY[name][0], "POST", _path(api, name), content, {400, 422})
    assert named in {"invalid-input", "bad-request"}


@pytest.mark.parametrize("name", MONEY)
def test_a_field_too_many_or_missing_is_refused(api: ApiServer, name: str) -> None:
    who, path = MONEY[name][0], _path(api, name)
    more = json.dumps(_body(name, surprise=1)).encode()
    assert _refused(api, who, "POST", path, more, 422) == "invalid-input"
    for field in ROUTES["POST", MONEY[name][1]][1]:
        less = {key: value for key, value in _body(name).items() if key != field}
        assert _refused(api, who, "POST", path, json.dumps(less).encode(), 422) == "invalid-input"


@pytest.mark.parametrize("name", MONEY)
def test_an_unknown_coop_or_campaign_is_not_found(api: ApiServer, name: str) -> None:
    path = _path(api, name, coop_id=uuid4(), campaign_id=uuid4(), contribution_id=uuid4())
    content = json.dumps(_body(name)).encode()
    assert _refused(api, MONEY[name][0], "POST", path, content, 404) == "not-found"


@pytest.mark.parametrize("name", list(MONEY))
def test_a_foreign_coops_money_is_not_found(api: ApiServer, name: str) -> None:
    content = json.dumps(_body(name)).encode()
    assert _refused(api, FOREIGN, "POST", _path(api, name), content, 404) == "not-found"


@pytest.mark.parametrize("name", MONEY)
def test_an_identifier_that_is_none_is_refused(api: ApiServer, name: str) -> None:
    content = json.dumps(_body(name)).encode()
    for bad in ("42", "not-a-uuid", "%00", "%F0%9F%92%B6", "..%2F"):
        path = _path(api, name, coop_id=bad, campaign_id=bad, contribution_id=bad)
        assert _refused(api, MONEY[name][0], "POST", path, content, {404, 422}) in {"invalid-input", "not-found"}


@pytest.mark.parametrize("text", ["\\u0000", "a\\u0000b", "\\ud800", "a\\udfffb"])
@pytest.mark.parametrize(
    ("name", "field"),
    [("refund", "reason"), ("cash", "slip"), ("refund", "note")],
)
def test_nul_and_halves_of_characters_are_refused(api: ApiServer, name: str, field: str, text: str) -> None:
    content = json.dumps(_body(name, **{field: "@"})).replace("@", text).encode()
    assert _refused(api, MONEY[name][0], "POST", _path(api, name), content, 422) == "invalid-input"


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800"])
@pytest.mark.parametrize("field", ["first_name", "last_name", "class_label", "tariff_id"])
def test_nul_and_halves_of_characters_are_refused_in_names(api: ApiServer, field: str, text: str) -> None:
    basket = _body("basket")
    basket = {**basket, "children": [{**basket["children"][0], field: "@"}]}
    content = json.dumps(basket).replace("@", text).encode()
    assert _refused(api, TREASURER, "POST", _path(api, "basket"), content, 422) == "invalid-input"


@pytest.mark.parametrize(
    "moment", ["2024-07-05T10:00:00", "1024-07-05T10:00:00Z", "demain", 1720173600, "1720173600", True, None]
)
def test_an_instant_without_zone_or_out_of_bounds_is_refused(api: ApiServer, moment: object) -> None:
    content = json.dumps(_body("cash", paid_at=moment)).encode()
    assert _refused(api, TREASURER, "POST", _path(api, "cash"), content, 422) == "invalid-input"


@pytest.mark.parametrize("name", MONEY)
def test_a_body_too_large_is_refused(api: ApiServer, name: str) -> None:
    content = b'{"reason": "' + b"a" * 2_000_000 + b'"}'
    assert _refused(api, MONEY[name][0], "POST", _path(api, name), content, 413) == "body-too-large"


def test_a_body_too_large_without_its_length_is_refused(api: ApiServer) -> None:
    head = api.head()
    pieces = (b" " * 100_000 for _ in range(30))
    answer = api.call(TREASURER, "POST", _path(api, "payout"), content=pieces)
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:coopledger:body-too-large")
    assert api.head() == head


def test_a_basket_at_another_price_or_of_no_class_is_refused(api: ApiServer) -> None:
    basket = _body("basket")
    path = _path(api, "basket")
    for other, status, name in (
        ({"cents": 1100}, 409, "tariff-mismatch"),
        ({"tariff_id": "inconnu"}, 409, "tariff-mismatch"),
        ({"class_label": "???"}, 422, "class-not-listed"),
    ):
        wrong = {**basket, "children": [{**basket["children"][0], **other}]}
        assert _refused(api, TREASURER, "POST", path, json.dumps(wrong).encode(), status) == name


def test_money_beyond_what_there_is_is_refused(api: ApiServer) -> None:
    for name, error in (("payout", "insufficient-balance"), ("refund", "refund-too-large")):
        content = json.dumps(_body(name, cents=999_999_00)).encode()
        assert _refused(api, TREASURER, "POST", _path(api, name), content, 409) == error


def test_the_desk_takes_baskets_outside_the_window_but_not_for_a_campaign_put_away(api: ApiServer) -> None:
    api.done(MANDATAIRE, "POST", _path(api, "basket"), _body("basket"))  # the window closed in July 2024
    draft = {"title": "Sortie", "purpose": "sortie-scolaire", "school_year": 2024}
    made = api.done(MANDATAIRE, "POST", f"/coops/{api.ids.coop_id}/campaigns", draft)["ids"]["campaign_id"]
    path, content = _path(api, "basket", campaign_id=made), json.dumps(_body("basket")).encode()
    assert _refused(api, MANDATAIRE, "POST", path, content, 409) == "campaign-closed"
    api.done(TREASURER, "POST", f"/campaigns/{made}/archival")
    assert _refused(api, MANDATAIRE, "POST", path, content, 409) == "campaign-closed"


@pytest.mark.parametrize("key", ["short", "with space here", "é" * 10, "a" * 201])
def test_a_key_that_is_none_is_refused(api: ApiServer, key: str) -> None:
    head = api.head()
    headers = {"Idempotency-Key": key.encode()}
    answer = api.call(TREASURER, "POST", _path(api, "payout"), {"cents": 100}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:coopledger:invalid-input")
    assert api.head() == head


def test_an_unknown_address_and_a_wrong_method_are_problems_too(api: ApiServer) -> None:
    for path in ("/api/v1/nothing/here/at-all", "/api/v2", "/static/none.css", "/nowhere/at/all"):
        answer = api.client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)
        assert answer.json()["type"] == "urn:coopledger:not-found"
    answer = api.client.delete(f"/api/v1/{SLUG}/coops/{api.ids.coop_id}/payouts")
    assert (answer.status_code, answer.headers["content-type"]) == (405, PROBLEM)
    assert answer.json()["type"] == "urn:coopledger:method-not-allowed"
    assert set(answer.headers["allow"].replace(" ", "").split(",")) == {"GET", "POST"}


def test_a_form_of_another_site_is_refused(api: ApiServer) -> None:
    headers = {"Origin": "https://evil.example"}
    answer = api.call(TREASURER, "POST", _path(api, "payout"), {"cents": 100}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:coopledger:foreign-origin")


@pytest.mark.parametrize("address", ["/coops/{coop_id}/balance", "/campaigns/{campaign_id}/balance"])
def test_a_position_that_the_log_does_not_have_is_refused_at_once(api: ApiServer, address: str) -> None:
    path = address.format(**api.ids._asdict())
    answer = api.call(TREASURER, "GET", path, params={"at_least": api.head() + 1})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:coopledger:invalid-input")
    assert api.get(TREASURER, path, at_least=api.head())
