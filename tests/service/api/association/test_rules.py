"""An association's rules and its charter have doors, and a charter is accepted only if it was published."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

import pytest

from tests.kit.api_server import AUDITOR, MANDATAIRE, STAFF, TREASURER, ApiServer

_TEXT: Final = {"text_sha256": "5f" * 32}


def test_what_is_left_out_of_a_change_of_rules_stays_as_it_is(api: ApiServer) -> None:
    before = api.opened.association().policy
    api.done(STAFF, "PATCH", "/policy", {"max_instalments": 3, "require_passkey": None})
    after = api.opened.association().policy
    assert (after.max_instalments, after.purposes, after.demands_passkey) == (3, before.purposes, False)
    again = api.done(TREASURER, "PATCH", "/policy", {"max_instalments": 3})
    assert again["events"] == []


@pytest.mark.parametrize(
    "wrong",
    [{"means": ["cash"]}, {"means": ["card", "gold"]}, {"purposes": []}, {"closing_day": 1}, {"wording": "impôt"}],
)
def test_rules_that_mean_nothing_are_refused(api: ApiServer, wrong: dict[str, object]) -> None:
    before = api.opened.association().policy
    assert api.call(STAFF, "PATCH", "/policy", wrong).status_code == 422
    assert api.opened.association().policy == before


def test_rules_are_no_mandate_holders_or_auditors(api: ApiServer) -> None:
    for role in (MANDATAIRE, AUDITOR):
        assert api.call(role, "PATCH", "/policy", {"max_instalments": 2}).status_code == 403
        assert api.call(role, "POST", "/charter", _TEXT).status_code == 403


def test_a_charter_is_accepted_once_there_is_one(api: ApiServer) -> None:
    identity = {"name": "Coop Charte", "school": "école", "town": "Nice", "affiliation_number": "812"}
    coop = f"/coops/{api.done(TREASURER, 'POST', '/coops', identity)['ids']['coop_id']}"
    mandate = {"first_name": "Anne", "last_name": "LEBRUN", "valid_from": "2023-09-01", "valid_to": "2099-08-31"}
    ids = api.done(TREASURER, "POST", f"{coop}/mandates", mandate)["ids"]
    held = api.opened.association().charter_version
    for never in (100, held + 1):
        refused = api.call(TREASURER, "POST", f"{coop}/charter", {"version": never, "mandate_id": ids["mandate_id"]})
        assert (refused.status_code, refused.json()["type"]) == (404, "urn:coopledger:charter-unknown")
        assert f"n’a pas publié de version {never} de sa charte" in refused.json()["detail"]
    key = uuid4().hex
    published = api.done(STAFF, "POST", "/charter", _TEXT, key=key)
    assert published["events"] == ["association.charter_published.1"]
    assert api.done(STAFF, "POST", "/charter", _TEXT, key=key)["replayed"], "one version, however often it is sent"
    accepted = {"version": held + 1, "mandate_id": ids["mandate_id"]}
    first = api.done(TREASURER, "POST", f"{coop}/charter", accepted, key="accept-once")
    assert first["events"] == ["coop.charter_accepted.1"]
    api.done(STAFF, "POST", "/charter", {"text_sha256": "60" * 32})
    again = api.done(TREASURER, "POST", f"{coop}/charter", accepted, key="accept-once")
    assert again["replayed"], "what was published meanwhile is not what was asked"


@pytest.mark.parametrize("text", ["", "5F" * 32, "5f" * 31, "x" * 64])
def test_a_charter_is_the_fingerprint_of_a_text(api: ApiServer, text: str) -> None:
    assert api.call(STAFF, "POST", "/charter", {"text_sha256": text}).status_code == 422
