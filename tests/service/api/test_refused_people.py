"""A command that is refused leaves nobody behind: no family, no mandate holder, no IBAN, no contact."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from service.demo.scenario import DEMO_IBAN
from tests.kit.api_server import MANDATAIRE, TREASURER, ApiServer
from tests.kit.waiting import wait_until

FAMILY = {
    "payer": {"first_name": "Hermine", "last_name": "QUATREVAUX", "email": "hermine@example.org"},
    "children": [
        {"first_name": "Ondine", "last_name": "QUATREVAUX", "class_label": "CP a", "tariff_id": "inconnu", "cents": 1}
    ],
    "tip_cents": 0,
}


def kept(api: ApiServer) -> list[tuple[object, ...]]:
    """All that the vault holds of people, as its administrator sees it."""
    with psycopg.connect(api.database_url) as connection:
        return connection.execute(
            "SELECT person_id, kind, purpose, expires_on, provisional_until FROM vault.keys ORDER BY person_id"
        ).fetchall()


def refused(api: ApiServer, who: str, path: str, body: object, key: str | None = None, method: str = "POST") -> int:
    """Ask for something that must be refused; return the status."""
    answer = api.call(who, method, path, body, key=key)
    assert answer.status_code >= 400, answer.text
    return answer.status_code


def test_a_basket_that_its_campaign_refuses_leaves_no_family(api: ApiServer) -> None:
    before = kept(api)
    path = f"/coops/{api.ids.coop_id}/campaigns/{api.ids.campaign_id}/contributions"
    assert refused(api, MANDATAIRE, path, FAMILY) == 409
    assert refused(api, MANDATAIRE, path, FAMILY, key="the-same-again") == 409
    assert refused(api, MANDATAIRE, path, FAMILY, key="the-same-again") == 409
    assert kept(api) == before


def test_a_basket_for_a_campaign_that_is_not_there_leaves_no_family(api: ApiServer) -> None:
    before = kept(api)
    assert refused(api, MANDATAIRE, f"/coops/{api.ids.coop_id}/campaigns/{uuid4()}/contributions", FAMILY) == 404
    assert kept(api) == before


def test_a_basket_that_makes_no_sense_leaves_no_family(api: ApiServer) -> None:
    before = kept(api)
    path = f"/coops/{api.ids.coop_id}/campaigns/{api.ids.campaign_id}/contributions"
    nonsense = {**FAMILY, "means": "card", "instalments": 3, "tip_cents": 10**9}
    assert refused(api, MANDATAIRE, path, nonsense) in {409, 422}
    assert kept(api) == before


def test_a_mandate_that_ends_before_it_begins_leaves_no_holder(api: ApiServer) -> None:
    before = kept(api)
    mandate = {"first_name": "Anne", "last_name": "LEBRUN", "valid_from": "2030-01-01", "valid_to": "2029-01-01"}
    assert refused(api, TREASURER, f"/coops/{api.ids.coop_id}/mandates", mandate) in {409, 422}
    assert kept(api) == before


def test_an_iban_that_is_refused_is_not_kept(api: ApiServer) -> None:
    before, path = kept(api), f"/coops/{api.ids.coop_id}/bank-accounts"
    assert refused(api, TREASURER, path, {"iban": DEMO_IBAN}) == 409  # the coop has it already
    assert refused(api, TREASURER, path, {"iban": "FR76 3000 6000 0112 3456 7890 188"}) == 422
    assert kept(api) == before


def test_a_contact_goes_with_the_change_that_was_refused(api: ApiServer) -> None:
    before = kept(api)
    path = f"/campaigns/{api.ids.campaign_id}/contact"
    contact = {"email": "accueil@ecole.example", "phone": ""}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.api.campaign_files.EditDetails.decide", _refuse)
        assert refused(api, MANDATAIRE, path, contact, method="PUT") == 409
    assert kept(api) == before


def _refuse(*_: object) -> None:
    from domain.errors import StaleVersion  # noqa: PLC0415 - raised inside the server

    raise StaleVersion(expected=1)


def test_who_is_named_by_an_event_stays_for_good(api: ApiServer) -> None:
    before = {row[0] for row in kept(api)}
    path = f"/coops/{api.ids.coop_id}/mandates"
    mandate = {"first_name": "Anne", "last_name": "LEBRUN", "valid_from": "2030-01-01", "valid_to": "2031-01-01"}
    done = api.done(TREASURER, "POST", path, mandate, key="a-mandate-for-anne")
    assert api.done(TREASURER, "POST", path, mandate, key="a-mandate-for-anne")["replayed"]

    def fresh() -> list[tuple[object, ...]]:
        return [(str(row[0]), row[1], row[4]) for row in kept(api) if row[0] not in before]

    # The answer does not wait for the confirmation: it comes within a moment.
    wait_until(lambda: fresh() == [(done["ids"]["holder_id"], "holder", None)])
