"""What was typed into a form that asks for a passkey waits for it, and is sent again from there: every such form.

The forms are found by sending one to each address of the table of access.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import httpx2
import pytest

from adapters.member_accounts import Passkey
from service.auth.actions import CONFIRMED
from tests.kit.api_server import SLUG, TREASURER, ApiServer
from tests.kit.members.access import CLASS
from tests.kit.members.sessions import enrol, owner_of
from tests.kit.members.visits import visit_as
from tests.service.access.table import MEMBERS

_TYPED: Final = {
    "note": "Ce qui vient d’être <tapé> & « gardé »",
    "several": ["un", "deux"],
    "etape": "fichier",
    "cle": "step",
}
_CAMPAIGN: Final = "/{association}/collectes/{campaign_id}/participants"
_ASKED_INSIDE: Final = frozenset({f"{_CAMPAIGN}/exporter", "/{association}/acces/cles/supprimer"})
"""Forms whose page asks for no passkey, and which themselves do once they are sent; that of a new coop is beside."""
_ENDS_THE_VISIT: Final = frozenset({"/{association}/acces/sessions/fermer"})
_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@pytest.fixture(scope="module")
def visit(api: ApiServer) -> Iterator[httpx2.Client]:
    """A treasurer who has a passkey, and did not use it."""
    member = enrol(api.opened, owner_of(api.database_url, api.tokens[TREASURER]))
    key = Passkey(b"an id of the passkey of the step", member, b"k" * 77, 0, "platform", datetime.now(UTC), None)
    assert api.opened.members.passkeys.add(key)
    with visit_as(api, TREASURER) as client:
        yield client


def forms() -> list[str]:
    """The addresses to which members send forms."""
    return [path for (method, path), row in MEMBERS.items() if method == "POST" and row.is_page]


def asking() -> set[str]:
    """Those of actions that a passkey confirms, and those that ask themselves."""
    by_action = {path for (method, path), row in MEMBERS.items() if method == "POST" and row.action in CONFIRMED}
    return {path for path in by_action if not path.startswith("/api/")} | _ASKED_INSIDE


def address(api: ApiServer, path: str) -> str:
    """An address of the coop and its campaign; what else it names is not there."""
    found = path.replace("{association}", SLUG).replace("{class_code}", CLASS).replace("{position}", "1")
    found = found.replace("{coop_id}", str(api.ids.coop_id)).replace("{campaign_id}", str(api.ids.campaign_id))
    return re.sub(r"\{[a-z_]+\}", lambda _: str(uuid4()), found)


def test_no_form_that_asks_for_a_passkey_loses_what_was_typed(api: ApiServer, visit: httpx2.Client) -> None:
    asked = set()
    for path in forms():
        if path in _ENDS_THE_VISIT:
            continue
        where = address(api, path)
        answer = visit.post(where, data=_TYPED)
        assert "/verification" not in answer.headers.get("location", ""), path
        if 'id="kept-form"' not in answer.text:
            continue
        asked.add(path)
        kept = [(html.unescape(name), html.unescape(value)) for name, value in _HIDDEN.findall(answer.text)]
        assert kept == [
            ("note", _TYPED["note"]), ("several", "un"), ("several", "deux"), ("etape", "fichier"), ("cle", "step")
        ], path  # fmt: skip
        assert f'<form id="kept-form" method="post" action="{where}">' in answer.text
        assert (answer.status_code, answer.headers["cache-control"]) == (403, "no-store")
    assert asked == asking()


def test_the_page_that_a_waiting_form_leads_back_to_is_there(api: ApiServer, visit: httpx2.Client) -> None:
    for path in sorted(asking()):
        where, page = address(api, path), path
        answer = visit.post(where, data=_TYPED)
        while ("GET", page) not in MEMBERS:
            where, page = where.rpartition("/")[0], page.rpartition("/")[0]
        assert f'href="{where}">Retour à la page' in answer.text, path
