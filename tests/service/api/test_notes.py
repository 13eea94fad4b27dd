"""A decision has a reason from a list; words about it lie in the vault, once it stands and as long as they are kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.calendar import fiscal_year
from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, PLATFORM, TREASURER, ApiServer

WORDS: Final = "À la demande de Mme QUATREBARBES, qui a déménagé."
_FAMILY: Final = {"first_name": "Camille", "last_name": "GALANTE"}
_CHILD: Final = {**_FAMILY, "class_label": "CE1", "tariff_id": "enfant"}


@pytest.fixture
def abandonment(api: ApiServer) -> str:
    """Where a new basket is given up."""
    baskets = f"/coops/{api.ids.coop_id}/campaigns/{api.ids.campaign_id}/contributions"
    ids = api.done(MANDATAIRE, "POST", baskets, {"payer": _FAMILY, "children": [_CHILD]})["ids"]
    return f"{baskets}/{ids['contribution_id']}/abandonment"


def decided(api: ApiServer, outcome: dict[str, Any], who: str = TREASURER) -> dict[str, Any]:
    """The decision of an outcome, as somebody reads it."""
    position = outcome["position"]
    path = f"/coops/{api.ids.coop_id}/decisions"
    page = api.get(who, path, at_least=position, after=position - 1, limit=1)
    decision: dict[str, Any] = page["items"][0]
    return decision


def notes(api: ApiServer) -> list[tuple[Any, ...]]:
    """The notes that the vault holds: of which coop, until when, and if they are sealed there."""
    with psycopg.connect(api.database_url) as owner:
        query = "SELECT note_id, coop_id, expires_on, sealed IS NOT NULL FROM vault.notes ORDER BY note_id"
        return owner.execute(query).fetchall()


def test_a_decision_shows_its_reason_and_its_note_to_those_who_answer_for_the_coop(
    api: ApiServer, abandonment: str
) -> None:
    outcome = api.done(MANDATAIRE, "POST", abandonment, {"reason": "given_up", "note": f"{WORDS} \n\n"})
    for who in (MANDATAIRE, TREASURER, AUDITOR):
        shown = decided(api, outcome, who)
        assert (shown["label"], shown["reason"]) == ("Contribution abandonnée", "given_up")
        assert (shown["reason_label"], shown["note"]) == ("La famille a renoncé", WORDS)
    assert decided(api, outcome, PLATFORM)["note"] is None
    assert api.call(FOREIGN, "GET", f"/coops/{api.ids.coop_id}/decisions").status_code == 404
    kept = {str(note_id): rest for note_id, *rest in notes(api)}
    year = fiscal_year(datetime.fromisoformat(shown["decided_at"]).date())
    assert kept[shown["note_id"]] == [api.ids.coop_id, date(year + 2, 8, 31), True]


def test_words_with_a_character_that_does_not_show_are_refused(api: ApiServer, abandonment: str) -> None:
    answer = api.call(MANDATAIRE, "POST", abandonment, {"reason": "given_up", "note": f"{WORDS}\u202e"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "hidden-characters")


def test_the_log_holds_the_id_of_a_note_and_none_of_its_words(api: ApiServer, abandonment: str) -> None:
    outcome = api.done(MANDATAIRE, "POST", abandonment, {"reason": "other", "note": WORDS})
    (fact,) = api.get(AUDITOR, "/events", after=outcome["position"] - 1, limit=1)["items"]
    assert str(UUID(fact["event"]["note_id"])) == decided(api, outcome)["note_id"]
    assert fact["event"]["reason"] == "other"
    assert "QUATREBARBES" not in str(fact)


def test_a_decision_without_words_has_no_note(api: ApiServer, abandonment: str) -> None:
    before = notes(api)
    outcome = api.done(MANDATAIRE, "POST", abandonment, {"reason": "mistake"})
    assert (decided(api, outcome)["note_id"], decided(api, outcome)["note"]) == (None, None)
    assert notes(api) == before


def test_a_decision_that_is_refused_or_was_made_before_leaves_no_note(api: ApiServer, abandonment: str) -> None:
    api.done(MANDATAIRE, "POST", abandonment, {"reason": "mistake"})
    before = notes(api)
    again = api.done(MANDATAIRE, "POST", abandonment, {"reason": "mistake", "note": WORDS})
    assert again["events"] == []
    refund = abandonment.replace("/abandonment", "/refunds")
    refused = api.call(MANDATAIRE, "POST", refund, {"cents": 1200, "reason": "duplicate", "note": WORDS})
    assert refused.status_code == 409
    nowhere = abandonment.replace(str(api.ids.campaign_id), str(uuid4()))
    missing = api.call(MANDATAIRE, "POST", nowhere, {"reason": "mistake", "note": WORDS})
    assert missing.status_code == 404
    assert notes(api) == before


def test_a_note_is_erased_for_ever_and_its_decision_stays(api: ApiServer, abandonment: str) -> None:
    body, key = {"reason": "given_up", "note": WORDS}, uuid4().hex
    outcome = api.done(MANDATAIRE, "POST", abandonment, body, key=key)
    note = f"/coops/{api.ids.coop_id}/notes/{decided(api, outcome)['note_id']}"
    assert api.call(FOREIGN, "DELETE", note).status_code == 404
    assert api.call(AUDITOR, "DELETE", note).status_code == 403
    assert api.call(TREASURER, "DELETE", note).json() == {"erased": True}
    assert api.call(TREASURER, "DELETE", note).json() == {"erased": False}
    assert api.done(MANDATAIRE, "POST", abandonment, body, key=key)["replayed"]
    shown = decided(api, outcome)
    assert (shown["reason"], shown["note"]) == ("given_up", None)


def test_a_request_sent_again_keeps_the_note_that_its_first_attempt_could_not(api: ApiServer, abandonment: str) -> None:
    body, key = {"reason": "given_up", "note": WORDS}, uuid4().hex
    outcome = api.done(MANDATAIRE, "POST", abandonment, body, key=key)
    with psycopg.connect(api.database_url) as owner:
        owner.execute("DELETE FROM vault.notes WHERE note_id = %s", (decided(api, outcome)["note_id"],))
    assert decided(api, outcome)["note"] is None
    assert api.done(MANDATAIRE, "POST", abandonment, body, key=key)["replayed"]
    assert decided(api, outcome)["note"] == WORDS
    assert api.call(MANDATAIRE, "POST", abandonment, {**body, "note": "autre"}, key=key).status_code == 409
    assert decided(api, outcome)["note"] == WORDS


@pytest.mark.parametrize("reason", ["Mme Durand a renoncé", "", "Given_up", "moved", None, 1])
def test_a_reason_in_one_s_own_words_is_refused_with_a_sentence(
    api: ApiServer, abandonment: str, reason: object
) -> None:
    answer = api.call(MANDATAIRE, "POST", abandonment, {"reason": reason})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("Choisissez un motif de la liste.")
    assert "Durand" not in answer.text


@pytest.mark.parametrize("note", ["", " ", "a" * 501, "a\x00b", 1, ["a"]])
def test_a_note_is_a_text_of_five_hundred_characters_at_most(api: ApiServer, abandonment: str, note: object) -> None:
    assert api.call(MANDATAIRE, "POST", abandonment, {"reason": "given_up", "note": note}).status_code == 422


def test_the_openapi_document_lists_the_reasons(api: ApiServer) -> None:
    schemas = api.client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert schemas["RefundReason"]["enum"][:2] == ["duplicate", "requested_by_family"]
    assert schemas["RefundIn"]["properties"]["reason"] == {"$ref": "#/components/schemas/RefundReason"}


def test_a_decision_of_the_conseil_in_one_s_own_words_is_refused_with_a_sentence(api: ApiServer) -> None:
    path = f"/coops/{api.ids.coop_id}/campaigns/{api.ids.campaign_id}/publication"
    for decision in (
        "Conseil du 3 juin, Mme Durand présente",
        {"decided_on": "2024-06-03", "minutes": "Mme Durand"},
        {"minutes": "12"},
    ):
        body = {"responsible_id": str(api.ids.mandate_holder_id), "council_decision": decision}
        answer = api.call(MANDATAIRE, "POST", path, body)
        assert answer.status_code == 422
        assert answer.json()["detail"].startswith("Indiquez la date de la décision du conseil de coopérative")
