"""What the API takes as a text is read as pages read it: bounded, visible, of its kind; bodies hold nothing else."""

from __future__ import annotations

import json
from typing import Any, Final
from uuid import UUID

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel

from service.api.routes import ROUTERS
from service.public_campaigns import read_public_campaign
from tests.kit.api_server import AUDITOR, MANDATAIRE, TREASURER, ApiServer
from tests.service.api.routes import ROUTES

HIDING: Final = {
    "control": "Ma\x07rie",
    "right to left": "Ma\u202erie",
    "zero width": "Ma\u200brie",
    "nothing visible": "\u3164",
    "a mark alone": "\u0301",
    "spaces": "   ",
    "too long": "a" * 201,
}
NAMES: Final = {
    "coop": (TREASURER, "POST", "/coops", ("name", "school", "town")),
    "mandate": (TREASURER, "POST", "/coops/{coop_id}/mandates", ("first_name", "last_name", "email")),
    "campaign": (MANDATAIRE, "POST", "/coops/{coop_id}/campaigns", ("title",)),
    "details": (MANDATAIRE, "PUT", "/campaigns/{campaign_id}/details", ("title",)),
    "finding": (AUDITOR, "POST", "/coops/{coop_id}/findings", ("subject",)),
}


def send(api: ApiServer, who: str, method: str, path: str, body: dict[str, Any]) -> int:
    """Send a body, and return the status of the answer."""
    content = json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    return api.call(who, method, path.format(**api.ids._asdict()), headers=headers, content=content).status_code


@pytest.mark.parametrize("text", HIDING.values(), ids=HIDING.keys())
@pytest.mark.parametrize("name", NAMES)
def test_a_name_or_title_that_hides_something_or_shows_nothing_is_refused(api: ApiServer, name: str, text: str) -> None:
    who, method, path, fields = NAMES[name]
    head = api.head()
    _, body = ROUTES[method, path]
    for field in fields:
        assert send(api, who, method, path, {**body, field: text}) == 422
        assert api.head() == head


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("first_name", text) for text in HIDING.values()),
        ("first_name", "12"),
        ("email", "a@b"),
        ("email", "a@x.fr\u202e"),
        ("phone", "12"),
        ("phone", "0" * 33),
    ],
)
def test_a_payer_at_the_desk_is_read_as_on_the_pages(api: ApiServer, field: str, value: str) -> None:
    path = "/coops/{coop_id}/campaigns/{campaign_id}/contributions"
    _, body = ROUTES["POST", path]
    head = api.head()
    assert send(api, TREASURER, "POST", path, {**body, "payer": {**body["payer"], field: value}}) == 422
    assert api.head() == head


@pytest.mark.parametrize(("typed", "dialled"), [("06 12 34 56 78", "+33612345678"), ("0692 12 34 56", "+262692123456")])
def test_a_payer_is_kept_composed_and_with_a_telephone_that_can_be_dialled(
    api: ApiServer, typed: str, dialled: str
) -> None:
    path = "/coops/{coop_id}/campaigns/{campaign_id}/contributions"
    _, body = ROUTES["POST", path]
    payer = {
        "first_name": " Zoe\u0301 ",
        "last_name": "MARTIN",
        "email": "zoe@école.example",
        "phone": typed,
    }
    placed = api.done(TREASURER, "POST", path.format(**api.ids._asdict()), {**body, "payer": payer})
    contributions = api.get(
        TREASURER, f"/campaigns/{api.ids.campaign_id}/contributions", at_least=placed["position"], limit=500
    )
    payer_id = next(
        one["payer_id"] for one in contributions["items"] if one["contribution_id"] == placed["ids"]["contribution_id"]
    )
    kept = api.opened.vault.get(UUID(payer_id))
    assert kept is not None
    assert (kept.first_name, kept.email, kept.phone) == ("Zoé", "zoe@xn--cole-9oa.example", dialled)


def test_the_telephone_of_a_contact_overseas_is_that_of_its_department(api: ApiServer) -> None:
    path = f"/campaigns/{api.ids.campaign_id}/contact"
    edited = api.done(MANDATAIRE, "PUT", path, {"phone": "0696 12 34 56"})
    api.get(MANDATAIRE, f"/campaigns/{api.ids.campaign_id}/contributions", at_least=edited["position"])
    contact = read_public_campaign(api.opened, api.ids.campaign_id).contact
    assert contact.dialled == "+596696123456"


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("SA03 8000 0000 6080 1016 7519", "iban-outside-sepa", "hors de la zone SEPA"),
        ("FR76 3000 6000 0112 3456 7890 188", "iban-key", "faute de frappe"),
        ("FR76 3000 6000 0112 3456 7890 18", "iban-length", "compte 27 caractères, et celui-ci 26"),
        ("FR76-3000-6000-0112-3456-7890-189", "iban-characters", "lettres sans accent"),
        ("XX76 3000 6000 0112 3456 7890 189", "iban-country-unknown", "par exemple FR"),
    ],
)
def test_an_iban_is_refused_with_what_is_wrong_in_it(api: ApiServer, typed: str, code: str, said: str) -> None:
    head = api.head()
    answer = api.call(TREASURER, "POST", f"/coops/{api.ids.coop_id}/bank-accounts", {"iban": typed})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"] == f"urn:coopledger:{code}"
    assert said in problem["detail"]
    assert api.head() == head


def test_an_iban_copied_with_no_break_spaces_is_taken(api: ApiServer) -> None:
    path = f"/coops/{api.ids.coop_id}/bank-accounts"
    api.done(TREASURER, "POST", path, {"iban": "\u00a0DE89\u202f3704\u00a00044\u200b\u00a00532 0130\u200900\ufeff"})


@pytest.mark.parametrize(
    "origin", ["http://ecole.example", "https://ecole.example:99999", "https://a..b", "https://10.0.0.1", "x" * 300]
)
def test_a_site_that_is_no_real_one_frames_nothing(api: ApiServer, origin: str) -> None:
    path = "/campaigns/{campaign_id}/embedding"
    head = api.head()
    assert send(api, MANDATAIRE, "PUT", path, {"origins": [origin]}) == 422
    assert api.head() == head


def test_no_body_of_the_api_takes_a_field_that_it_does_not_know() -> None:
    bodies = {
        model
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.body_field is not None
        for model in _models(route.body_field.field_info.annotation)
    }
    assert len(bodies) > 25
    assert [model.__name__ for model in bodies if model.model_config.get("extra") != "forbid"] == []


def _models(annotation: Any) -> set[type[BaseModel]]:  # noqa: ANN401 - an annotation is of any type
    """The models of a body, and those inside of it."""
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return {model for part in getattr(annotation, "__args__", ()) for model in _models(part)}
    inside = {model for field in annotation.model_fields.values() for model in _models(field.annotation)}
    return {annotation, *inside}
