"""A person's name, put into every text of every body that the API takes, enters no event."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Iterator
from enum import Enum
from typing import Any, Final

import msgspec
import pytest

from domain.events import Event
from domain.rights.roles import Role
from service.auth.actions import ALLOWED
from tests.domain.events.test_texts import TEXTS, TextKind
from tests.kit.api_server import MANDATAIRE, TREASURER, ApiServer
from tests.service.api.routes import ROUTES

LIKE_A_CODE: Final = "quatrebarbes"
"""One word in small letters is what a code of the provider looks like: only the platform's own programs give those."""
NAMES: Final = (
    *("Mme Zéphyrine QUATREBARBES", "QUATREBARBES", "Quatrebarbes Jean-Baptiste 2", "CP Quatrebarbes"),
    *("Quatre\u200bbarbes", "\uff31uatrebarbes", "Q\u0301UATREBARBES", "M.Quatrebarbes", "quatrebarbes@example.org"),
)
_NEEDLE: Final = "quatrebarbes"
Place = tuple[str | int, ...]


def texts_in(body: Any, at: Place = ()) -> Iterator[Place]:  # noqa: ANN401 - any JSON
    """Where a body holds texts."""
    if isinstance(body, str):
        yield at
    for key, value in body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ():
        yield from texts_in(value, (*at, key))


def planted(body: Any, at: Place, name: str) -> Any:  # noqa: ANN401 - any JSON
    """A body with a name at some place."""
    copied = copy.deepcopy(body)
    inside = copied
    for key in at[:-1]:
        inside = inside[key]
    inside[at[-1]] = name
    return copied


def plain(text: str) -> str:
    """The letters of a text, as a search for a name would compare them."""
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


def private_texts(value: Any, field: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - an event or a part
    """The texts of an event that are not what an association or coop publishes about itself, by field."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            owner = "Event" if name in Event.__struct_fields__ else type(value).__name__
            yield from private_texts(getattr(value, name), f"{owner}.{name}")
    elif isinstance(value, tuple):
        for part in value:
            yield from private_texts(part, field)
    elif isinstance(value, str) and not isinstance(value, Enum) and TEXTS[field] is not TextKind.PUBLIC:
        yield field, value


def everything(api: ApiServer) -> list[Event]:
    """All events of the log."""
    return [fact.event for fact in api.opened.ledger.store.events(1, 1_000_000)]


def named(events: list[Event]) -> set[str]:
    """The private fields of events that hold the name."""
    return {field for event in events for field, text in private_texts(event) if _NEEDLE in plain(text)}


def test_a_planted_name_is_found(api: ApiServer) -> None:
    event = everything(api)[-1]
    assert named([msgspec.structs.replace(event, by="Quatre\u200bBARBÉS")]) == {"Event.by"}


@pytest.mark.parametrize("route", [route for route, (_, body) in sorted(ROUTES.items()) if body], ids=" ".join)
def test_a_name_in_any_text_of_a_body_enters_no_event(api: ApiServer, route: tuple[str, str]) -> None:
    method, template = route
    action, body = ROUTES[route]
    whole = {**body, "note": "."} if {"reason", "subject"} & set(body) else body
    who = next(who for who in (TREASURER, MANDATAIRE, *Role) if Role(who) in ALLOWED[action])
    (contribution, *_) = api.get(TREASURER, f"/campaigns/{api.ids.campaign_id}/contributions")["items"]
    unknown = (
        *(
            "mandate_id",
            "bank_account_id",
            "refund_id",
            "made_id",
            "role_id",
            "member_id",
            "deposit_id",
            "adjustment_id",
        ),
        *("external_payment_id", "external_payout_id", "import_id"),
    )
    ids = dict.fromkeys(unknown, api.opened.ledger.association_id)
    numbers = {"slip": "B-1", "line": "L-1", "movement_id": "txn_unknown"}
    known = {
        **ids,
        **api.ids._asdict(),
        "contribution_id": contribution["contribution_id"],
        "dispute_id": "dp_1",
        "payment_id": "ch_1",
        **numbers,
    }
    path = template.format(**known)
    before = len(everything(api))
    for place in texts_in(whole):
        for name in (*NAMES, LIKE_A_CODE):
            assert api.call(who, method, path, planted(whole, place, name)).status_code < 500
    assert named(everything(api)[before:]) == set()
