"""What is read carries its version, what is created says where it is read, and no decision is on another version."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

import pytest

from tests.kit.api_server import MANDATAIRE, STAFF, TREASURER, ApiServer
from tests.service.api.routes import ROUTES
from tests.service.api.test_repeats import BASKET

_IDENTITY: Final = {
    "name": "Coop Versions",
    "school": "école Jules FERRY",
    "town": "Menton",
    "affiliation_number": "91",
}
_DAYS: Final = {"valid_from": "2023-09-01", "valid_to": "2099-08-31"}
_SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "details": {"title": "Classe verte", "description": "Au Mercantour", "terms": ""},
    "tariffs": {
        "tariffs": [
            {
                "tariff_id": "enfant",
                "label": "1 enfant",
                "tiers": [1200, 1000],
                "valid_from": "2024-09-01",
                "valid_to": "2025-08-31",
                "group": "",
                "free": False,
            }
        ]
    },
    "fields": {"fields": [{"name": "class", "state": "required"}]},
    "payment-options": {"means": ["card"], "instalments": {"count": 3, "interval_months": 1}, "message": "Merci"},
    "opening": {"by_link": False, "opens_at": "2024-09-01T06:00:00Z", "closes_at": None},
    "embedding": {"origins": ["https://ecole.example"]},
}


@pytest.fixture
def coop(api: ApiServer) -> str:
    """A coop of its own."""
    return f"/coops/{api.done(TREASURER, 'POST', '/coops', _IDENTITY)['ids']['coop_id']}"


@pytest.fixture
def campaign(api: ApiServer, coop: str) -> str:
    """A draft of that coop."""
    draft = {"title": "Sortie", "purpose": "contribution-volontaire", "school_year": 2024}
    return f"/campaigns/{api.done(TREASURER, 'POST', f'{coop}/campaigns', draft)['ids']['campaign_id']}"


def test_a_decision_on_an_older_version_is_refused_and_on_the_current_one_carried_out(
    api: ApiServer, campaign: str
) -> None:
    read = api.call(TREASURER, "GET", f"{campaign}/details")
    current = read.headers["etag"]
    done = api.call(TREASURER, "PUT", f"{campaign}/details", _SETTINGS["details"], headers={"If-Match": current})
    assert (done.status_code, done.headers["etag"]) == (200, f'"{done.json()["version"]}"')
    head = api.head()
    stale = api.call(TREASURER, "PUT", f"{campaign}/details", {"title": "Autre"}, headers={"If-Match": current})
    assert (stale.status_code, stale.json()["type"]) == (412, "urn:coopledger:precondition-failed")
    assert stale.json()["detail"].startswith("Cet élément a été modifié entre-temps")
    assert stale.json()["errors"][0]["pointer"] == "/If-Match"
    assert api.head() == head


def test_two_who_decide_on_the_same_version_do_not_both_win(api: ApiServer, coop: str) -> None:
    tag = {"If-Match": api.call(TREASURER, "GET", coop).headers["etag"]}
    first = api.call(TREASURER, "PUT", f"{coop}/details", {**_IDENTITY, "town": "Nice"}, headers=tag)
    second = api.call(STAFF, "PUT", f"{coop}/details", {**_IDENTITY, "town": "Grasse"}, headers=tag)
    assert (first.status_code, second.status_code) == (200, 412)
    assert api.get(TREASURER, coop)["town"] == "Nice"


def test_the_picture_is_not_set_on_another_version_than_the_one_that_was_seen(api: ApiServer, campaign: str) -> None:
    refused = api.call(TREASURER, "DELETE", f"{campaign}/picture", headers={"If-Match": '"999"'})
    assert refused.status_code == 412


@pytest.mark.parametrize("tag", ["12", '"a"', 'W/"1"', '"01"', "*", '"1", "2"'])
def test_a_tag_that_is_none_is_refused(api: ApiServer, coop: str, tag: str) -> None:
    answer = api.call(TREASURER, "PUT", f"{coop}/details", _IDENTITY, headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/If-Match")


def test_who_has_an_answer_is_not_sent_it_again(api: ApiServer, coop: str) -> None:
    tag = api.call(TREASURER, "GET", coop).headers["etag"]
    same = api.call(TREASURER, "GET", coop, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    api.done(TREASURER, "PUT", f"{coop}/details", {**_IDENTITY, "town": "Cannes"})
    other = api.call(TREASURER, "GET", coop, headers={"If-None-Match": tag})
    assert (other.status_code, other.json()["town"]) == (200, "Cannes")


def test_who_may_not_see_it_is_not_told_that_it_did_not_change(api: ApiServer, coop: str) -> None:
    tag = api.call(TREASURER, "GET", coop).headers["etag"]
    assert api.call(MANDATAIRE, "GET", coop, headers={"If-None-Match": tag}).status_code == 404


@pytest.mark.parametrize("setting", _SETTINGS)
def test_what_is_set_is_read_in_the_form_in_which_it_was_set(api: ApiServer, campaign: str, setting: str) -> None:
    given = _SETTINGS[setting]
    done = api.done(TREASURER, "PUT", f"{campaign}/{setting}", given)
    read = api.call(TREASURER, "GET", f"{campaign}/{setting}")
    assert {name: read.json()[name] for name in given} == given
    assert read.headers["etag"] == f'"{done["version"]}"'


def _created(api: ApiServer, who: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Create something, and read it where the answer says: it is what the answer holds."""
    answer = api.call(who, "POST", path, body)
    assert answer.status_code == 201, answer.text
    read = api.client.get(answer.headers["location"], headers={"Authorization": f"Bearer {api.tokens[who]}"})
    shown: dict[str, Any] = read.json()
    created = answer.json()["resource"]
    assert (read.status_code, {name: shown[name] for name in created}) == (200, created)
    return shown


def test_what_is_created_in_a_coop_is_in_the_answer_and_at_its_location(api: ApiServer) -> None:
    coop = _created(api, TREASURER, "/coops", _IDENTITY)
    assert (coop["name"], coop["version"], coop["bank_account_id"]) == ("Coop Versions", 1, None)
    address = f"/coops/{coop['coop_id']}"
    person = {"first_name": "Anne", "last_name": "LEBRUN", **_DAYS}
    mandate = _created(api, TREASURER, f"{address}/mandates", person)
    assert (mandate["valid_from"], mandate["current"]) == ("2023-09-01", True)
    assert "LEBRUN" not in str(mandate)
    account = _created(api, TREASURER, f"{address}/bank-accounts", {"iban": "FR7630006000011234567890189"})
    assert (account["status"], account["iban_masked"][:4]) == ("unconfirmed", "FR76")
    assert "1234567890189" not in account["iban_masked"]
    draft = {"title": "Sortie", "purpose": "contribution-volontaire", "school_year": 2024}
    campaign = _created(api, TREASURER, f"{address}/campaigns", draft)
    assert (campaign["title"], campaign["status"], campaign["coop_id"]) == ("Sortie", "draft", coop["coop_id"])
    assert [one["mandate_id"] for one in api.get(TREASURER, f"{address}/mandates")] == [mandate["mandate_id"]]
    assert api.get(TREASURER, f"{address}/bank-accounts") == [account]


def test_a_contribution_its_refund_and_a_payout_are_read_where_they_were_created(api: ApiServer) -> None:
    coop, campaign = f"/coops/{api.ids.coop_id}", f"/campaigns/{api.ids.campaign_id}"
    placed = _created(api, MANDATAIRE, f"{coop}{campaign}/contributions", {**BASKET, "means": "cash"})
    assert (placed["status"], placed["due_cents"], len(placed["lines"])) == ("pending", 0, 1)
    assert "DUPOND" not in str(placed)
    slip = {"slip": "B-901", "cents": 1200, "paid_at": "2024-07-05T10:00:00Z"}
    address = f"{coop}{campaign}/contributions/{placed['contribution_id']}"
    paid = _created(api, MANDATAIRE, f"{address}/cash", slip)
    assert (paid["received_cents"], paid["lines"][0]["held_cents"]) == (1200, 1200)
    payout = _created(api, MANDATAIRE, f"{coop}/payouts", {"cents": 100})
    assert (payout["cents"], payout["status"], payout["statement"]) == (100, "requested", None)
    assert api.get(TREASURER, f"{coop}{campaign}/refunds", contribution_id=placed["contribution_id"]) == []


def test_a_role_a_deposit_and_a_finding_are_read_where_they_were_created(api: ApiServer) -> None:
    role = _created(api, STAFF, "/roles", {"member_id": str(uuid4()), "role": "auditor"})
    assert role["role"] == "auditor"
    finding = ROUTES["POST", "/coops/{coop_id}/findings"][1]
    assert _created(api, "auditor", f"/coops/{api.ids.coop_id}/findings", finding)["subject"] == "cash_box"


def test_the_policy_and_the_charter_are_read_by_whoever_may_read_a_coop(api: ApiServer) -> None:
    policy = api.get(MANDATAIRE, "/policy")
    assert "card" in policy["means"]
    assert (policy["cut_off"], policy["closing_day"], policy["require_passkey"]) == ("encaissement", 10, False)
    assert api.get(MANDATAIRE, "/charter")["version"] >= 1


def test_a_coop_whose_only_account_was_withdrawn_has_none_and_readers_go_on(api: ApiServer, coop: str) -> None:
    account = _created(api, TREASURER, f"{coop}/bank-accounts", {"iban": "FR7630006000011234567890189"})
    withdrawn = api.done(TREASURER, "POST", f"{coop}/bank-accounts/{account['bank_account_id']}/withdrawal")
    api.get(TREASURER, f"{coop}/balance", at_least=withdrawn["position"])
    (listed,) = [one for one in api.get(TREASURER, "/coops") if coop.endswith(one["coop_id"])]
    assert (listed["iban_masked"], listed["iban_confirmed"]) == (None, False)
    assert api.get(TREASURER, f"{coop}/bank-accounts") == []
