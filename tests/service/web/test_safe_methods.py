"""Asking for a page changes nothing: every GET and HEAD there is, against the whole database before and after."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from psycopg.sql import SQL, Composed, Identifier, Literal

from adapters.class_links import ClassLink
from adapters.contact_vault import ContactProfile
from adapters.family_accounts import LinkedContribution, OneTimeLinkPurpose, Profile
from adapters.files import draw_picture, read_attachment
from adapters.local_postgres import LocalPostgres
from adapters.member_accounts import MemberLinkPurpose
from adapters.people_vault import BasketVault, FamilyGrant, TokenPurpose
from adapters.reminder_vault import FixedContact
from adapters.stripe_sandbox.testing import run_sandbox
from domain.campaign.publication import SetEmbedding
from domain.campaign.settings import EditDetails
from domain.events.campaign import CampaignDetails
from domain.rights.roles import Role
from service.api.context import RequestContext
from service.api.contract.document import openapi_document
from service.api.reads.money import payout_resource
from service.baskets.basket import Basket, BasketChild, new_child, to_bytes
from service.demo.material.picture import draw_school
from service.family_links import PATHS, RETURN, RETURN_SECRET, holds_secret
from service.messages import stop_links
from service.receipts import proof
from service.receipts.receipt_service import ReceiptService
from service.runtime.projectors import Projectors
from tests.kit.api_server import AUDITOR, SLUG, STAFF, TREASURER, create_token, run_web_server
from tests.kit.association import VAULT_KEY, found_association
from tests.kit.databases import database_with
from tests.kit.email_world import PAYER, EmailWorld
from tests.kit.live_server import FAR
from tests.kit.members.sessions import FAMILY_COOKIE, MEMBER_COOKIE, new_member, open_session
from tests.kit.service_world import open_world_as
from tests.service.web.app_routes import declared_paths

WRITES: Final = {"/{association}/" + RETURN + "/{token}"}
"""The provider leads a browser back by GET, once: that uses the address up, and has the payment looked for.
Nothing else that is asked for writes."""
NOT_HERE: Final = (
    *("/{association}/compte/google", "/{association}/compte/google/retour"),
    "/api/v1/{association}/coops/{coop_id}/closings/{position}",
    "/api/v1/{association}/coops/{coop_id}/papers/{position}.{form}",
    "/api/v1/{association}/coops/{coop_id}/papers/{position}/original.pdf",
    "/api/v1/{association}/coops/{coop_id}/papers/{position}/prints",
    "/{association}/coops/{coop_id}/pieces/{position}",
    "/{association}/coops/{coop_id}/pieces/{position}/original",
    "/{association}/coops/{coop_id}/pieces/{position}/{form}",
)
"""Where no client of Google is configured; the way back from there signs in who left this browser for it.

There is no paper and no closing.
"""
BEHIND: Final = "/api/v1/{association}/coops/{coop_id}/campaigns/{campaign_id}/contributions/{contribution_id}"
"""It is told at its newest version only, and nobody brings the read models up to the log here."""
GONE: Final = "/{association}/collectes/{campaign_id}/participants/importer/{file_id}"
"""A file that waits no more leads back to where another is given."""
RECORDS: Final = {"trail.entries", "registry.api_tokens", "vault.rate_limits"}
"""What a service writes about the asking: who read names, when a code was used last, how many tries were made."""
_MORE: Final = (
    *("bank_account_id", "finding_id", "mandate_id", "member_id", "payout_id", "role_id"),
    *("external_payment_id", "external_payout_id", "refund_id", "adjustment_id", "note_id", "import_id", "deposit_id"),
    *("count_id", "family_id", "file_id", "contact_id", "group_id", "slip"),
)
"""Ids of nothing."""
_SHORT: Final = 0.05
"""Seconds."""
_DOCUMENT: Final = openapi_document()
_QUERY: Final = {"month": "2024-11-02", "kind": "month", "first_day": "2024-11-01", "year": "2024"}
_WITHOUT_SIGHT: Final = "to_jsonb(t) - 'seen_at'"
"""A session without when it was seen last, which is written once a minute about the asking too."""
_TABLES: Final = """
    SELECT table_schema, table_name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
"""


@dataclass
class QuietWorld:
    """A service at its address that nothing works beside: what changes was changed by a request."""

    world: EmailWorld
    url: str
    database: str
    session: str
    contribution_id: UUID
    unpaid_id: UUID
    account_id: UUID
    member_id: UUID
    sheet: str
    values: dict[str, str]
    owner: psycopg.Connection[Any]

    def visitor(self, role: str) -> httpx2.Client:
        """Who may see much: a mandate holder or the office, and a family, both signed in, with a role's code."""
        opened = self.world.runtime.ledger(SLUG)
        is_office = role == STAFF
        holder = new_member(opened, *((Role.STAFF,) if is_office else (Role.MANDATAIRE, self.world.coop_id)))
        cookies = {MEMBER_COOKIE: open_session(opened, holder, self.world.now()), FAMILY_COOKIE: self.session}
        headers = {"Authorization": f"Bearer {create_token(self.database, role, None)}", "Accept": "text/html"}
        return httpx2.Client(base_url=self.url, cookies=cookies, headers=headers, timeout=30)

    def token(self, path: str) -> str:
        """A token that opens a path, a fresh one each time."""
        opened, now, kind = self.world.runtime.ledger(SLUG), self.world.now(), path.split("/")[2]
        if kind == "paniers":
            return self.basket(filled=not path.endswith("{token}"), guest=not path.endswith("/compte"))
        if kind == "compte":
            asked = OneTimeLinkPurpose.CONFIRM if "confirmation" in path else OneTimeLinkPurpose.PASSWORD
            return opened.families.links.make(self.account_id, asked, now)
        if kind in ("connexion", "invitation"):
            asked_for = MemberLinkPurpose.SIGN_IN if kind == "connexion" else MemberLinkPurpose.INVITATION
            return opened.members.links.make(self.member_id, asked_for, now)
        if kind == proof.PATH:
            return self.proof()
        if kind == stop_links.PATH:
            link = stop_links.StopLink(self.world.coop_id, stop_links.digest_of(opened.secret, PAYER.email))
            return stop_links.write_stop_link(opened.secret, link)
        others = {"etat": self.class_link, "rappel": self.reminded}
        return others[kind]() if kind in others else self.family_link(kind)

    def class_link(self) -> str:
        """The secret of a link by which colleagues see how each class stands."""
        links = self.world.runtime.ledger(SLUG).class_links
        link = ClassLink(uuid4(), self.world.campaign_id, self.world.now(), FAR)
        links.add(link)
        return links.token(link.link_id)

    def family_link(self, kind: str) -> str:
        """A token of the family, by the path that it opens."""
        purpose = next(one for one in TokenPurpose if PATHS[one] == kind)
        about = self.contribution_id if purpose is TokenPurpose.RECEIPT else self.unpaid_id
        return self.world.runtime.ledger(SLUG).tokens.create(FamilyGrant(purpose, self.world.campaign_id, about, FAR))

    def reminded(self) -> str:
        """The token of the letters of a contact that is on the list of a class."""
        opened, today = self.world.runtime.ledger(SLUG), self.world.now().date()
        (contact_id,) = opened.contacts.people.add(self.world.coop_id, [ContactProfile(PAYER.email)], today)
        listed = FixedContact(contact_id, opened.contacts.people.digest(PAYER.email))
        opened.reminders.fix(self.world.campaign_id, "CPA", [listed], 1, today)
        place = opened.reminders.at(self.world.campaign_id, "CPA", 1)
        assert place is not None
        return opened.reminders.token(place.list_id, contact_id)

    def basket(self, *, filled: bool, guest: bool) -> str:
        """A basket as it was opened, or filled in up to its recap."""
        basket = Basket(self.world.campaign_id, [new_child(tariff_id="t1")], guest=guest)
        if filled:
            basket.children = [BasketChild("child", "Marie", "GALANTE", "t1", answers={"class": "CP A"})]
            basket.first_name, basket.last_name, basket.email = PAYER.first_name, PAYER.last_name, PAYER.email
        token = BasketVault.new_token()
        self.world.runtime.ledger(SLUG).baskets.write(token, to_bytes(basket), self.world.now())
        return token

    def proof(self) -> str:
        """The code of the receipt of the contribution."""
        receipts = ReceiptService(self.world.runtime.ledger(SLUG), self.world.now(), "")
        url = receipts.proof_of(receipts.source(self.world.campaign_id, self.contribution_id))
        return url.rsplit("/", 1)[1]

    def content(self) -> dict[str, str]:
        """A digest of every table, and of what the provider holds."""
        digests = [_digest(schema, table) for schema, table in self.owner.execute(_TABLES).fetchall()]
        told: dict[str, str] = dict(self.owner.execute(SQL(" UNION ALL ").join(digests)).fetchall())
        pages = self.world.sandbox.sandbox.state.table("checkout.session")
        return told | {"payment pages of the provider": str(len(pages))}


def _digest(schema: str, table: str) -> Composed:
    """The query of a table's name and of a digest of its rows, in no order."""
    row = SQL(_WITHOUT_SIGHT if table == "member_sessions" else "t")
    query = (
        "SELECT {}, coalesce(md5(string_agg(row, '|' ORDER BY row)), '') FROM (SELECT ({})::text AS row FROM {} AS t)"
    )
    return SQL(query).format(Literal(f"{schema}.{table}"), row, Identifier(schema, table))


@pytest.fixture(scope="module")
def quiet(postgres: LocalPostgres) -> Iterator[QuietWorld]:
    """A school with a contribution that is paid and one that is not, its read models brought up to the log once."""
    with contextlib.ExitStack() as opened:
        patch = opened.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("COOPLEDGER_VAULT_KEY", VAULT_KEY)
        # What waits for read models that nobody brings up to the log gives up at once.
        for waits in (RequestContext.load_shown, payout_resource):
            patch.setattr(waits, "__defaults__", (_SHORT,))
        database = opened.enter_context(database_with(postgres, found_association))
        sandbox = opened.enter_context(run_sandbox(fee_delay=1))
        world = opened.enter_context(open_world_as(EmailWorld, database, sandbox))
        picture, sheet = draw_picture(draw_school()), read_attachment(draw_school(), "Projets")
        ledger = world.runtime.ledger(SLUG)
        ledger.files.keep_picture(picture)
        ledger.files.keep_attachment(sheet)
        shown = CampaignDetails(title="Vie de classe", picture=str(picture.ref), attachments=(str(sheet.ref),))
        world.do(EditDetails, details=shown)
        world.do(SetEmbedding, origins=("https://ecole.example",))
        contribution_id, unpaid_id = world.pay_for(PAYER, "CP A"), world.place_for(PAYER, "CE1")
        projectors = Projectors(world.runtime)
        assert projectors.wait_for(SLUG, ledger.ledger.store.head()[0], 30)
        projectors.close()
        account_id, now = uuid4(), world.now()
        profile = Profile(PAYER.first_name, PAYER.last_name, "autre@famille.example")
        ledger.families.accounts.create(account_id, profile, now, password="x", confirmed=True)  # noqa: S106 - no hash
        ledger.families.accounts.link(account_id, LinkedContribution(world.campaign_id, contribution_id, now))
        for name in (RETURN_SECRET, proof.SECRET, "google", "attempts", "class-links", "contacts", "families"):
            ledger.vault.secret(name)
        yield QuietWorld(
            world=world,
            url=opened.enter_context(run_web_server(world.runtime, world.worker)),
            database=database,
            session=ledger.families.sessions.open(account_id, now),
            contribution_id=contribution_id,
            unpaid_id=unpaid_id,
            account_id=account_id,
            member_id=new_member(ledger, Role.MANDATAIRE, world.coop_id),
            sheet=sheet.ref.digest,
            owner=opened.enter_context(psycopg.connect(database, autocommit=True)),
            values={
                "association": SLUG,
                "coop_id": str(world.coop_id),
                "campaign_id": str(world.campaign_id),
                "form": "csv",
                "picture": "png",
                "class_code": "CE1",
                "month": "2024-07",
                "year": "2024",
                "code": world.campaign_id.hex[:10],
                "width": str(picture.ref.width),
                "digest": picture.ref.digest[:16],
                "name": sheet.ref.name,
                "position": "1",
                **dict.fromkeys(_MORE, str(uuid4())),
                "contribution_id": str(contribution_id),
                "slip": "B-1",
            },
        )


def path_of(quiet: QuietWorld, route: str) -> str:
    """An address of a route, of things that are there."""
    values = quiet.values | ({"token": quiet.token(route)} if "{token}" in route else {})
    if "/pieces/" in route:
        values["digest"] = quiet.sheet
    # The API refuses parameters that it does not know.
    told = {one["name"] for one in _DOCUMENT["paths"].get(route, {}).get("get", {}).get("parameters", ())}
    query = {name: value for name, value in _QUERY.items() if name in told or not route.startswith("/api/")}
    return f"{route.format_map(values)}?{urlencode(query)}"


def asked_for(visitor: httpx2.Client, path: str) -> int:
    """Ask for a path, up to the first piece of what it shows: some are followed for ever."""
    with visitor.stream("GET", path) as answer:
        next(answer.iter_raw(), b"")
    return answer.status_code


def test_whatever_is_asked_for_changes_nothing(quiet: QuietWorld) -> None:
    wrote: dict[str, set[str]] = {}
    answered: dict[str, int] = {}
    with contextlib.ExitStack() as opened:
        visitors = [opened.enter_context(quiet.visitor(role)) for role in (TREASURER, AUDITOR, STAFF)]
        for route in declared_paths(quiet.world.runtime, quiet.world.worker, "GET"):
            path = path_of(quiet, route)
            before = quiet.content()
            visitors[0].head(path)
            answered[route] = min(asked_for(visitor, path) for visitor in visitors)
            changed = {name for name, content in quiet.content().items() if content != before.get(name)}
            if changed - RECORDS:
                wrote[route] = changed - RECORDS
    assert wrote == {path: {"vault.family_tokens", "work.tasks"} for path in WRITES}
    assert answered.pop(GONE) == HTTPStatus.SEE_OTHER
    unknown = {path for path in answered if any(f"{{{name}}}" in path for name in _MORE)}
    assert len(unknown) > 8
    assert {answered[path] for path in unknown} <= {403, 404, 503}
    refused = {path: status for path, status in answered.items() if status >= 400 and path not in unknown}
    assert refused == dict.fromkeys(NOT_HERE, 404) | {BEHIND: 503}
    assert len(answered) > 50


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_address_with_a_token_is_one_whose_answers_keep_it(quiet: QuietWorld, method: str) -> None:
    paths = declared_paths(quiet.world.runtime, quiet.world.worker, method)
    held = {path for path in paths if "{token}" in path}
    assert len(held) > 5
    assert {path for path in paths if holds_secret(path)} == held
