"""The bank's pages: its statements by IBAN and month, and each of them as a file in the formats of French banks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from adapters.stripe_sandbox.addresses import OPERATOR, STATEMENTS
from adapters.stripe_sandbox.bank.accounts import kept_accounts, statements, today
from adapters.stripe_sandbox.bank.camt053 import write_camt053
from adapters.stripe_sandbox.bank.cfonb120 import write_cfonb120
from adapters.stripe_sandbox.bank.csv_file import write_csv
from adapters.stripe_sandbox.bank.ofx import write_ofx
from adapters.stripe_sandbox.bank.statement import Statement
from adapters.stripe_sandbox.errors import missing
from adapters.stripe_sandbox.pages.rendering import page
from adapters.stripe_sandbox.sandbox import Sandbox

FILE: Final = STATEMENTS + "/{iban}/{month}/{format}"


class Format(NamedTuple):
    """A format: its name for people, the end of its files, its media type and its writer."""

    name: str
    ending: str
    media_type: str
    write: Callable[[Statement], bytes]


FORMATS: Final = {
    "camt053": Format("CAMT.053", ".xml", "application/xml", write_camt053),
    "camt053-02": Format("CAMT.053 v02", "-v02.xml", "application/xml", partial(write_camt053, version="02")),
    "cfonb120": Format("CFONB 120", ".cfonb120.txt", "text/plain; charset=us-ascii", write_cfonb120),
    "ofx": Format("OFX", ".ofx", "application/x-ofx", write_ofx),
    "csv": Format("CSV", ".csv", "text/csv; charset=utf-8", write_csv),
}


async def show_statements(sandbox: Sandbox, request: Request) -> Response:  # noqa: ARG001 - handlers share one signature
    """List the statements of every account, newest first."""
    sandbox.settle()
    day = today(sandbox)
    accounts = [(kept.account, statements(kept, day)) for kept in kept_accounts(sandbox).values()]
    return page("statements.html", accounts=accounts, formats=FORMATS, today=day, root=STATEMENTS, operator=OPERATOR)


async def download(sandbox: Sandbox, request: Request) -> Response:
    """Give a statement as a file.

    Raises:
        ApiError: no such account, month or format (404).
    """
    sandbox.settle()
    wanted = request.path_params
    kept, chosen = kept_accounts(sandbox).get(wanted["iban"]), FORMATS.get(wanted["format"])
    found = {} if kept is None else {f"{one.first_day:%Y-%m}": one for one in statements(kept, today(sandbox))}
    statement = found.get(wanted["month"])
    if chosen is None or statement is None:
        raise missing("statement", request.url.path)
    headers = {
        "Content-Disposition": f'attachment; filename="{statement.name}{chosen.ending}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(chosen.write(statement), media_type=chosen.media_type, headers=headers)
