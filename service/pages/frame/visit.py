"""One request of a signed-in member: what the member may do, where, and the frame around what is shown.

The dependencies decide before a page runs. What moves money, rights or bank accounts is decided from the head of the
log and asks for a passkey, as the API does (``service.auth.actions``).
"""

from __future__ import annotations

import secrets
from asyncio import wrap_future
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from time import monotonic
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid5

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from adapters.log.bus.submission import submission
from adapters.log.command_bus import CommandOutcome
from domain.aggregate import Intent, Stamp
from domain.association.state import Association
from domain.calendar import french_moment, paris_date
from domain.coop.state import Coop
from domain.errors import NotFound
from domain.events.association import Policy
from domain.texts.network_words import wording_of
from projections import directory
from projections.directory import CampaignRow, CoopRow
from service.auth.actions import CONFIRMED, UNCACHED, Action
from service.auth.principal import check_allowed, check_role
from service.http.dependencies import Slug, clock_of, runtime_of
from service.http.members import check_passkey, find_member
from service.http.redirects import Redirect
from service.members.errors import PasskeyRequired
from service.members.sign_in import SignedInMember
from service.members.webauthn_site import WebAuthnSite
from service.pages.frame.menu import MenuEntry, association_menu, coop_menu
from service.pages.french import association_mark
from service.pages.rendering import page
from service.runtime.open_ledger import OpenLedger

_PATIENCE: Final = 5.0
"""Seconds that a page waits for the read models to show what it changed."""
STATUS: Final = {"draft": "Brouillon", "published": "Publié", "suspended": "Ventes suspendues", "archived": "Archivé"}
"""The statuses of a campaign as its mandate holder reads them (S-114…S-117)."""
WELCOME: Final = "bienvenue=1"
"""What the address of the first page after an invitation says, which the page welcomes its reader by."""


class MemberVisit:
    """One request of a member who is signed in at an association."""

    def __init__(self, request: Request, opened: OpenLedger, association: str, member: SignedInMember) -> None:
        """Bind the request to the ledger and to who asks."""
        self.request = request
        self.opened = opened
        self.association = association
        self.member = member
        self.principal = member.principal
        self.now = clock_of(request)()

    @property
    def scope(self) -> UUID | None:
        """The coop that the page is about, None for the association as a whole."""
        return None

    @property
    def today(self) -> date:
        """The day in Paris."""
        return paris_date(self.now)

    @property
    def stamp(self) -> Stamp:
        """Who and when, for a command; it may touch the coop of the address only."""
        return Stamp(at=self.now, by=self.principal.actor, scope=self.scope)

    @property
    def base(self) -> str:
        """The address below which the association's pages are."""
        return f"/{self.association}"

    def stamp_for(self, coop_id: UUID) -> Stamp:
        """Who and when, for commands about a coop that a page of the association names."""
        return Stamp(at=self.now, by=self.principal.actor, scope=coop_id)

    def key(self, form_key: str) -> str:
        """Return the key under which what a form asks for is done once."""
        return f"page:{self.principal.actor}:{form_key}"

    def may(self, action: Action) -> bool:
        """Tell whether the person may do something here."""
        coops = self.principal.coops(action)
        return coops is None or (bool(coops) if self.scope is None else self.scope in coops)

    async def policy_of(self) -> Association:
        """Return the association's policy and charter as they are now."""
        return await self.opened.states.current(Association, self.opened.ledger.association_id)

    async def read(self, query: Callable[..., Any], *args: Any) -> Any:  # noqa: ANN401 - passed through as given
        """Run a query on the read models."""
        return await run_in_threadpool(self.opened.read, query, *args)

    def new_id(self, key: str, name: str) -> UUID:
        """Return an identifier for what a form creates: the same when the form is sent again."""
        return uuid5(self.opened.ledger.association_id, f"page\n{self.principal.actor}\n{key}\n{name}")

    async def do(self, command: Intent[Any], key: str = "") -> CommandOutcome:
        """Carry out a command, and wait until pages show it; under ``key`` of a form it is carried out once only."""
        asked = self.key(key) if key else None
        outcome = await self.opened.ledger.bus.do(command, key=asked)
        await self.shown(outcome.last_position)
        return outcome

    async def do_together(self, commands: Sequence[Intent[Any]]) -> tuple[CommandOutcome, ...]:
        """Carry out several commands, all or none, and wait until pages show them."""
        outcomes = await wrap_future(self.opened.ledger.bus.submit_together([submission(one) for one in commands]))
        positions = [outcome.last_position for outcome in outcomes if outcome.last_position is not None]
        await self.shown(max(positions, default=None))
        return tuple(outcomes)

    async def shown(self, position: int | None) -> None:
        """Wait until pages show the log up to a position; what others do meanwhile wakes us, and is passed over."""
        if position is None:
            return
        feed, schema, until = runtime_of(self.request).feed, self.opened.ledger.read_schema, monotonic() + _PATIENCE
        while feed.position(schema) < position and not feed.ended and (left := until - monotonic()) > 0:
            await feed.wait(schema, position - 1, left)

    async def all_shown(self) -> None:
        """Wait until pages show all that is written by now: also what the same form wrote when it was sent before."""
        position, _ = await run_in_threadpool(self.opened.head)
        await self.shown(position)

    async def decide(self, *actions: Action) -> None:
        """Decide from the head of the log that the person may do several things here, confirmed by a passkey.

        A page that asks for it itself keeps what was typed.

        Raises:
            PasskeyRequired: the person has to use it first.

        """
        member = await find_member(self.request, self.association, fresh=True)
        for action in actions:
            check_allowed(member.principal, action, self.scope)
        await check_passkey(self.request, self.association, member)

    async def show(self, template: str, place: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
        """Show a page in the frame; ``place`` is its entry in the menu, and names its help unless ``help_key`` does."""
        association = await self.policy_of()
        member = await run_in_threadpool(self.opened.members.members.by_id, self.member.session.member_id)
        shown = {
            "association": self.association,
            "mark": association_mark(association.name),
            "person": f"{member.profile.first_name} {member.profile.last_name}" if member else "",
            "menu": self.menu(),
            "place": place,
            "help_key": place,
            "words": wording_of(association.policy.wording),
            "coop": None,
            "welcome": "bienvenue" in self.request.query_params and await self._may_add_passkey(),
            "several": (seen := self.principal.coops(Action.READ)) is None or len(seen) > 1,
            "form_key": secrets.token_urlsafe(12),
            "may": self.may,
            "Action": Action,
            "demo": self.opened.ledger.demo,
        }
        return page(template, status, **{**shown, **self.subject(), **values})

    async def _may_add_passkey(self) -> bool:
        """Tell whether the person has no passkey yet, at an address where browsers make some."""
        if WebAuthnSite.at(runtime_of(self.request).settings.address) is None:
            return False
        return not await run_in_threadpool(self.opened.members.passkeys.of_member, self.member.session.member_id)

    def menu(self) -> tuple[MenuEntry, ...]:
        """Return the menu beside the page."""
        return association_menu(self.association, self.may)

    def subject(self) -> dict[str, Any]:
        """Return what the page is about, for the frame."""
        return {}

    def go(self, below: str) -> Response:
        """Lead to a page, by its address below the association's, after a form."""
        return RedirectResponse(f"{self.base}{below}", 303)


class CoopVisit(MemberVisit):
    """One request about a coop."""

    def __init__(self, visit: MemberVisit, coop: CoopRow) -> None:
        """Take over the request."""
        super().__init__(visit.request, visit.opened, visit.association, visit.member)
        self.coop = coop

    @property
    def scope(self) -> UUID:
        """The coop that the page is about."""
        return self.coop.coop_id

    async def coop_state(self) -> Coop:
        """Return the coop as its events stand now, which is everybody's: nothing of it is changed."""
        return await self.opened.states.current(Coop, self.coop.coop_id)

    async def policy_here(self) -> Policy:
        """Return the association's policy as it holds for this coop, which chose some of its means of payment."""
        return (await self.coop_state()).policy_within((await self.policy_of()).policy)

    @property
    def coop_base(self) -> str:
        """The address below which the coop's pages are, without the association's."""
        return f"/coops/{self.coop.coop_id}"

    def menu(self) -> tuple[MenuEntry, ...]:
        """Return the coop's menu."""
        return coop_menu(self.association, self.coop.coop_id, self.may)

    def subject(self) -> dict[str, Any]:
        """Return the coop, for the frame."""
        return {"coop": self.coop}


class CampaignVisit(CoopVisit):
    """One request about a campaign of a coop."""

    def __init__(self, visit: MemberVisit, coop: CoopRow, campaign: CampaignRow) -> None:
        """Take over the request."""
        super().__init__(visit, coop)
        self.campaign = campaign

    @property
    def campaign_base(self) -> str:
        """The address below which the campaign's pages are, without the association's."""
        return f"/collectes/{self.campaign.campaign_id}"

    def subject(self) -> dict[str, Any]:
        """Return the coop and the campaign, for the frame."""
        return {
            "coop": self.coop,
            "campaign": self.campaign,
            "status_label": STATUS[self.campaign.status],
            "window": window_sentence(self.campaign, self.now),
        }


def status_sentence(campaign: CampaignRow, now: datetime) -> str:
    """Say the status of a campaign, and beside « Publié » that families can not pay now where its window says so."""
    if campaign.status != "published":
        return STATUS[campaign.status]
    closed = campaign.closes_at is not None and campaign.closes_at <= now
    later = campaign.opens_at is not None and campaign.opens_at > now
    return f"{STATUS[campaign.status]} – {'close' if closed else 'pas encore ouverte' if later else 'ouverte'}"


def window_sentence(campaign: CampaignRow, now: datetime) -> str:
    """Say the opening window of a campaign, and that it is over once it is (S-107, S-108).

    Of one that is suspended it says so: no window opens it.
    """
    if campaign.status == "suspended":
        return "Fermée pour le moment"
    if campaign.closes_at and campaign.closes_at <= now:
        since = f"Close depuis le {french_moment(campaign.closes_at)}"
        return f"{since}, ouverte le {french_moment(campaign.opens_at)}" if campaign.opens_at else since
    if campaign.opens_at and campaign.closes_at:
        return f"Ouverte du {french_moment(campaign.opens_at)} au {french_moment(campaign.closes_at)}"
    if campaign.opens_at:
        return f"Ouverte à partir du {french_moment(campaign.opens_at)}"
    return f"Ouverte jusqu’au {french_moment(campaign.closes_at)}" if campaign.closes_at else "Sans date limite"


def member_visit(action: Action) -> Callable[..., Awaitable[MemberVisit]]:
    """Make the dependency of a page for people who may do something for some coop at least."""

    async def find_visit(request: Request, association: Slug) -> MemberVisit:
        visit = await _visit(request, association, action)
        check_role(visit.principal, action)
        return await _confirmed(visit, action)

    return find_visit


def association_visit(action: Action) -> Callable[..., Awaitable[MemberVisit]]:
    """Make the dependency of a page for people who may do something for the association as a whole."""

    async def find_visit(request: Request, association: Slug) -> MemberVisit:
        visit = await _visit(request, association, action)
        check_allowed(visit.principal, action, None)
        return await _confirmed(visit, action)

    return find_visit


def coop_visit(action: Action) -> Callable[..., Awaitable[CoopVisit]]:
    """Make the dependency of a page about the coop of its address, for people who may do something for it."""

    async def find_visit(request: Request, association: Slug, coop_id: UUID) -> CoopVisit:
        visit = await _visit(request, association, action)
        check_allowed(visit.principal, action, coop_id)
        return CoopVisit(await _confirmed(visit, action), await _coop(visit, coop_id))

    return find_visit


def campaign_visit(action: Action) -> Callable[..., Awaitable[CampaignVisit]]:
    """Make the dependency of a page about the campaign of its address, for people who may do something for its coop."""

    async def find_visit(request: Request, association: Slug, campaign_id: UUID) -> CampaignVisit:
        visit = await _visit(request, association, action)
        campaign = await visit.read(directory.find_campaign, campaign_id)
        if campaign is None:
            check_role(visit.principal, action)
            raise NotFound(campaign=campaign_id)
        check_allowed(visit.principal, action, campaign.coop_id)
        return CampaignVisit(await _confirmed(visit, action), await _coop(visit, campaign.coop_id), campaign)

    return find_visit


async def any_visit(request: Request, association: Slug) -> MemberVisit:
    """Make the visit of a page for any signed-in member; the page decides what it shows."""
    return MemberVisit(
        request, runtime_of(request).ledger(association), association, await find_member(request, association)
    )


async def _visit(request: Request, association: str, action: Action) -> MemberVisit:
    member = await find_member(request, association, fresh=action in UNCACHED)
    return MemberVisit(request, runtime_of(request).ledger(association), association, member)


async def _coop(visit: MemberVisit, coop_id: UUID) -> CoopRow:
    found: list[CoopRow] = await visit.read(directory.coops, (coop_id,))
    if not found:
        raise NotFound(coop=coop_id)
    return found[0]


async def _confirmed(visit: MemberVisit, action: Action) -> MemberVisit:
    """Go on only with a passkey that was used a moment ago, where the action asks for one.

    Raises:
        Redirect: to the page that asks for it, which leads back here.

    """
    if action in CONFIRMED:
        try:
            await check_passkey(visit.request, visit.association, visit.member)
        except PasskeyRequired:
            suite = urlencode({"suite": visit.request.url.path})
            raise Redirect(f"{visit.base}/verification?{suite}") from None
    return visit
