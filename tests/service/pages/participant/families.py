"""Families of the served campaign that paid in the ways that refunds tell apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from domain.campaign.payments import RecordPaymentCaptured
from domain.campaign.state import Campaign
from tests.kit.api_server import MANDATAIRE, SLUG, ApiServer
from tests.kit.members.visits import visit_as, words
from tests.service.api.routes import ROUTES

BASKETS: Final = "/coops/{coop_id}/campaigns/{campaign_id}/contributions"
CHILD_CENTS: Final = 12_00
_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def list_of(api: ApiServer) -> str:
    """The address of the list of participants."""
    return f"/{SLUG}/collectes/{api.ids.campaign_id}/participants"


def place(api: ApiServer, *children: str, means: str = "card", email: str = "lou@example.org", tip: int = 0) -> UUID:
    """Place a basket of children of 12,00 € each."""
    ids: dict[str, Any] = api.ids._asdict()
    usual = ROUTES["POST", BASKETS][1]
    payer = {"first_name": "Odile", "last_name": "MARTIN", **({"email": email} if email else {})}
    pupils = [
        {**usual["children"][0], "first_name": name, "last_name": "MARTIN", "class_label": "CE1"} for name in children
    ]
    body = {**usual, "payer": payer, "children": pupils, "means": means, "tip_cents": tip}
    return UUID(api.done(MANDATAIRE, "POST", BASKETS.format(**ids), body)["ids"]["contribution_id"])


def pay(api: ApiServer, *children: str, tip: int = 0, email: str = "lou@example.org") -> UUID:
    """A basket that was paid by card, as the worker records it; pages show it."""
    contribution_id = place(api, *children, tip=tip, email=email)
    api.fact(
        RecordPaymentCaptured,
        api.ids.campaign_id,
        contribution_id=contribution_id,
        payment_id=f"ch_{contribution_id}",
        cents=CHILD_CENTS * len(children),
        tip_cents=tip,
        paid_at=datetime(2024, 7, 9, 10, tzinfo=UTC),
    )
    shown(api)
    return contribution_id


def pay_cash(api: ApiServer, slip: str, *children: str) -> UUID:
    """A basket that was paid in cash under a slip."""
    contribution_id = place(api, *children, means="cash")
    path = f"{BASKETS.format(**api.ids._asdict())}/{contribution_id}/cash"
    cents = CHILD_CENTS * len(children)
    api.done(MANDATAIRE, "POST", path, {"slip": slip, "cents": cents, "paid_at": "2024-07-09T10:00:00Z"})
    shown(api)
    return contribution_id


def shown(api: ApiServer) -> None:
    """Wait until pages show the whole log."""
    api.get(MANDATAIRE, f"/campaigns/{api.ids.campaign_id}", at_least=api.head())


def hidden(html: str) -> dict[str, str]:
    """What the form of a page carries along without showing it."""
    return {name: value.replace("&#39;", "'").replace("&amp;", "&") for name, value in _HIDDEN.findall(html)}


def refund_by_form(
    api: ApiServer, contribution_id: UUID, amounts: Mapping[int, str], *, tip: bool = False, note: str = ""
) -> UUID:
    """Ask for a refund on the card as a mandate holder does, and return it."""
    address = f"{list_of(api)}/{contribution_id}/rembourser"
    typed = {f"montant-{line}": "" for line in range(1, 4)} | {
        f"montant-{line}": cents for line, cents in amounts.items()
    }
    typed |= {"motif": "child_left", "note": note, **({"pourboire": "1"} if tip else {})}
    with visit_as(api, MANDATAIRE) as visit:
        begun = hidden(visit.get(address).text)
        confirm = visit.post(address, data={**begun, **typed, "etape": "relire"})
        assert confirm.status_code == 200, words(confirm.text)
        before = refunds_of(api, contribution_id)
        done = visit.post(address, data={**hidden(confirm.text), "etape": "confirmer"})
        assert done.status_code == 303, words(done.text)
    (made,) = refunds_of(api, contribution_id) - before
    return made


def refunds_of(api: ApiServer, contribution_id: UUID) -> set[UUID]:
    """The refunds to the card of a contribution, as the log has them."""
    campaign = api.opened.ledger.store.load(Campaign, api.ids.campaign_id)
    return set(campaign.contributions[contribution_id].refunds)
