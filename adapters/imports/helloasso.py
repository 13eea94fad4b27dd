"""The cash-out export of HelloAsso: eighteen columns, one line per movement, no child and no class.

Only payments that are wholly kept become money. What went back, what is contested and what cannot be told from
this file alone is reported by line: booking half of what happened would make a wrong balance.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from adapters.imports.cells import Cells
from adapters.imports.headers import Header, fold, is_blank
from adapters.imports.rows import FileKind, LineError, Means, Mention, ParsedFile, PaymentRow, PaymentState, Row
from adapters.people_vault.person import Person
from domain.school_classes import UNASSIGNED

COLUMNS: Final = (
    "campaignType",
    "campaignName",
    "operationType",
    "credit",
    "debit",
    "orderId",
    "paymentId",
    "paymentDate",
    "paymentMethod",
    "paymentStatus",
    "cashOutDate",
    "cashOutId",
    "designation",
    "payerCompany",
    "payerLastName",
    "payerFirstName",
    "payerEmail",
    "payerSiren",
)
"""The columns of the export, which must all be there."""

TITLES: Final = {name: (fold(name),) for name in COLUMNS}
"""Field → its folded title."""
ORDERS: Final = frozenset(
    ("referencecommande", "datedelacommande", "statutdelacommande", "montanttarif", "montantcodepromo")
)
"""Folded titles that only HelloAsso's export of orders has: it says what was ordered, not what was paid."""

_PAYMENT: Final = "payment"
_TIP: Final = "tip"
_DEBIT: Final = "debit"
_REVERSAL: Final = "reversal"
_OPERATIONS: Final[dict[str, str]] = {
    **dict.fromkeys(("monthlydonation", "onetimedonation", "onetimepayment"), _PAYMENT),
    **dict.fromkeys(("multipleinstalmentpayment", "additionaldonation"), _PAYMENT),
    "organizationtip": _TIP,
    "debit": _DEBIT,
    **dict.fromkeys(("credit", "contestationcancelled", "refundcancelled"), _REVERSAL),
}
_LETTERS: Final[dict[str, str]] = {
    "monthlydonation": "MD",
    "onetimedonation": "OD",
    "onetimepayment": "OP",
    "multipleinstalmentpayment": "MI",
    "additionaldonation": "AD",
}
"""What tells the movements of one payment apart in a reference: a payment and the gift added to it share a number."""
_MOST_DIGITS: Final = 17
_STATUSES: Final = {name: name for name in ("paid", "refunded", "partiallyrefunded", "contested")}
_GONE: Final = {
    "refunded": (PaymentState.REFUNDED, "paiement remboursé"),
    "contested": (PaymentState.CONTESTED, "paiement contesté"),
}
_MEANS: Final[dict[str, Means]] = {
    "card": Means.CARD,
    "cash": Means.CASH,
    "check": Means.CHEQUE,
    "banktransfer": Means.TRANSFER,
    "sepa": Means.DIRECT_DEBIT,
    "other": Means.OTHER,
}


class _Reading:
    """The lines of one export as they are sorted; a payment is counted once by its number and operation."""

    def __init__(self, gone: frozenset[str]) -> None:
        self.gone = gone
        self.accepted: list[PaymentRow] = []
        self.errors: list[LineError] = []
        self.ignored: list[LineError] = []
        self.mentions: list[Mention] = []
        self._seen: set[str] = set()

    def take(self, cells: Cells) -> None:
        """Sort one line by its operation."""
        operation = cells.label("operationType", _OPERATIONS, "type d’opération")
        if operation == _TIP:
            self._ignore(cells, "tip", "non repris\u00a0: pourboire laissé à la plateforme")
        elif operation == _DEBIT:
            self._take_debit(cells)
        elif operation == _REVERSAL:
            cells.refuse("operationType", "reversal", "annulation de remboursement ou de contestation\u00a0: à la main")
        elif operation == _PAYMENT:
            self._take_payment(cells)
        self.errors.extend(cells.errors)

    def _ignore(self, cells: Cells, code: str, french: str) -> None:
        self.ignored.append(cells.note("operationType", code, french))

    def _take_debit(self, cells: Cells) -> None:
        """Money that went back nets to nothing with its payment, when that is in the file and left aside too."""
        if cells.text("paymentId") in self.gone:
            self._ignore(cells, "debit", "non repris\u00a0: débit d’un paiement non repris")
            return
        cells.refuse("debit", "debit-alone", "débit d’un paiement repris ou absent de ce fichier\u00a0: à la main")
        self._mention(cells, PaymentState.DEBIT)

    def _take_payment(self, cells: Cells) -> None:
        """A payment counts when it is paid and kept in full."""
        status = cells.label("paymentStatus", _STATUSES, "état de paiement")
        if status in _GONE:
            state, french = _GONE[status]
            self._ignore(cells, "not-kept", f"non repris\u00a0: {french}")
            self._mention(cells, state)
            return
        if status == "partiallyrefunded":
            cells.refuse("paymentStatus", "partly-refunded", "paiement remboursé en partie\u00a0: à saisir à la main")
            self._mention(cells, PaymentState.PARTLY_REFUNDED)
        payment = _payment(cells)
        if cells.errors or payment is None:
            return
        if payment.reference in self._seen:
            cells.refuse("paymentId", "payment-twice", "ce paiement figure déjà dans ce fichier")
            return
        self._seen.add(payment.reference)
        self.accepted.append(payment)

    def _mention(self, cells: Cells, state: PaymentState) -> None:
        """Keep which payment a line that brings no money is about."""
        number = cells.perhaps(lambda: cells.text("paymentId")) or ""
        operation = cells.perhaps(lambda: cells.label("operationType", _LETTERS, "type d’opération"))
        self.mentions.append(
            Mention(
                line=cells.line,
                state=state,
                reference=f"{number}-{operation}" if operation else "",
                transaction=number,
                paid_on=cells.perhaps(lambda: cells.moment("paymentDate")),
                back=cells.perhaps(lambda: cells.cents("debit")),
            )
        )


def read_cash_out(header: Header, rows: Sequence[Row]) -> ParsedFile:
    """Read the lines under a recognised header; blank ones do not count."""
    lines = [row for row in rows if row[0] > header.line and not is_blank(row[1])]
    reading = _Reading(_payments_gone(Cells(header, row) for row in lines))
    for row in lines:
        reading.take(Cells(header, row))
    return ParsedFile(
        kind=FileKind.HELLOASSO,
        rows=tuple(reading.accepted),
        errors=tuple(reading.errors),
        ignored=tuple(reading.ignored),
        mentions=tuple(reading.mentions),
        unread_columns=header.others,
    )


def _payments_gone(lines: Iterable[Cells]) -> frozenset[str]:
    """The numbers of the payments of this file that are refunded in full or contested."""
    return frozenset(
        cells.text("paymentId")
        for cells in lines
        if fold(cells.text("paymentStatus")) in _GONE and _OPERATIONS.get(fold(cells.text("operationType"))) == _PAYMENT
    )


def _payment(cells: Cells) -> PaymentRow | None:
    """Read one payment; None, with the reasons in ``cells.errors``, when a cell has no value."""
    cents, paid_on = cells.cents("credit"), cells.moment("paymentDate")
    means = cells.label("paymentMethod", _MEANS, "moyen de paiement")
    number, operation = cells.required("paymentId"), cells.label("operationType", _LETTERS, "type d’opération")
    # The number reaches the log of events, where no free text may go.
    if number and not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
        cells.refuse("paymentId", "reference-refused", "numéro de paiement illisible")
    if fold(cells.text("debit")).strip("0"):
        cells.refuse("debit", "amount-uncertain", "crédit et débit sur la même ligne")
    payer = _payer(cells)
    if cents is None or paid_on is None or means is None or payer is None:
        return None
    return PaymentRow(
        line=cells.line,
        first_name=payer.first_name,
        last_name=payer.last_name,
        cents=cents,
        means=means,
        paid_on=paid_on,
        class_code=UNASSIGNED,
        order_ref=cells.text("orderId"),
        reference=f"{number}-{operation}",
        transaction=number,
        payer=payer,
    )


def _payer(cells: Cells) -> Person | None:
    """Read who paid: a person, or a company under its name."""
    company = cells.text("payerCompany")
    extra = {"Raison sociale": company, "SIREN": cells.siren("payerSiren")}
    last_name = cells.text("payerLastName") or company
    if not last_name:
        cells.refuse("payerLastName", "name-missing", "nom du payeur manquant")
        return None
    return Person(
        first_name=cells.text("payerFirstName"),
        last_name=last_name,
        email=cells.email("payerEmail"),
        extra={name: value for name, value in extra.items() if value},
    )
