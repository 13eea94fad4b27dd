"""The letters to members of the demonstration: the invitations that would have left, for who works for its association.

They hold links that act for others. Only the demonstration shows them, on this machine, with made-up people.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.email import stored_emails
from domain.calendar import french_date, french_hour, paris_date
from service.auth.actions import Action
from service.auth.principal import check_allowed
from service.http.dependencies import Slug
from service.http.members import CurrentMember
from service.pages.rendering import page

_LINK: Final = re.compile(r"https?://\S+")


class ShownLetter(NamedTuple):
    """A letter to a member: to whom, about what, when, its text, and where its link leads."""

    to: str
    subject: str
    at: str
    text: str
    link: str


class InvitationRoom:
    """Shows the letters to members that lie in a folder."""

    def __init__(self, letters: Path) -> None:
        """Remember where they lie."""
        self._letters = letters

    def add_routes(self, router: APIRouter) -> None:
        """Add the page."""
        router.add_api_route("/{association}/demonstration/invitations", self.show, methods=["GET"])

    async def show(self, association: Slug, member: CurrentMember) -> Response:
        """Show the letters, the newest first, to who may give mandates."""
        check_allowed(member.principal, Action.APPOINT, None)
        letters = await run_in_threadpool(self._shown)
        return page("demonstration_invitations.html", demo=True, association=association, letters=letters)

    def _shown(self) -> list[ShownLetter]:
        """Read the letters."""
        return [
            ShownLetter(
                one.to,
                one.subject,
                f"{french_date(paris_date(one.at))}, {french_hour(one.at, two_digits=True)}",
                one.text,
                next(iter(_LINK.findall(one.text)), ""),
            )
            for one in stored_emails(self._letters)
        ]
