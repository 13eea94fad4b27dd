"""All receipts of a campaign as one PDF: each family's as it would get it, in the order of names, with bookmarks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from adapters.exports import ExportRow, SealedExport
from adapters.processes import Limits, processes
from domain.texts.visible import plain_letters
from projections.by_hand import unnamed_slips
from projections.directory import CampaignRow
from projections.figures.export_rows import chunks_of_campaign
from reports.on_demand import joined_receipts, rendered_receipts
from service.exports.kinds import NothingToExport
from service.people import full_name
from service.receipts.receipt_service import ReceiptService
from service.receipts.source import ReceiptSource
from service.runtime.open_ledger import OpenLedger

_LIMITS: Final = Limits(seconds=300, cpu_seconds=120, memory=3 << 30)
"""What setting a piece, or joining all of them, may take."""
_PIECE: Final = 20
"""Receipts that are set at once: more of them take more memory, fewer more time."""
Progress = Callable[[ExportRow, int], Callable[[int], None]]
"""Begins to tell how far a file of so many steps is."""


def receipts_of_campaign(
    opened: OpenLedger,
    connection: Connection[Any],
    campaign: CampaignRow,
    service: ReceiptService,
    progress: Progress,
    row: ExportRow,
    out: SealedExport,
) -> None:
    """Write the receipts of a campaign, one after the other, by the names of who paid; slips without a name have none.

    Raises:
        NothingToExport: nothing was paid yet.

    """
    paid = _by_name(opened, connection, campaign.campaign_id)
    if not paid:
        raise NothingToExport(campaign=campaign.campaign_id)
    told, title, pieces = progress(row, len(paid)), f"Attestations de paiement – {campaign.title}", []
    for begin in range(0, len(paid), _PIECE):
        sources = (
            ReceiptSource.read(connection, opened.ledger, campaign.campaign_id, contribution_id)
            for contribution_id in paid[begin : begin + _PIECE]
        )
        receipts = [service.receipt(source, shows_tip=False) for source in sources]
        pieces.append(processes().run(_LIMITS, rendered_receipts, receipts, title))
        told(len(receipts))
    out.write(processes().run(_LIMITS, joined_receipts, pieces, title, opened.name))


def _by_name(opened: OpenLedger, connection: Connection[Any], campaign_id: UUID) -> list[UUID]:
    """Return the contributions of which something was paid, by the name of who paid; those of one name as placed."""
    found: list[tuple[str, UUID]] = []
    unnamed = unnamed_slips.of_campaigns(connection, (campaign_id,))
    for chunk in chunks_of_campaign(connection, campaign_id):
        paid = [one.order for one in chunk if one.order.paid and one.order.contribution_id not in unnamed]
        people = opened.people({order.payer_id for order in paid})
        for order in paid:
            payer = people.get(order.payer_id)
            name = full_name(payer) if payer is None else f"{payer.last_name} {payer.first_name}"
            found.append((plain_letters(name), order.contribution_id))
    return [contribution_id for _, contribution_id in sorted(found, key=lambda one: one[0])]
