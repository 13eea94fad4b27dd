"""The pages that people see: the card page, the bank's confirmation, the certification and the operator's page."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute


def routes(sandbox: object) -> Sequence[BaseRoute]:  # noqa: ARG001 - the state that the pages will show
    """Return the routes of the pages."""
    return ()
