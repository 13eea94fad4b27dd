"""An association's rules and its charter have doors, and a charter is accepted only if it was published."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from uuid import uuid4

import pytest

from domain.aggregate import Stamp
from domain.association.commands import PublishCharter
from service.charters import charter_in_force, charter_versions
from tests.kit.api_server import AUDITOR, MANDATAIRE, STAFF, TREASURER, ApiServer

_TEXT: Final = {"text": "Une charte\n\nAucun enfant n’est exclu."}


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
    api.done(STAFF, "POST", "/charter", {"text": "Une autre charte"})
    again = api.done(TREASURER, "POST", f"{coop}/charter", accepted, key="accept-once")
    assert again["replayed"], "what was published meanwhile is not what was asked"


def test_the_text_of_the_charter_in_force_is_read_by_whoever_may_read(api: ApiServer) -> None:
    text = "Objets permis\n\nUne fête, une sortie.\n\nAucun enfant n’est exclu."
    published = api.done(STAFF, "POST", "/charter", {"text": f"{text}\n"})["resource"]
    for role in (MANDATAIRE, AUDITOR, TREASURER, STAFF):
        assert api.get(role, "/charter") == published
    assert (published["text"], published["version"]) == (text, api.opened.association().charter_version)
    assert published["text_sha256"] == sha256(text.encode()).hexdigest() == api.opened.association().charter_sha256


def test_the_text_in_force_published_again_is_no_new_version(api: ApiServer) -> None:
    first = api.done(STAFF, "POST", "/charter", {"text": "Encore une charte"})
    again = api.done(STAFF, "POST", "/charter", {"text": "Encore une charte"})
    assert (first["events"], again["events"]) == (["association.charter_published.1"], [])
    assert again["resource"] == first["resource"]


def test_a_version_that_was_published_without_its_text_says_so(api: ApiServer) -> None:
    ledger = api.opened.ledger
    stamp = Stamp(at=datetime.now(UTC), by="before")
    without = PublishCharter(stream_id=ledger.association_id, stamp=stamp, text_sha256=uuid4().hex * 2)
    ledger.bus.submit(without).result()
    shown = api.get(STAFF, "/charter")
    assert (shown["version"], shown["text"]) == (api.opened.association().charter_version, None)
    charter = charter_in_force(api.opened, api.opened.association())
    assert charter is not None
    assert charter.text == ""


def test_older_texts_of_the_charter_are_kept(api: ApiServer) -> None:
    for text in ("La charte d’hier", "La charte d’aujourd’hui"):
        api.done(STAFF, "POST", "/charter", {"text": text})
    latest, before = charter_versions(api.opened, api.opened.association())[:2]
    assert (latest.text, before.text) == ("La charte d’aujourd’hui", "La charte d’hier")
    assert latest.version == before.version + 1


@pytest.mark.parametrize(
    "body", [{"text": ""}, {"text": " \n "}, {"text": "x" * 20_001}, {"text": "a\u202eb"}, {"text_sha256": "5f" * 32}]
)
def test_a_charter_is_a_text_of_which_something_is_seen(api: ApiServer, body: dict[str, str]) -> None:
    assert api.call(STAFF, "POST", "/charter", body).status_code == 422
