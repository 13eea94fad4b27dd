"""Decisions of two people: what one enters is noted, and done when another enters the very same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from domain.vocabulary.reasons import AdjustmentReason, AdjustmentReversalReason, ClearingReason
from service.cli.access.roles import Slug
from service.cli.by_hand.entry import By, Campaign, Cents, Contribution, Coop, enter
from service.cli.external.entry import opened_ledger
from service.cli.inspection.output import AsJson, say_json

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from adapters.log.ledger import Ledger
    from domain.aggregate import Intent, Stamp
    from service.approvals import ByTwo

Adjustment = Annotated[UUID, typer.Argument(help="Identifiant de la régularisation, le même pour les deux personnes")]

_STATUSES = {"open": "en cours", "won": "gagnée", "lost": "perdue"}
Account = Annotated[str, typer.Option(help="Compte de la plateforme : psp_fees, dispute_fees, goodwill ou tips")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this module."""
    decisions = typer.Typer(help="Décisions à deux : régularisations, mouvements inexpliqués.", no_args_is_help=True)
    decisions.command("adjust", help="Approuver une somme que la plateforme verse à une coopérative ; à deux.")(adjust)
    decisions.command("reverse", help="Approuver l’annulation d’une régularisation entière ; à deux.")(reverse)
    decisions.command("explain", help="Approuver ce qu’était un mouvement inexpliqué ; à deux.")(explain)
    decisions.command("explain-payment", help="Approuver ce qu’était l’argent en attente d’une contribution ; à deux.")(
        explain_payment
    )
    decisions.command("waiting", help="Lister l’argent qui attend d’être expliqué.")(waiting)
    decisions.command("dispute", help="Approuver à qui coûte ce qu’une banque a pris en trop ; à deux.")(dispute)
    decisions.command("disputes", help="Lister les paiements contestés d’une coopérative.")(disputes)
    app.add_typer(decisions, name="decision")


def adjust(
    slug: Slug,
    coop: Coop,
    adjustment_id: Adjustment,
    cents: Cents,
    reason: Annotated[AdjustmentReason, typer.Option(help="Raison")],
    by: By,
) -> None:
    """Approve that the platform makes an amount good to a coop."""
    from domain.coop.closing import ApproveAdjustment
    from service.approvals import NOBODY

    def make(stamp: Stamp, _ledger: Ledger) -> ByTwo:
        return ApproveAdjustment(
            stream_id=coop, adjustment_id=adjustment_id, cents=cents, approvers=NOBODY, reason=reason, stamp=stamp
        )

    enter(slug, by, _by_two(make))


def reverse(
    slug: Slug,
    coop: Coop,
    adjustment_id: Adjustment,
    reason: Annotated[AdjustmentReversalReason, typer.Option(help="Raison")],
    by: By,
) -> None:
    """Approve that the whole of an adjustment is taken back."""
    from domain.coop.by_hand.adjustments import ReverseAdjustment
    from service.approvals import NOBODY

    def make(stamp: Stamp, _ledger: Ledger) -> ByTwo:
        return ReverseAdjustment(
            stream_id=coop, adjustment_id=adjustment_id, approvers=NOBODY, reason=reason, stamp=stamp
        )

    enter(slug, by, _by_two(make))


def explain(
    slug: Slug,
    movement: Annotated[str, typer.Argument(help="Identifiant du mouvement chez le prestataire")],
    account: Account,
    reason: Annotated[ClearingReason, typer.Option(help="Raison")],
    by: By,
    coop: Annotated[UUID | None, typer.Option(help="Coopérative, si c’est un mouvement de son compte")] = None,
) -> None:
    """Approve what an unexplained movement was, of a coop's account or of the platform's."""
    from domain.association.platform import ClearPlatformSuspense
    from domain.coop.suspense import ClearSuspense
    from service.approvals import NOBODY

    def make(stamp: Stamp, ledger: Ledger) -> ByTwo:
        if coop is None:
            return ClearPlatformSuspense(
                stream_id=ledger.association_id,
                movement_id=movement,
                account=account,
                approvers=NOBODY,
                reason=reason,
                stamp=stamp,
            )
        return ClearSuspense(
            stream_id=coop, movement_id=movement, account=account, approvers=NOBODY, reason=reason, stamp=stamp
        )

    enter(slug, by, _by_two(make))


def explain_payment(  # noqa: PLR0913 (the command line gives each of these by its name)
    slug: Slug,
    campaign: Campaign,
    contribution: Contribution,
    payment: Annotated[str, typer.Argument(help="Paiement chez le prestataire")],
    *,
    cents: Annotated[int, typer.Option(help="Centimes, négatifs s’ils étaient partis par un remboursement")],
    account: Annotated[str, typer.Option(help="Compte de la plateforme : psp_fees, dispute_fees, goodwill ou tips")],
    reason: Annotated[ClearingReason, typer.Option(help="Raison")],
    by: By,
    refund: Annotated[UUID | None, typer.Option(help="Remboursement fait chez le prestataire, si c’en est un")] = None,
) -> None:
    """Approve what waits of a family's payment: the platform's loss or gain."""
    from domain.campaign.held.explained import ClearContributionSuspense
    from service.approvals import NOBODY

    def make(stamp: Stamp, _ledger: Ledger) -> ByTwo:
        return ClearContributionSuspense(
            stream_id=campaign,
            contribution_id=contribution,
            payment_id=payment,
            cents=cents,
            account=account,
            approvers=NOBODY,
            reason=reason,
            refund_id=refund,
            stamp=stamp,
        )

    enter(slug, by, _by_two(make))


def dispute(
    slug: Slug,
    campaign: Annotated[UUID, typer.Argument(help="Collecte")],
    dispute_id: Annotated[str, typer.Argument(help="Identifiant de la contestation chez le prestataire")],
    account: Account,
    reason: Annotated[ClearingReason, typer.Option(help="Raison")],
    by: By,
) -> None:
    """Approve whose loss it is that a bank took more than was left of a payment."""
    from domain.campaign.disputes.explanation import ClearDispute
    from service.approvals import NOBODY

    def make(stamp: Stamp, _ledger: Ledger) -> ByTwo:
        return ClearDispute(
            stream_id=campaign, dispute_id=dispute_id, account=account, approvers=NOBODY, reason=reason, stamp=stamp
        )

    enter(slug, by, _by_two(make))


def waiting(slug: Slug, as_json: AsJson = False) -> None:
    """List the money that waits until somebody says whose it is."""
    from domain.events import EVENT_TYPES
    from domain.money import euros
    from projections.held import suspense

    labels = {event.TOPIC: event.LABEL for event in EVENT_TYPES}
    with opened_ledger(slug) as opened:
        rows = opened.read(suspense.waiting)
    if as_json:
        say_json(rows)
        return
    for row in rows:
        whose = row.contribution_id or row.coop_id or "plateforme"
        typer.echo(f"{row.since:%Y-%m-%d}  {euros(row.cents)}  {row.reference}  {labels[row.topic]}  {whose}")


def disputes(slug: Slug, coop: Coop, as_json: AsJson = False) -> None:
    """List the disputes of a coop, those to be explained first."""
    from domain.money import euros
    from projections import directory
    from service.cli.external.entry import opened_ledger
    from service.payments.disputes import disputes_of

    with opened_ledger(slug) as opened:
        campaigns = [row.campaign_id for row in opened.read(directory.campaigns_of, coop)]
        rows = disputes_of(opened.ledger.store, campaigns)
    if as_json:
        say_json(rows)
        return
    for row in rows:
        shown = f"contesté {euros(row.contested)}, perdu {euros(row.lost)}, à expliquer {euros(row.to_explain)}"
        typer.echo(f"{row.campaign_id}  {row.dispute_id}  {_STATUSES[row.status]}  {shown}")


def _by_two(make: Callable[[Stamp, Ledger], ByTwo]) -> Callable[[Ledger, Stamp], Intent[Any]]:
    """Turn a decision into what its first, or its second person enters."""
    from domain.association.state import Association
    from service.approvals import by_two

    def command(ledger: Ledger, stamp: Stamp) -> Intent[Any]:
        return by_two(ledger.store.load(Association, ledger.association_id), make(stamp, ledger))

    return command
