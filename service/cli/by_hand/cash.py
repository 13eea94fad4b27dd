"""Count a coop's cash box, and enter what is taken from it to the bank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

import typer

from domain.vocabulary.reasons import EntryReason
from service.cli.access.roles import Slug
from service.cli.by_hand.entry import By, Cents, Coop, Day, enter

if TYPE_CHECKING:
    from adapters.log.ledger import Ledger
    from domain.aggregate import Intent, Stamp


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    cash = typer.Typer(help="Caisse : arrêtés et remises en banque.", no_args_is_help=True)
    cash.command("count")(count)
    cash.command("deposit")(deposit)
    cash.command("withdraw-deposit")(withdraw_deposit)
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
