"""Style sheet, scripts and icon: compressed, and kept by browsers for as long as their address stays the same.

They are the same for everybody, so compressing them gives nothing away (unlike pages that hold a secret: BREACH).
"""

from __future__ import annotations

import os
from typing import Final

from fastapi.staticfiles import StaticFiles
from starlette.datastructures import URL
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from service.pages.rendering import STATIC, VERSION

_WORTH_IT: Final = 500
_FOR_EVER: Final = "public, max-age=31536000, immutable"


class _Versioned(StaticFiles):
    """Files whose address bears the version of their content never change; others are asked for again."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Answer with a file and how long it may be kept."""
        answer = super().file_response(full_path, stat_result, scope, status_code)
        answer.headers["Cache-Control"] = _FOR_EVER if URL(scope=scope).query == VERSION else "no-cache"
        return answer


def assets() -> ASGIApp:
    """Return the application that serves the static files."""
    return GZipMiddleware(_Versioned(directory=STATIC), minimum_size=_WORTH_IT)
