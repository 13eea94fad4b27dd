"""Where the code on a receipt leads: what the ledger says of it today, for the holder of the paper.

The page shows no name. It tells what was checked, at that moment, and nothing more.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.calendar import french_date
from domain.money import euros
from reports.parts.wording import STATES, payment_reference
from service.http.dependencies import Slug
from service.logging import logger
from service.pages.families.receipts import Receipts
from service.pages.french import association_mark
from service.pages.rendering import page
from service.receipts.proof import PATH
from service.receipts.proof_check import MoneyEvent
from service.receipts.receipt_service import ReceiptService

router = APIRouter()
log = logger(__name__)
_TIP_ALONE: Final = "pourboire seul"


@router.get("/{association}/" + PATH + "/{token}")
async def proof(receipts: Receipts, association: Slug, token: str) -> Response:
    """Say whether a receipt is genuine, and what changed since it was issued."""
    values = await run_in_threadpool(_values, receipts, token)
    return page("proof.html", association=association, **values)


def _values(receipts: ReceiptService, token: str) -> dict[str, Any]:
    """What the page shows; errors as ``ReceiptService.check_proof``."""
    source, verdict = receipts.check_proof(token)
    printed = verdict.printed
    if not verdict.genuine:
        log.error("receipt does not match the ledger", contribution=str(printed.contribution_id), faults=verdict.faults)
    return {
        "demo": source.campaign.demo,
        "coop": receipts.identification(source),
        "mark": association_mark(receipts.association),
        "title": source.campaign.title,
        "reference": payment_reference(printed.contribution_id),
        "issued": french_date(printed.issued_on),
        "today": french_date(receipts.today),
        "situation": STATES[source.order.status],
        "genuine": verdict.genuine,
        "faults": verdict.faults,
        "position": printed.position,
        "printed_link": printed.link.hex(),
        "amounts": [
            ("Reçu par la coopérative", euros(printed.paid), euros(verdict.paid)),
            ("Conservé par la coopérative", euros(printed.kept), euros(verdict.kept)),
        ],
        "movements": [_shown(one) for one in verdict.movements],
        "since": [_shown(one) for one in verdict.since],
    }


def _shown(movement: MoneyEvent) -> dict[str, Any]:
    """A movement as the page tells it."""
    amount = euros(movement.cents) if movement.cents else _TIP_ALONE
    return {
        "position": movement.position,
        "link": movement.link,
        "on": french_date(movement.on),
        "label": movement.label,
        "amount": amount,
    }
