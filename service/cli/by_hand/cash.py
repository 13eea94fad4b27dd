"""Count a coop's cash box, enter what is taken from it to the bank or back to a family, correct a slip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

import typer

from domain.vocabulary.reasons import EntryReason, RefundReason
from service.cli.access.roles import Slug
from service.cli.by_hand.entry import By, Campaign, Cents, Contribution, Coop, Day, Lines, amounts_of, enter

if TYPE_CHECKING:
    from adapters.log.ledger import Ledger
    from domain.aggregate import Intent, Stamp


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    cash = typer.Typer(help="Caisse : arrêtés, remises en banque, espèces rendues, bordereaux.", no_args_is_help=True)
    cash.command("count", help="Noter ce que contient la caisse, à côté de ce que son livre attend.")(count)
    cash.command("deposit", help="Noter des espèces remises en banque.")(deposit)
    cash.command("withdraw-deposit", help="Retirer une remise d’espèces notée par erreur.")(withdraw_deposit)
    cash.command("return", help="Noter des espèces rendues à une famille.")(return_)
    cash.command("correct", help="Dire ce qu’un bordereau d’espèces était vraiment ; 0 s’il n’a pas existé.")(correct)
    app.add_typer(cash, name="cash")


def count(slug: Slug, coop: Coop, cents: Cents, by: By) -> None:
    """Record what the cash box holds, beside what its book expects."""
    from domain.coop.closing import RecordCashCounted

    def make(_ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        return RecordCashCounted(stream_id=coop, counted=cents, stamp=stamp)

    enter(slug, by, make)


def deposit(
    slug: Slug,
    coop: Coop,
    slip: Annotated[str, typer.Argument(help="Numéro du bordereau de la banque, par exemple R-0042")],
    cents: Cents,
    day: Day,
    by: By,
) -> None:
    """Enter cash that was taken to the bank; its identifier is printed first."""
    from domain.coop.by_hand.deposits import DepositCash

    deposit_id = uuid4()

    def make(_ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        return DepositCash(
            stream_id=coop, deposit_id=deposit_id, slip=slip, cents=cents, deposited_on=day.date(), stamp=stamp
        )

    typer.echo(deposit_id)
    enter(slug, by, make)


def withdraw_deposit(
    slug: Slug,
    coop: Coop,
    deposit_id: Annotated[UUID, typer.Argument(help="Remise d’espèces")],
    reason: Annotated[EntryReason, typer.Option(help="Raison")],
    by: By,
) -> None:
    """Take back a deposit that was written down wrong."""
    from domain.coop.by_hand.deposits import WithdrawCashDeposit

    def make(_ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        return WithdrawCashDeposit(stream_id=coop, deposit_id=deposit_id, reason=reason, stamp=stamp)

    enter(slug, by, make)


def return_(  # noqa: PLR0913 (the command line gives each of these by its name)
    slug: Slug,
    campaign: Campaign,
    contribution: Contribution,
    slip: Annotated[str, typer.Argument(help="Numéro du reçu signé par la famille, par exemple B-12")],
    *,
    cents: Cents,
    day: Day,
    reason: Annotated[RefundReason, typer.Option(help="Raison")],
    by: By,
    line: Lines = None,
) -> None:
    """Write down cash that went back to a family from the cash box; its identifier is printed first."""
    from domain.campaign.by_hand.cash import ReturnCash

    refund_id, by_line = uuid4(), amounts_of(line)

    def make(_ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        return ReturnCash(
            stream_id=campaign,
            refund_id=refund_id,
            contribution_id=contribution,
            slip=slip,
            cents=cents,
            returned_on=day.date(),
            reason=reason,
            by_line=by_line,
            stamp=stamp,
        )

    typer.echo(refund_id)
    enter(slug, by, make)


def correct(
    slug: Slug,
    campaign: Campaign,
    slip: Annotated[str, typer.Argument(help="Numéro du bordereau, par exemple B-12")],
    cents: Cents,
    reason: Annotated[EntryReason, typer.Option(help="Raison")],
    by: By,
) -> None:
    """Say what a slip of cash really was; nothing at all, if it is another family's or never was."""
    from domain.campaign.by_hand.cash import CorrectCashSlip

    def make(_ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        return CorrectCashSlip(stream_id=campaign, slip=slip, cents=cents, reason=reason, stamp=stamp)

    enter(slug, by, make)
