"""What the simulated banks of the coops have written on their statements."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Literal

from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.sandbox import Sandbox


@dataclass(frozen=True)
class StatementLine:
    """A line of a bank statement.

    ``cents`` is positive for money that arrives, negative for a payout that went back. ``reference`` is the
    statement descriptor of the payout (its id if it has none), ``trace`` the reference of the transfer between banks.
    """

    iban: str
    holder: str
    booked_on: date
    cents: int
    reference: str
    trace: str
    payout_id: str
    kind: Literal["payout", "return"]


def write_line(sandbox: Sandbox, payout: Json, cents: int, kind: Literal["payout", "return"]) -> None:
    """Write a line on the statement of the IBAN a payout goes to."""
    bank = sandbox.state.hidden[payout["destination"]]
    line = StatementLine(
        iban=bank["iban"],
        holder=bank["holder"] or "",
        booked_on=datetime.fromtimestamp(sandbox.now(), UTC).date(),
        cents=cents,
        reference=payout["statement_descriptor"] or payout["id"],
        trace=payout["trace_id"]["value"],
        payout_id=payout["id"],
        kind=kind,
    )
    sandbox.state.lines.append(asdict(line) | {"booked_on": line.booked_on.isoformat()})


def statement_lines(sandbox: Sandbox) -> list[StatementLine]:
    """Return the lines of all statements, oldest first."""
    return [
        StatementLine(**line | {"booked_on": date.fromisoformat(line["booked_on"])}) for line in sandbox.state.lines
    ]
