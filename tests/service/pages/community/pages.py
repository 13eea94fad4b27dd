"""Reading lists of people as pages show them, and families that take part at the served coop."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from adapters.family_accounts import LinkedContribution, Profile
from domain.campaign.payments import RecordPaymentCaptured
from projections import directory
from projections.directory import CampaignRow
from service.pages.community.families import FamilyContact, name_families, read_families
from tests.kit.api_server import MANDATAIRE, SLUG, ApiServer
from tests.kit.members.visits import words
from tests.service.api.routes import ROUTES

_BASKETS: Final = "/coops/{coop_id}/campaigns/{campaign_id}/contributions"
_CENTS: Final = 12_00


def tab(api: ApiServer) -> str:
    """The address of the list of participants of the guide's campaign."""
    return f"/{SLUG}/collectes/{api.ids.campaign_id}/participants"


def campaign_of(api: ApiServer) -> CampaignRow:
    """The guide's campaign as pages read it."""
    campaign = api.opened.read(directory.find_campaign, api.ids.campaign_id)
    assert campaign is not None
    return campaign


def contacts_of(api: ApiServer) -> list[FamilyContact]:
    """All families of the coop that have names, with them."""
    families = read_families(api.opened, api.ids.coop_id)
    return name_families(api.opened, families.listed, families.words)


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


def open_account(api: ApiServer, email: str, *, confirmed: bool = True) -> UUID:
    """Open an account of a family at an address, as one who followed the link of a letter has it."""
    account_id = uuid4()
    profile = Profile("Une", "FAMILLE", email)
    assert api.opened.families.accounts.create(account_id, profile, datetime.now(UTC), confirmed=confirmed)
    return account_id


def under_account(api: ApiServer, account_id: UUID, contribution_id: UUID) -> None:
    """Note that a basket was placed while signed in to an account."""
    placed = LinkedContribution(api.ids.campaign_id, contribution_id, datetime.now(UTC))
    assert api.opened.families.accounts.link(account_id, placed)
