"""Enter what a family paid on another platform, and what that platform gave back to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID, uuid4

import typer

from domain.vocabulary.platforms import Platform
from service.cli.by_hand.entry import Cents, Contribution, Lines, amounts_of
from service.cli.external.entry import Campaign, Slug, opened_ledger, stamped

_MOMENTS: Final = ["%Y-%m-%dT%H:%M", "%Y-%m-%d"]
Moment = Annotated[datetime, typer.Option("--at", formats=_MOMENTS, help="Jour, ou jour et heure, à Paris")]


def add_commands(external: typer.Typer) -> None:
    """Add the commands of this module to the group of other platforms."""
    external.command("payment", help="Noter un paiement reçu par une autre plateforme, pour un panier du guichet.")(
        payment
    )
    external.command("refund", help="Noter ce que l’autre plateforme a rendu elle-même à la famille.")(refund)


def payment(
    slug: Slug,
    campaign_id: Campaign,
    contribution: Contribution,
    platform: Annotated[Platform, typer.Option(help="Plateforme")],
    reference: Annotated[str, typer.Option(help="Numéro du paiement chez elle")],
    cents: Cents,
    at: Moment,
) -> None:
    """Enter what another platform received for a basket of the desk that is paid there."""
    from domain.calendar import PARIS
    from domain.external.payments import EnterExternalPayment

    payment_id = uuid4()
    with opened_ledger(slug) as opened:
        command = EnterExternalPayment(
            stream_id=campaign_id,
            stamp=stamped(),
            contribution_id=contribution,
            external_payment_id=payment_id,
            platform=platform,
            reference=reference,
            cents=cents,
            paid_at=at.replace(tzinfo=PARIS),
        )
        (outcome,) = opened.ledger.bus.submit(command).result()
    typer.echo(payment_id if outcome.events else "Ce paiement était déjà enregistré.")


def refund(
    slug: Slug,
    campaign_id: Campaign,
    external_payment_id: Annotated[UUID, typer.Argument(help="Paiement")],
    cents: Cents,
    at: Moment,
    line: Lines = None,
) -> None:
    """Enter what the other platform gave back to the family, there."""
    from domain.calendar import PARIS
    from domain.external.payments import EnterExternalPaymentRefund

    refund_id, by_line = uuid4(), amounts_of(line)
    with opened_ledger(slug) as opened:
        command = EnterExternalPaymentRefund(
            stream_id=campaign_id,
            stamp=stamped(),
            refund_id=refund_id,
            external_payment_id=external_payment_id,
            cents=cents,
            refunded_at=at.replace(tzinfo=PARIS),
            by_line=by_line,
        )
        opened.ledger.bus.submit(command).result()
    typer.echo(refund_id)
