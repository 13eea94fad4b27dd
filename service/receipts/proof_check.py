"""What a scanned receipt is worth: the ledger of that day against the paper, and the ledger of today against that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from adapters.log.chain import ChainRow, hash_at
from domain.calendar import paris_date
from domain.recorded_event import RecordedEvent
from service.receipts.proof import LINK_BYTES, PrintedReceipt
from service.receipts.source import ReceiptSource
from service.runtime.open_ledger import OpenLedger


class MoneyEvent(NamedTuple):
    """One event of the contribution's money: its place and hash in the log, its day, what it is and its cents.

    Without cents it moved the tip alone, which is none of the coop's.
    """

    position: int
    link: str
    on: date
    label: str
    cents: int


class ProofCheck(NamedTuple):
    """What was found: ``faults`` are sentences, none when the receipt is genuine; cents received and kept by today.

    ``since`` are the movements that the receipt could not know.
    """

    printed: PrintedReceipt
    faults: tuple[str, ...]
    movements: tuple[MoneyEvent, ...]
    since: tuple[MoneyEvent, ...]
    paid: int
    kept: int

    @property
    def genuine(self) -> bool:
        """Whether the receipt says what the ledger said."""
        return not self.faults


def check_proof(source: ReceiptSource, printed: PrintedReceipt, opened: OpenLedger) -> ProofCheck:
    """Compare a receipt with the ledger: the chain, the hash that was printed, the amounts of that day, and today's."""
    if source.links.broken:
        faults = (f"L’événement n°\u00a0{one} n’est pas celui que la chaîne a scellé." for one in source.links.broken)
        return ProofCheck(printed, tuple(faults), (), (), source.order.paid, source.kept)
    movements, history = tuple(map(_movement, source.links.rows, source.facts())), source.history()
    return ProofCheck(
        printed=printed,
        faults=tuple(_faults(source, printed, opened)),
        movements=movements,
        since=tuple(one for one in movements if one.position > printed.position),
        paid=history.paid,
        kept=history.kept,
    )


def _faults(source: ReceiptSource, printed: PrintedReceipt, opened: OpenLedger) -> Iterator[str]:
    """Say in what the ledger is not the one that the receipt was made from."""
    stored = opened.read(hash_at, opened.ledger.log_schema, printed.position)
    if stored[:LINK_BYTES] != printed.link:
        yield f"L’événement n°\u00a0{printed.position} n’est plus celui que l’attestation a retenu."
    then = source.history(printed.position)
    if (then.paid, then.kept) != (printed.paid, printed.kept):
        yield "Les montants de l’attestation ne sont pas ceux du registre à sa date."


def _movement(row: ChainRow, fact: RecordedEvent) -> MoneyEvent:
    day, cents = paris_date(fact.event.happened_at), getattr(fact.event, "cents", 0)
    return MoneyEvent(fact.position, row.hash.hex(), day, fact.event.LABEL, cents)
