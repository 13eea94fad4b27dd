"""List what other platforms hold, enter and withdraw what they pay out, and withdraw what was imported by mistake."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

import typer

from domain.vocabulary.platforms import Platform
from domain.vocabulary.reasons import WithdrawalReason
from service.cli.external import payments
from service.cli.external.entry import Campaign, Coop, Slug, opened_ledger, stamped
from service.cli.inspection.output import AsJson, say_json

Reason = Annotated[WithdrawalReason, typer.Option(help="Pourquoi c’était une erreur")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    external = typer.Typer(help="Fonds collectés par d’autres plateformes (compte 4678).", no_args_is_help=True)
    external.command(
        "list", help="Lister ce que chaque plateforme détient pour une coopérative, et ce qu’elle a versé."
    )(list_)
    external.command("payout", help="Noter un versement d’une autre plateforme à la banque de la coopérative.")(payout)
    external.command("withdraw-payout", help="Retirer un versement d’une autre plateforme noté par erreur.")(
        withdraw_payout
    )
    external.command("withdraw-payment", help="Retirer un paiement d’une autre plateforme noté par erreur.")(
        withdraw_payment
    )
    external.command("withdraw-import", help="Retirer tous les paiements d’une autre plateforme qu’un import a notés.")(
        withdraw_import
    )
    payments.add_commands(external)
    app.add_typer(external, name="external")


def list_(
    slug: Slug,
    coop_id: Coop,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="À la fin de ce jour")] = None,
    as_json: AsJson = False,
) -> None:
    """List what each platform holds for a coop, and what it paid out."""
    from domain.money import euros
    from domain.vocabulary.platforms import french_platform
    from projections.external import queries

    with opened_ledger(slug) as opened:
        held = opened.read(queries.in_hand, coop_id, None, None if day is None else day.date())
        paid_out = opened.read(queries.payouts, coop_id)
    if as_json:
        say_json({"held": held, "payouts": paid_out})
        return
    for row in held:
        typer.echo(f"{french_platform(row.platform)} : {euros(row.in_hand)} (versé {euros(row.paid_out)})")
    for one in paid_out:
        state = "  retiré" if one.withdrawn else ""
        cents, fee = euros(one.cents), euros(one.fee_cents)
        typer.echo(f"{one.external_payout_id}  {one.booked_on}  {one.reference}  {cents}  dont frais {fee}{state}")


def payout(
    slug: Slug,
    coop_id: Coop,
    platform: Annotated[Platform, typer.Option(help="Plateforme")],
    reference: Annotated[str, typer.Option(help="Numéro du versement chez elle")],
    cents: Annotated[int, typer.Option(help="Centimes pris sur ce qu’elle détenait, frais compris")],
    day: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Jour de la ligne de banque")],
    fee_cents: Annotated[int, typer.Option(help="Centimes qu’elle a gardés")] = 0,
) -> None:
    """Enter a payout of another platform to the coop's bank."""
    from domain.external.payouts import EnterExternalPayout

    payout_id = uuid4()
    with opened_ledger(slug) as opened:
        command = EnterExternalPayout(
            stream_id=coop_id,
            stamp=stamped(),
            external_payout_id=payout_id,
            platform=platform,
            reference=reference,
            cents=cents,
            fee_cents=fee_cents,
            booked_on=day.date(),
        )
        (outcome,) = opened.ledger.bus.submit(command).result()
    typer.echo(payout_id if outcome.events else "Ce versement était déjà enregistré.")


def withdraw_payout(
    slug: Slug,
    coop_id: Coop,
    external_payout_id: Annotated[UUID, typer.Argument(help="Versement")],
    reason: Reason,
) -> None:
    """Withdraw a payout of another platform that was a mistake."""
    from domain.external.payouts import WithdrawExternalPayout

    with opened_ledger(slug) as opened:
        command = WithdrawExternalPayout(
            stream_id=coop_id, stamp=stamped(), external_payout_id=external_payout_id, reason=reason
        )
        opened.ledger.bus.submit(command).result()
    typer.echo("Versement retiré.")


def withdraw_payment(
    slug: Slug,
    campaign_id: Campaign,
    external_payment_id: Annotated[UUID, typer.Argument(help="Paiement")],
    reason: Reason,
) -> None:
    """Withdraw a payment of another platform that was a mistake."""
    from domain.external.payments import WithdrawExternalPayment

    with opened_ledger(slug) as opened:
        command = WithdrawExternalPayment(
            stream_id=campaign_id, stamp=stamped(), external_payment_id=external_payment_id, reason=reason
        )
        opened.ledger.bus.submit(command).result()
    typer.echo("Paiement retiré.")


def withdraw_import(
    slug: Slug,
    campaign_id: Campaign,
    import_id: Annotated[UUID, typer.Argument(help="Import, comme son rapport le nomme")],
    reason: Reason,
) -> None:
    """Withdraw every payment of another platform that an import recorded, at once or not at all."""
    from domain.external.payments import WithdrawImport

    with opened_ledger(slug) as opened:
        command = WithdrawImport(stream_id=campaign_id, stamp=stamped(), import_id=import_id, reason=reason)
        (outcome,) = opened.ledger.bus.submit(command).result()
    typer.echo(f"Paiements retirés : {len(outcome.events)}")
