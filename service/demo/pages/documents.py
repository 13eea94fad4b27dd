"""What a role may read in the demonstration: the pages there are, and the documents that its story ends with.

Treasurers and auditors have no screens of their own yet. This page says so, and leads to what they can read today.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from domain.errors import NotFound
from domain.rights.roles import Role
from service.auth.actions import ALLOWED, Action
from service.auth.principal import Principal, check_allowed
from service.demo.run import DemoDocument
from service.http.dependencies import Slug
from service.http.members import CurrentMember
from service.http.trail import note
from service.pages.rendering import page
from service.trail import TrailKind

_ROLES: Final = {
    Role.MANDATAIRE: "mandataire",
    Role.TREASURER: "trésorier",
    Role.AUDITOR: "auditeur",
    Role.STAFF: "membre de l’association",
}


class ReadingRoom:
    """The documents of one demonstration, for who is signed in."""

    def __init__(self, documents: Iterable[DemoDocument], codes: Path) -> None:
        """Remember them, found by their names alone, and the file in which the codes of the API are."""
        self._codes = codes
        self._documents = tuple(documents)
        self._files = {path.name: (one, path) for one in self._documents for path in one.files.values()}

    def add_routes(self, router: APIRouter) -> None:
        """Add the page and the files."""
        router.add_api_route("/{association}/demonstration", self.show, methods=["GET"])
        router.add_api_route("/{association}/demonstration/documents/{name}", self.file, methods=["GET"])

    async def show(self, association: Slug, member: CurrentMember) -> Response:
        """List what the roles of who is signed in may read."""
        roles = {grant.role for grant in member.principal.grants}
        return page(
            "demonstration_reading.html",
            demo=True,
            codes=self._codes,
            association=association,
            roles=[french for role, french in _ROLES.items() if role in roles],
            documents=[one for one in self._documents if _may(member.principal, one)],
            withheld=sum(not _may(member.principal, one) for one in self._documents),
            audits=bool(roles & ALLOWED[Action.AUDIT]),
        )

    async def file(self, request: Request, association: Slug, name: str, member: CurrentMember) -> Response:
        """Hand a document over.

        Raises:
            NotFound: there is no such file; NotAllowed: the role may not read it.

        """
        if name not in self._files:
            raise NotFound(document=len(name), association=association)
        document, path = self._files[name]
        check_allowed(member.principal, document.action, document.coop_id)
        if document.restricted:
            await note(request, TrailKind.NAMES_READ, coop_id=document.coop_id)
        return FileResponse(path, filename=name, headers={"Cache-Control": "private, no-store"})


def _may(principal: Principal, document: DemoDocument) -> bool:
    """Tell whether somebody may read a document."""
    coops = principal.coops(document.action)
    return coops is None or document.coop_id in coops
