"""The form of a refund: how much for each child, by which way, why; read into the command that it asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from domain.aggregate import Intent, Stamp
from domain.calendar import PARIS
from domain.campaign.by_hand.cash import ReturnCash
from domain.campaign.by_hand.refunds import PayRefundOutOfBand
from domain.campaign.refunds import LineAmount, RequestRefund
from domain.campaign.state import Campaign
from domain.external.payments import EnterExternalPaymentRefund
from domain.money import MAX_WRITTEN, euros, parse_euros
from domain.vocabulary.reasons import RefundReason, french_reason
from domain.vocabulary.references import LONGEST_REFERENCE, check_reference
from service.fields import FieldError
from service.pages.frame.reason_form import Reasoned, read_reasoned
from service.pages.frame.typed_form import TypedForm
from service.pages.participant.refund.refundable import Refundable, RefundMeans

WAYS: Final = {
    RefundMeans.CARD: "Sur la carte de la famille",
    RefundMeans.CHEQUE: "Par chèque de la coopérative",
    RefundMeans.TRANSFER: "Par virement depuis la banque de la coopérative",
    RefundMeans.CASH: "En espèces, depuis la caisse",
    RefundMeans.ELSEWHERE: "Déjà fait sur l’autre plateforme",
}
"""How the form calls each way."""
REASONS: Final = {reason.value: french_reason(reason) for reason in RefundReason}
"""Why money goes back, as the form offers it."""
_MEANS: Final = {RefundMeans.CHEQUE: "cheque", RefundMeans.TRANSFER: "transfer", RefundMeans.CASH: "cash"}
_WHOLE: Final = "tout"
_NOON: Final = time(12)
_AMOUNT: Final = "Indiquez un montant en euros, par exemple 12,00\u00a0; rien ou 0 pour ne rien rendre."


class RefundAsked(NamedTuple):
    """What a form asks for; ``day`` and ``slip`` where the coop paid itself, or the other platform did."""

    way: RefundMeans
    by_line: tuple[LineAmount, ...]
    with_tip: bool
    reasoned: Reasoned
    day: date
    slip: str

    @property
    def cents(self) -> int:
        """What goes back of all children together."""
        return sum(part.cents for part in self.by_line)

    @property
    def digest(self) -> str:
        """What is asked, but for the note: the same form sent twice asks for one refund."""
        asked = (self.way, self.by_line, self.with_tip, self.reasoned.reason, self.day, self.slip)
        return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()


def read_refund(typed: TypedForm, may: Refundable, means: str, today: date, names: dict[int, str]) -> RefundAsked:
    """Read a form; what cannot be is said at its field."""
    way = _way(typed, may)
    by_line = tuple(_amounts(typed, may, names))
    if not by_line and not typed.errors:
        typed.refuse(f"montant-{may.children[0].line}", "Indiquez ce que vous rendez pour un enfant au moins.")
    if way is RefundMeans.CARD and sum(part.cents for part in by_line) > may.available:
        typed.refuse(
            f"montant-{may.children[0].line}",
            f"Il reste {euros(may.available)} sur le compte en ligne\u00a0: rendez moins par la carte, "
            "ou payez vous-même la famille.",
        )
    day = today if way is RefundMeans.CARD else typed.day("jour", today)
    slip = ""
    if way is RefundMeans.CASH and means == "cash":
        slip = typed.read("bordereau", _slip, "", LONGEST_REFERENCE, missing="Indiquez le numéro du bordereau.")
    ticked = typed.ticked("pourboire") and way is RefundMeans.CARD
    reasoned = Reasoned("", "") if way is RefundMeans.ELSEWHERE else read_reasoned(typed, REASONS)
    return RefundAsked(way, by_line, ticked, reasoned, day, slip)


def _way(typed: TypedForm, may: Refundable) -> RefundMeans:
    if len(may.ways) == 1:
        return may.ways[0]
    chosen = typed.text("moyen")
    if chosen in tuple(way.value for way in may.ways):
        return RefundMeans(chosen)
    typed.refuse("moyen", "Choisissez comment la famille est remboursée.")
    return may.ways[0]


def _amounts(typed: TypedForm, may: Refundable, names: dict[int, str]) -> Sequence[LineAmount]:
    """Read what goes back for each child: all of it where that is chosen; else nothing typed is nothing."""
    written = [typed.text(f"montant-{child.line}", MAX_WRITTEN) for child in may.children]
    if typed.text("combien") == _WHOLE:
        if any(amount.strip() for amount in written):
            typed.refuse("combien", "Vous rendez tout, ou un montant par enfant\u00a0: gardez l’un des deux.")
        return [LineAmount(line=child.line, cents=child.cents) for child in may.children]
    if not typed.text("combien") and not any(written):
        typed.refuse("combien", "Choisissez ce que vous rendez\u00a0: tout, ou un montant.")
        return []
    found = []
    for child in may.children:

        def read(written: str, most: int = child.cents, name: str = names.get(child.line, "")) -> int:
            if not written.strip():
                return 0
            cents = parse_euros(written)
            if not 0 <= cents <= most:
                raise FieldError(f"Pour {name}, vous pouvez rendre {euros(most)} au plus.")
            return cents

        cents = typed.read(f"montant-{child.line}", read, 0, MAX_WRITTEN)
        if cents:
            found.append(LineAmount(line=child.line, cents=cents))
    return found


def _slip(written: str) -> str:
    return check_reference(written.strip().upper())


def refund_command(
    asked: RefundAsked, may: Refundable, campaign: Campaign, contribution_id: UUID, refund_id: UUID, stamp: Stamp
) -> Intent[Campaign]:
    """Return the command that carries out what is asked; its note goes by an id made from the refund's."""
    means = campaign.contribution(contribution_id).means
    note_id = asked.reasoned.note_id(refund_id)
    if may.external_payment_id is not None:
        return EnterExternalPaymentRefund(
            stream_id=campaign.id,
            refund_id=refund_id,
            external_payment_id=may.external_payment_id,
            cents=asked.cents,
            refunded_at=min(datetime.combine(asked.day, _NOON, PARIS).astimezone(UTC), stamp.at),
            by_line=asked.by_line,
            stamp=stamp,
        )
    if asked.way is RefundMeans.CARD:
        return RequestRefund(
            stream_id=campaign.id,
            refund_id=refund_id,
            contribution_id=contribution_id,
            cents=asked.cents,
            tip_cents=may.tip if asked.with_tip else 0,
            by_line=asked.by_line,
            reason=asked.reasoned.reason,
            note_id=note_id,
            stamp=stamp,
        )
    if asked.way is RefundMeans.CASH and means == "cash":
        return ReturnCash(
            stream_id=campaign.id,
            refund_id=refund_id,
            contribution_id=contribution_id,
            slip=asked.slip,
            cents=asked.cents,
            returned_on=asked.day,
            reason=asked.reasoned.reason,
            by_line=asked.by_line,
            note_id=note_id,
            stamp=stamp,
        )
    return PayRefundOutOfBand(
        stream_id=campaign.id,
        refund_id=refund_id,
        contribution_id=contribution_id,
        cents=asked.cents,
        means=_MEANS[asked.way],
        paid_on=asked.day,
        reason=asked.reasoned.reason,
        by_line=asked.by_line,
        note_id=note_id,
        stamp=stamp,
    )
