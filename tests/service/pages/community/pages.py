"""Reading lists of people as pages show them, and families that take part at the served coop."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from domain.campaign.payments import RecordPaymentCaptured
from tests.kit.api_server import MANDATAIRE, ApiServer
from tests.kit.members.visits import words
from tests.service.api.routes import ROUTES

_BASKETS: Final = "/coops/{coop_id}/campaigns/{campaign_id}/contributions"
_CENTS: Final = 12_00


def rows(html: str) -> list[list[str]]:
    """The cells of the rows of a page, without the boxes that choose them."""
    body = re.search(r"<tbody[^>]*>(.*?)</tbody>", html, re.DOTALL)
    return [
        [words(cell).strip() for cell in re.findall(r"<t[dh](?![^>]*\"pick\")[^>]*>(.*?)</t[dh]>", row, re.DOTALL)]
        for row in (re.split(r"<tr[^>]*>", body[1])[1:] if body else ())
    ]


def place(api: ApiServer, payer: dict[str, str], child: str, school_class: str) -> UUID:
    """Place a basket of one child that costs 12,00 €, and return it."""
    ids: dict[str, Any] = api.ids._asdict()
    usual = ROUTES["POST", _BASKETS][1]
    (pupil, *_) = usual["children"]
    children = [{**pupil, "first_name": child, "last_name": payer["last_name"], "class_label": school_class}]
    placed = api.done(MANDATAIRE, "POST", _BASKETS.format(**ids), {**usual, "payer": payer, "children": children})
    api.get(MANDATAIRE, f"/campaigns/{api.ids.campaign_id}", at_least=placed["position"])
    return UUID(placed["ids"]["contribution_id"])


def contribute(api: ApiServer, payer: dict[str, str], child: str, school_class: str) -> UUID:
    """Place a basket of one child and pay it as the worker records it; pages show it."""
    contribution_id = place(api, payer, child, school_class)
    payment = {"payment_id": f"ch_{contribution_id}", "cents": _CENTS, "tip_cents": 0}
    paid_at = datetime(2024, 7, 9, 10, tzinfo=UTC)
    api.fact(RecordPaymentCaptured, api.ids.campaign_id, contribution_id=contribution_id, paid_at=paid_at, **payment)
    api.get(MANDATAIRE, f"/campaigns/{api.ids.campaign_id}", at_least=api.head())
    return contribution_id
