"""The demonstration's first page, and « entrer comme »: one click signs a member of the demonstration in.

Only the demonstration serves these routes, and its guard stands before each of them.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from adapters.member_accounts import SessionOpenedBy
from domain.errors import LedgerError, NotFound, NotSignedIn
from domain.rights.roles import Role
from domain.school_classes import class_code
from service.demo.access import DemoMembers
from service.demo.pages.documents import ReadingRoom
from service.demo.pages.examples import ExampleRoom
from service.demo.pages.guard import DemoGuard
from service.demo.pages.invitations import InvitationRoom
from service.demo.run import DemoDocument
from service.demo.school.families import CLASS
from service.demo.school.import_files import CORRECTED, FIRST
from service.http.bounds.cpu_bound import run_cpu_bound
from service.http.trail import note_sign_in
from service.pages.accounts.dependencies import AccountRequest, CurrentAccountRequest
from service.pages.home import Search, home
from service.pages.members.dependencies import CurrentMemberPage, MemberPageRequest
from service.pages.rendering import page


class DemoRole(StrEnum):
    """Whom the door lets people be, as addresses say it."""

    FAMILY = "famille"
    MANDATE_HOLDER = "mandataire"
    TEACHER = "enseignante"
    STAFF = "association"
    TREASURER = "tresorier"
    AUDITOR = "auditeur"


_MEMBERS: Final = {
    DemoRole.MANDATE_HOLDER: Role.MANDATAIRE,
    DemoRole.TEACHER: Role.TEACHER,
    DemoRole.STAFF: Role.STAFF,
    DemoRole.TREASURER: Role.TREASURER,
    DemoRole.AUDITOR: Role.AUDITOR,
}


class DemoPlaces(NamedTuple):
    """What the door leads to: a coop, a campaign, the basket that waits to be paid, the bank, the codes for the API."""

    association: str
    coop: UUID
    open: UUID
    basket: str
    bank: str
    codes: Path
    letters: Path
    """Where the letters to members lie."""
    played_on: date
    """The day on which all of it was played."""


class EntryPage:
    """The door of one demonstration."""

    def __init__(
        self, guard: DemoGuard, places: DemoPlaces, members: DemoMembers, documents: list[DemoDocument]
    ) -> None:
        """Remember who may come in as whom, and where that leads."""
        self._guard = guard
        self._places = places
        self._members = members
        self._reading = ReadingRoom(documents, places.codes)
        self._invitations = InvitationRoom(places.letters)
        self._examples = ExampleRoom(places.played_on)

    def router(self) -> APIRouter:
        """Return the routes that the demonstration alone serves."""
        router = APIRouter(dependencies=[Depends(self._check)])
        router.add_api_route("/{association}/demonstration/{role}", self.enter, methods=["POST"])
        self._reading.add_routes(router)
        self._invitations.add_routes(router)
        self._examples.add_routes(router)
        first = APIRouter()
        first.add_api_route("/", self.first_page, methods=["GET"])
        first.include_router(router)
        return first

    async def _check(self, request: Request) -> None:
        await self._guard.check(request.scope)
        if request.path_params["association"] != self._places.association:
            raise NotFound(association=request.path_params["association"])

    async def first_page(self, request: Request, recherche: Search = "") -> Response:
        """Offer to come in as somebody; whom the guard does not let pass sees the page that everybody sees."""
        try:
            await self._guard.check(request.scope)
        except LedgerError:
            return await home(request, recherche)
        return page("demonstration.html", demo=True, places=self._places, first_file=FIRST, corrected_file=CORRECTED)

    async def enter(self, visit: CurrentMemberPage, account: CurrentAccountRequest, role: DemoRole) -> Response:
        """Sign in as somebody, by a session like any other, and go where that person's work is."""
        if role is DemoRole.FAMILY:
            return await self._enter_as_family(account)
        return await self._enter_as_member(visit, role)

    async def _enter_as_family(self, account: AccountRequest) -> Response:
        family = self._members.family
        signed_in = await run_cpu_bound(account.accounts().sign_in, family.email, family.password)
        if signed_in is None:
            raise NotSignedIn(account="gone")
        there = f"/{account.association}/contribuer/{self._places.open}"
        return account.keep(RedirectResponse(there, 303), signed_in)

    async def _enter_as_member(self, visit: MemberPageRequest, role: DemoRole) -> Response:
        member_id, before = self._members.ids[_MEMBERS[role]], visit.token
        opened = await run_in_threadpool(visit.sign_in().open, member_id, SessionOpenedBy.LINK, before)
        await note_sign_in(visit.request, member_id)
        coop = f"coops/{self._places.coop}"
        homes = {
            DemoRole.MANDATE_HOLDER: coop,
            DemoRole.TEACHER: f"{coop}/classes/{class_code(CLASS)}",
            DemoRole.STAFF: "coops",
        }
        own = homes.get(role, "demonstration")
        return visit.keep_session(RedirectResponse(f"/{visit.association}/{own}", 303), opened)
