"""Enter what a coop itself gives a family back, beside the card, and take back what was entered wrong (S-141)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

import typer

from domain.vocabulary.reasons import EntryReason, RefundReason
from service.cli.access.roles import Slug
from service.cli.by_hand.entry import By, Campaign, Cents, Contribution, Day, Lines, amounts_of, enter

if TYPE_CHECKING:
    from adapters.log.ledger import Ledger
    from domain.aggregate import Intent, Stamp

Refund = Annotated[UUID, typer.Argument(help="Remboursement, comme la commande qui l’a noté l’affiche")]


class MeansByHand(StrEnum):
    """How a coop pays a family itself."""

    CHEQUE = "cheque"
    TRANSFER = "transfer"
    CASH = "cash"


MeansOption = Annotated[MeansByHand, typer.Option(help="Chèque, virement ou espèces")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    refund = typer.Typer(help="Ce que la coopérative rend elle-même aux familles.", no_args_is_help=True)
    refund.command("pay", help="Noter un remboursement payé par la coopérative, faute d’argent en ligne.")(pay)
    refund.command("repay", help="Noter qu’un remboursement revenu de la carte a été payé à la famille.")(repay)
    refund.command("withdraw", help="Retirer ce qui a été noté par erreur comme payé à une famille.")(withdraw)
    refund.command("allocate", help="Dire de qui était un remboursement fait chez le prestataire.")(allocate)
    refund.command("settle", help="Dire qu’un remboursement fait chez le prestataire a rendu ce qui était revenu.")(
        settle
    )
    app.add_typer(refund, name="refund")


def pay(  # noqa: PLR0913 (the command line gives each of these by its name)
    slug: Slug,
    campaign: Campaign,
    contribution: Contribution,
    *,
    cents: Cents,
    means: MeansOption,
    day: Day,
    reason: Annotated[RefundReason, typer.Option(help="Raison")],
    by: By,
    line: Lines = None,
) -> None:
    """Write down a refund that the coop paid itself; its identifier is printed first."""
    from domain.campaign.by_hand.refunds import PayRefundOutOfBand

    refund_id, by_line = uuid4(), amounts_of(line)

    def make(_ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        return PayRefundOutOfBand(
            stream_id=campaign,
            refund_id=refund_id,
            contribution_id=contribution,
            cents=cents,
            means=means.value,
            paid_on=day.date(),
            reason=reason,
            by_line=by_line,
            stamp=stamp,
        )

    typer.echo(refund_id)
    enter(slug, by, make)


def repay(slug: Slug, campaign: Campaign, refund: Refund, means: MeansOption, day: Day, by: By) -> None:
    """Write down that the coop paid a family what had come back from its card, the tip with it."""
    from domain.campaign.by_hand.refunds import RepayFailedRefund

    def make(_ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        return RepayFailedRefund(
            stream_id=campaign, refund_id=refund, means=means.value, paid_on=day.date(), stamp=stamp
        )

    enter(slug, by, make)


def withdraw(
    slug: Slug,
    campaign: Campaign,
    refund: Refund,
    reason: Annotated[EntryReason, typer.Option(help="Raison")],
    by: By,
) -> None:
    """Take back what was written down as paid to a family by the coop itself: the money is held, or owed, as before."""
    from domain.campaign.by_hand.refunds import WithdrawPaymentToFamily

    def make(_ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        return WithdrawPaymentToFamily(stream_id=campaign, refund_id=refund, reason=reason, stamp=stamp)

    enter(slug, by, make)


def allocate(
    slug: Slug,
    campaign: Campaign,
    refund_id: Refund,
    by: By,
    tip_cents: Annotated[int, typer.Option(help="Part du pourboire, en centimes")] = 0,
    line: Lines = None,
) -> None:
    """Say whose money a refund made at the provider was."""
    from domain.campaign.refunds import AllocateExternalRefund

    by_line = amounts_of(line)

    def make(_ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        return AllocateExternalRefund(
            stream_id=campaign, refund_id=refund_id, tip_cents=tip_cents, by_line=by_line, stamp=stamp
        )

    enter(slug, by, make)


def settle(
    slug: Slug,
    campaign: Campaign,
    refund_id: Refund,
    made_id: Annotated[UUID, typer.Argument(help="Remboursement fait chez le prestataire ; le même, s’il est revenu")],
    by: By,
) -> None:
    """Say that a refund made at the provider gave a family what had come back from its card."""
    from domain.campaign.held.explained import SettleReturnedRefund

    def make(_ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        return SettleReturnedRefund(stream_id=campaign, refund_id=refund_id, made_id=made_id, stamp=stamp)

    enter(slug, by, make)
