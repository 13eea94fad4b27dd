"""A refusal says what of the request is wrong, and where: a pointer, a code, a French sentence, what would be right."""

from __future__ import annotations

from typing import Any, Final

from tests.kit.api_server import AUDITOR, MANDATAIRE, TREASURER, ApiServer
from tests.service.api.test_repeats import BASKET

_CHILD: Final = BASKET["children"][0]


def _baskets(api: ApiServer) -> str:
    return f"/coops/{api.ids.coop_id}/campaigns/{api.ids.campaign_id}/contributions"


def _errors(api: ApiServer, method: str, path: str, body: object = None, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - passed on
    answer = api.call(more.pop("who", TREASURER), method, path, body, **more)
    assert answer.status_code in {409, 412, 422}, answer.text
    errors: list[dict[str, Any]] = answer.json().get("errors", [])
    return errors


def test_a_class_that_the_coop_does_not_have_is_shown_where_it_is_with_the_classes_there_are(api: ApiServer) -> None:
    children = [_CHILD, {**_CHILD, "class_label": "CM2 Z"}, _CHILD]
    (error,) = _errors(api, "POST", _baskets(api), {**BASKET, "children": children})
    assert (error["location"], error["pointer"]) == ("body", "/children/1/class_label")
    assert error["code"] == "class-not-listed"
    assert error["detail"] == "Choisissez la classe dans la liste de l’école."
    assert {"CPA", "CE1"} <= set(error["allowed"])


def test_a_tariff_that_the_campaign_does_not_have_is_shown_with_those_it_has(api: ApiServer) -> None:
    children = [_CHILD, {**_CHILD, "tariff_id": "inconnu"}]
    (error,) = _errors(api, "POST", _baskets(api), {**BASKET, "children": children})
    assert (error["pointer"], error["code"]) == ("/children/1/tariff_id", "tariff-mismatch")
    assert "enfant" in error["allowed"]


def test_fields_that_cannot_be_read_are_all_shown(api: ApiServer) -> None:
    wrong = {"children": [{**_CHILD, "cents": "12,00 €", "age": 7}], "means": "gold"}
    found = {(one["pointer"], one["code"]) for one in _errors(api, "POST", _baskets(api), wrong)}
    assert found == {
        ("/payer", "missing"),
        ("/children/0/cents", "wrong-type"),
        ("/children/0/age", "unknown"),
        ("/means", "not-in-list"),
    }


def test_a_value_of_no_list_is_shown_the_list(api: ApiServer) -> None:
    (error,) = _errors(api, "POST", _baskets(api), {**BASKET, "means": "gold"})
    assert error["allowed"] == ["card", "cash", "external"]


def test_an_amount_beyond_what_there_is_is_shown_where_it_is(api: ApiServer) -> None:
    (error,) = _errors(api, "POST", f"/coops/{api.ids.coop_id}/payouts", {"cents": 99_999_999})
    assert (error["pointer"], error["code"]) == ("/cents", "insufficient-balance")


def test_a_parameter_that_a_route_does_not_know_is_refused_by_name(api: ApiServer) -> None:
    path = f"/campaigns/{api.ids.campaign_id}/contributions"
    (error,) = _errors(api, "GET", path, params={"limitt": 3})
    assert (error["location"], error["pointer"], error["code"]) == ("query", "/limitt", "unknown")
    (error,) = _errors(api, "GET", path, params={"limit": 0})
    assert (error["location"], error["pointer"], error["code"]) == ("query", "/limit", "too-small")


def test_a_key_that_was_used_for_something_else_is_shown_in_its_header(api: ApiServer) -> None:
    api.done(MANDATAIRE, "POST", _baskets(api), BASKET, key="shown-in-header")
    (error,) = _errors(api, "POST", _baskets(api), {**BASKET, "tip_cents": 5}, key="shown-in-header", who=MANDATAIRE)
    assert (error["location"], error["pointer"]) == ("header", "/Idempotency-Key")


def test_nothing_that_was_typed_is_told_back(api: ApiServer) -> None:
    name = "Zoé Dupond-Secret"
    answer = api.call(TREASURER, "POST", _baskets(api), {**BASKET, "children": [{**_CHILD, "class_label": name}]})
    assert answer.status_code == 422
    assert name not in answer.text


def test_what_does_not_exist_for_the_asker_has_no_place(api: ApiServer) -> None:
    answer = api.call(AUDITOR, "GET", "/coops/11111111-1111-4111-8111-111111111111/balance")
    assert answer.status_code == 404
    assert "errors" not in answer.json()
