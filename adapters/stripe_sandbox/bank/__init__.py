"""The simulated bank: its calendar, the statements of each IBAN, and their files."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from adapters.stripe_sandbox.sandbox import Sandbox


def routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    """Return the routes of the bank: the list of its statements, and their files."""
    # Payouts need the calendar of this package, and the pages show payouts: imported above, they would need each other.
    from adapters.stripe_sandbox.addresses import STATEMENTS  # noqa: PLC0415
    from adapters.stripe_sandbox.bank import pages  # noqa: PLC0415
    from adapters.stripe_sandbox.pages.handlers import route  # noqa: PLC0415

    return (
        route(sandbox, "GET", STATEMENTS, pages.show_statements),
        route(sandbox, "GET", pages.FILE, pages.download),
    )
