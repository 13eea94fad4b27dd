"""The files to try an import with: the first page leads to them, and they hold made-up people alone."""

from __future__ import annotations

from datetime import date
from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from domain.errors import NotFound
from service.demo.school.import_files import import_files
from service.http.dependencies import Slug

_WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExampleRoom:
    """Hands the files of one demonstration out."""

    def __init__(self, played_on: date) -> None:
        """Make the files as of a day."""
        self._files = import_files(played_on)

    def add_routes(self, router: APIRouter) -> None:
        """Add the files."""
        router.add_api_route("/{association}/demonstration/exemples/{name}", self.file, methods=["GET"])

    async def file(self, association: Slug, name: str) -> Response:
        """Hand a file over.

        Raises:
            NotFound: there is no such file.

        """
        if name not in self._files:
            raise NotFound(document=len(name), association=association)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
        return Response(self._files[name], media_type=_WORKBOOK, headers=headers)
