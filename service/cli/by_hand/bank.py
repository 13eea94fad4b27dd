"""Enter a statement of a coop's bank, and say what its lines are."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID, uuid4

import typer

from domain.vocabulary.bank_lines import MatchKind
from domain.vocabulary.reasons import UnmatchReason
from service.cli.access.roles import Slug
from service.cli.by_hand.entry import By, Cents, Coop, Day, enter

if TYPE_CHECKING:
    from adapters.log.ledger import Ledger
    from domain.aggregate import Intent, Stamp

Line = Annotated[str, typer.Argument(help="Numéro de la ligne du relevé, par exemple L-17")]
_DAYS: Final = ["%Y-%m-%d"]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    bank = typer.Typer(help="Relevés bancaires et rapprochement.", no_args_is_help=True)
    bank.command("statement", help="Noter un relevé bancaire : sa période, ses soldes, l’empreinte de son fichier.")(
        statement
    )
    bank.command("match", help="Dire qu’une ligne du relevé est un virement, son retour ou une remise d’espèces.")(
        match
    )
    bank.command("unmatch", help="Annuler le rapprochement d’une ligne du relevé.")(unmatch)
    app.add_typer(bank, name="bank")


def statement(
    slug: Slug,
    coop: Coop,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Le relevé ; son empreinte est gardée")],
    account: Annotated[UUID, typer.Option(help="Compte bancaire")],
    period: Annotated[tuple[datetime, datetime], typer.Option(formats=_DAYS, help="Premier et dernier jour")],
    balances: Annotated[tuple[int, int], typer.Option(help="Soldes au premier et au dernier jour, en centimes")],
    lines: Annotated[int, typer.Option(min=0, help="Nombre de lignes")],
    by: By,
) -> None:
    """Enter a statement by hand: its period, its balances, and the fingerprint of its file."""
    from domain.coop.banking import ImportBankStatement

    digest = hashlib.sha256(file.read_bytes()).hexdigest()

    def make(_ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        return ImportBankStatement(
            stream_id=coop,
            statement_id=uuid4(),
            bank_account_id=account,
            first_day=period[0].date(),
            last_day=period[1].date(),
            opening=balances[0],
            closing=balances[1],
            lines=lines,
            file_sha256=digest,
            stamp=stamp,
        )

    enter(slug, by, make)


def match(
    slug: Slug,
    coop: Coop,
    line: Line,
    kind: Annotated[MatchKind, typer.Argument(help="Virement, retour d’un virement ou remise d’espèces")],
    subject: Annotated[UUID, typer.Argument(help="Identifiant du virement ou de la remise")],
    cents: Cents,
    day: Day,
    by: By,
) -> None:
    """Say that a line is a payout, the return of one, or a deposit of cash."""
    from domain.coop.banking import MatchBankLine, MatchBankReturn
    from domain.coop.by_hand.deposits import MatchCashDeposit

    def make(_ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        booked_on = day.date()
        if kind is MatchKind.DEPOSIT:
            return MatchCashDeposit(
                stream_id=coop, bank_line_id=line, deposit_id=subject, cents=cents, booked_on=booked_on, stamp=stamp
            )
        command = MatchBankLine if kind is MatchKind.PAYOUT else MatchBankReturn
        return command(
            stream_id=coop, bank_line_id=line, payout_id=subject, cents=cents, booked_on=booked_on, stamp=stamp
        )

    enter(slug, by, make)


def unmatch(
    slug: Slug,
    coop: Coop,
    line: Line,
    reason: Annotated[UnmatchReason, typer.Option(help="Raison")],
    by: By,
) -> None:
    """Undo what a line was recognised as."""
    from domain.coop.banking import UnmatchBankLine

    def make(_ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        return UnmatchBankLine(stream_id=coop, bank_line_id=line, reason=reason, stamp=stamp)

    enter(slug, by, make)
