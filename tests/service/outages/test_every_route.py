"""After the server ended its sessions every route answers as before, or 503 with when to try again: never a crash."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

import pytest

from tests.adapters.connections.sessions import end_sessions
from tests.kit.api_server import SLUG, TREASURER, ApiServer
from tests.kit.members.sessions import MEMBER_COOKIE
from tests.service.access.table import MEMBERS, PUBLIC
from tests.service.api.routes import ROUTES

Operation = tuple[str, str]
_API: Final = "/api/v1/{association}"
_OPERATIONS: Final = sorted({*MEMBERS, *PUBLIC})
_BUSY: Final = 503


class Caller:
    """Who calls every route, with a token for the API and a session for pages."""

    def __init__(self, api: ApiServer) -> None:
        """Sign in."""
        self._api = api
        self._session = api.session(TREASURER)
        ids = (
            "member_id",
            "contribution_id",
            "payout_id",
            "mandate_id",
            "bank_account_id",
            "refund_id",
            "deposit_id",
            "family_id",
        )
        more = (
            "made_id",
            "adjustment_id",
            "role_id",
            "finding_id",
            "note_id",
            "external_payment_id",
            "external_payout_id",
            "import_id",
            "family_id",
            "count_id",
            "contact_id",
            "group_id",
            "file_id",
        )
        self._ids = {name: str(uuid4()) for name in (*ids, *more)} | {
            "association": SLUG,
            "coop_id": str(api.ids.coop_id),
            "campaign_id": str(api.ids.campaign_id),
            "dispute_id": "dp_1",
            "payment_id": "ch_1",
            "movement_id": "txn_1",
            "slip": "B-1",
            "class_code": "CE1",
            "line": "L-1",
            "digest": "0" * 64,
            "form": "json",
            "position": "1",
            "token": "t" * 43,
            "width": "640",
            "name": "budget.pdf",
            "endpoint": "platform",
            "code": "3f2a9-0b7c1",
            "picture": "png",
            "month": "2026-11",
            "year": "2026",
        }

    def call(self, operation: Operation) -> tuple[int, str | None]:
        """Call a route; return the status and when to try again. An open page is left as soon as it answers."""
        method, path = operation
        is_api = path.startswith("/api/")
        headers = {"Accept": "application/json" if is_api else "text/html", "Origin": self._api.url}
        headers |= (
            {"Authorization": f"Bearer {self._api.tokens[TREASURER]}"}
            if is_api
            else {"Cookie": f"{MEMBER_COOKIE}={self._session}"}
        )
        body: dict[str, Any] = ROUTES[method, path.removeprefix(_API)][1] if path.startswith(_API) else {}
        address = path.format(**self._ids)
        with self._api.client.stream(method, address, headers=headers, json=body or None) as answer:
            return answer.status_code, answer.headers.get("retry-after")


@pytest.fixture(scope="module")
def caller(api: ApiServer) -> Caller:
    """Somebody who may do much."""
    return Caller(api)


@pytest.mark.parametrize("operation", _OPERATIONS, ids=" ".join)
def test_a_route_survives_the_end_of_all_sessions(api: ApiServer, caller: Caller, operation: Operation) -> None:
    usual, _ = caller.call(operation)
    api.opened.head()  # some routes ask nothing: one session at least is there
    assert end_sessions(api.database_url) > 0
    status, later = caller.call(operation)
    assert status < 500 or (status == _BUSY and later), f"{status} instead of {usual}"
    again, _ = caller.call(operation)
    assert again < 500
