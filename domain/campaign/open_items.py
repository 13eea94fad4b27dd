"""What keeps a campaign from being put away: money of it that is still to move, order by order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from domain.campaign.contribution import Contribution, RefundStatus
from domain.campaign.state import Campaign
from domain.errors import Conflict
from domain.vocabulary.orders import order_number

_SHOWN: Final = 5


class CampaignNotFinished(Conflict):
    """A campaign with a refund, a dispute, an instalment or an unexplained movement open is not archived."""

    code = "campaign-not-finished"
    sentence = "La collecte ne peut pas encore être archivée\u00a0: {open}. Rien n’a été enregistré."


def check_finished(state: Campaign) -> None:
    """Refuse to put a campaign away while money of it is still to move.

    Raises:
        CampaignNotFinished: with what is open, and whose it is, in its sentence.

    """
    found: dict[str, list[UUID]] = {}
    for contribution_id, contribution in state.contributions.items():
        for what in _open(contribution):
            found.setdefault(what, []).append(contribution_id)
    if found:
        told = "\u00a0; ".join(f"{what} ({_orders(ids)})" for what, ids in found.items())
        raise CampaignNotFinished(
            open=told, campaign=state.id, contributions=tuple(one for ids in found.values() for one in ids)
        )


def _open(contribution: Contribution) -> Iterator[str]:
    statuses = {refund.status for refund in contribution.refunds.values()}
    if RefundStatus.REQUESTED in statuses:
        yield "remboursement en cours"
    if RefundStatus.RETURNED in statuses:
        yield "remboursement revenu, à régler par la coopérative"
    if contribution.disputed:
        yield "paiement contesté"
    if contribution.expected_later:
        yield "échéances à venir"
    if contribution.on_hold:
        yield "paiement en trop, à rendre"
    if contribution.unexplained:
        yield "remboursement fait chez le prestataire, à expliquer"


def _orders(ids: list[UUID]) -> str:
    """Name the first orders, and how many more there are."""
    named = ", ".join(order_number(one) for one in ids[:_SHOWN])
    return named if len(ids) <= _SHOWN else f"{named} et {len(ids) - _SHOWN} de plus"
