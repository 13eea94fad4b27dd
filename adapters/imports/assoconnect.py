"""The payments table of AssoConnect: one line per child (S-166, S-167), as a workbook or as a CSV; and our own.

Ours has the same columns. Its order numbers stand for transactions, and it ends with a line of totals.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec

from adapters.imports.cells import Cells
from adapters.imports.headers import Header, best_row, fold, is_blank, match_header
from adapters.imports.rows import (
    MEANS_NOT_IMPORTED,
    ONLY_THESE,
    TAKEN,
    FileKind,
    LineError,
    Means,
    Mention,
    ParsedFile,
    PaymentRow,
    PaymentState,
    Row,
)
from adapters.imports.vocabulary import BASES, MEANS_OF, STATE_OF, MeansWord
from adapters.people_vault.person import Person
from domain.school_classes import UNASSIGNED
from domain.vocabulary.orders import is_order_number

CLASS: Final = "school_class"
REQUIRED: Final = {
    "first_name": ("Prénom participant", ("prenomparticipant", "prenomduparticipant", "prenomdelenfant", "prenom")),
    "last_name": ("Nom participant", ("nomparticipant", "nomduparticipant", "nomdelenfant", "nom")),
    "status": ("Paiement", ("paiement", "etatpaiement", "etatdupaiement", "statutdupaiement")),
    "due": ("Montant dû", ("montantdu", "montant")),
    "means": ("Moyen de paiement", ("moyendepaiement", "moyenpaiement")),
    "paid_on": ("Date de paiement", ("datedepaiement", "datepaiement", "datedupaiement")),
    CLASS: ("classe", ("classe", "classeparticipant", "classedelenfant", "classedelenfant1")),
}
"""Field → its title in the export (S-166) and the folded titles under which it is recognised."""


def _numbers(of: str) -> tuple[str, ...]:
    """How platforms write the number of something: « N° », « Nº », « No », « Numéro »."""
    return (f"numero{of}", f"n{of}", f"no{of}")


_OPTIONAL: Final = {
    "paid": ("montantpaye", "montantregle"),
    "back": ("montantrembourse", "rembourse"),
    "order_ref": ("ndecommande", "nodecommande", "numerodecommande", "ncommande", "commande", "reference"),
    "transaction": (*_numbers("detransaction"), *_numbers("transaction")),
    "ticket": (*_numbers("billet"), *_numbers("debillet")),
    "ordered_on": ("datedecreation", "datecreation", "datedecommande"),
    "buyer": ("achetepar", "acheteur"),
    "buyer_first_name": ("prenomacheteur", "prenomdelacheteur", "prenom"),
    "buyer_last_name": ("nomacheteur", "nomdelacheteur", "nom"),
    "payer_first_name": ("prenompayeur", "prenomdupayeur"),
    "payer_last_name": ("nompayeur", "nomdupayeur"),
    "payer_email": ("emailacheteur", "emaildelacheteur", "emailpayeur", "emaildupayeur"),
    "payer_phone": ("telephoneacheteur", "telephonepayeur", "telephonedupayeur"),
    "family_email": ("adresseemail", "email"),
    "family_phone": ("telephonemobile", "telephone"),
    "tariff": ("formule", "formules", "tarif", "tarifs"),
}

TITLES: Final = {field: synonyms for field, (_, synonyms) in REQUIRED.items()} | _OPTIONAL
"""Field → the folded titles under which it is recognised."""
OURS: Final = frozenset(("dontcollecteailleurs", "duauxfamilles"))
"""Titles that only our own payments table has."""

_TOTAL: Final = "Total"
_PAYER_TITLES: Final = frozenset(("ndecommande", "prenompayeur", "nompayeur"))
_ORDERED: Final = "sans jour de paiement\u00a0: reprise au jour de la commande"


class _TableReading:
    """The lines of one table as they are sorted."""

    def __init__(
        self, kind: FileKind, phone_region: str, known_classes: Collection[str], payers: Mapping[str, Person]
    ) -> None:
        self.kind = kind
        self._payers = payers
        self._phone_region = phone_region
        self._known_classes = known_classes
        self.accepted: list[PaymentRow] = []
        self.errors: list[LineError] = []
        self.ignored: list[LineError] = []
        self.doubtful: list[LineError] = []
        self.mentions: list[Mention] = []
        self.orders: dict[int, str] = {}

    def take(self, cells: Cells) -> None:
        """Sort one line by its state and its means."""
        order = cells.perhaps(lambda: cells.text("order_ref")) or ""
        if is_order_number(order):
            self.orders[cells.line] = order
        word = cells.label("status", STATE_OF, "état de paiement")
        if word is not None and word.state is not PaymentState.RECEIVED:
            self._leave_aside(cells, word.state, "status", word.aside)
            return
        if cells.is_nothing("due"):
            self._leave_aside(cells, PaymentState.FREE, "due", "gratuit")
            return
        means = cells.label("means", MEANS_OF, "moyen de paiement", BASES)
        if means is not None and means.aside and word is not None:
            self._leave_aside(cells, PaymentState.RECEIVED, "means", means.aside)
            return
        self._take_payment(cells, means)

    def _leave_aside(self, cells: Cells, state: PaymentState, field: str, why: str) -> None:
        """Say why a line brings no money; it is compared with what is held, unless it says nothing of its payment."""
        if state is PaymentState.PARTLY_REFUNDED:
            self.errors.append(cells.note(field, "partly-refunded", why))
        else:
            self.ignored.append(cells.note(field, _ASIDE.get(state, "not-paid"), f"non repris\u00a0: {why}"))
        if state is not PaymentState.RECEIVED:
            self.mentions.append(_mention(cells, state, self.kind))

    def _take_payment(self, cells: Cells, means: MeansWord | None) -> None:
        payment = _payment(cells, means, self.kind, self._phone_region, self._known_classes)
        if cells.errors or payment is None:
            if means is not None and means.means not in TAKEN:
                cells.refuse("means", MEANS_NOT_IMPORTED, ONLY_THESE)
            self.errors.extend(cells.errors)
            return
        payer = self._payers.get(payment.transaction, payment.payer)
        self.accepted.append(msgspec.structs.replace(payment, payer=payer))
        if not cells.holds("paid_on"):
            self.doubtful.append(cells.note("paid_on", "day-of-order", _ORDERED))


_ASIDE: Final = {PaymentState.RECEIVED: "not-of-the-platform", PaymentState.FREE: "free"}
"""PaymentState of a line that is left aside → its code, where it is not that it was not paid."""


def read_payments_table(
    header: Header, rows: Sequence[Row], phone_region: str, known_classes: Collection[str]
) -> ParsedFile:
    """Read the lines under a recognised header; blank ones do not count. Telephones are dialled as in a region."""
    ours = {fold(title) for title in header.others} >= OURS
    kind = FileKind.COOPLEDGER if ours else FileKind.ASSOCONNECT
    payers = _payers([row for row in rows if row[0] < header.line]) if ours else {}
    reading = _TableReading(kind, phone_region, known_classes, payers)
    for row in rows:
        if row[0] <= header.line or is_blank(row[1]):
            continue
        cells = Cells(header, row)
        if ours and row[1][0] == _TOTAL and not cells.holds("last_name"):
            break  # What follows the sum says what proves the file.
        reading.take(cells)
    return ParsedFile(
        kind=reading.kind,
        rows=tuple(reading.accepted),
        errors=tuple(reading.errors),
        ignored=tuple(reading.ignored),
        doubtful=tuple(reading.doubtful),
        mentions=tuple(reading.mentions),
        unread_columns=header.others,
        orders=reading.orders,
    )


def _payers(rows: Sequence[Row]) -> dict[str, Person]:
    """Read our own table of payers, which stands before that of the children: order number → who paid."""
    _, titles = best_row(rows, _PAYER_TITLES)
    if titles is None:
        return {}
    header = match_header(titles, TITLES)
    payers = {}
    for row in rows[rows.index(titles) + 1 :]:
        cells = Cells(header, row)
        order, first, last = cells.text("order_ref"), cells.text("payer_first_name"), cells.text("payer_last_name")
        if order and (first or last) and not cells.errors:
            payers[order] = Person(first, last)
    return payers


def _payment(
    cells: Cells, means: MeansWord | None, kind: FileKind, phone_region: str, known_classes: Collection[str]
) -> PaymentRow | None:
    """Read one paid child; None, with the reasons in ``cells.errors``, when a cell has no value."""
    # Our own table says of somebody who was erased no more than that, and in one column.
    first_name = cells.text("first_name") if kind is FileKind.COOPLEDGER else cells.name("first_name")
    last_name = cells.name("last_name")
    due = cells.cents("due")
    # What is paid in several parts has a day for each, and the table none; that of the order is there (S-166).
    in_parts = means is not None and means.means is Means.INSTALMENTS and not cells.holds("paid_on")
    paid_on = cells.moment("ordered_on" if in_parts and cells.holds("ordered_on") else "paid_on")
    school_class = cells.school_class(CLASS, known_classes) if cells.has(CLASS) else UNASSIGNED
    # Due and paid are both carried by the export (AN-8): when they differ, what was received is unknown here.
    if cells.holds("paid") and cells.cents("paid") != due and due is not None:
        cells.refuse("paid", "amount-uncertain", "le montant payé n’est pas le montant dû\u00a0: à saisir à la main")
    payer = _payer(cells, phone_region)
    if due is None or means is None or paid_on is None or school_class is None:
        return None
    tariff, order_ref = cells.text("tariff"), cells.text("order_ref")
    return PaymentRow(
        line=cells.line,
        first_name=first_name,
        last_name=last_name,
        cents=due,
        means=means.means,
        paid_on=paid_on,
        class_code=school_class,
        order_ref=order_ref,
        transaction=order_ref if kind is FileKind.COOPLEDGER else cells.text("transaction"),
        ticket=cells.text("ticket"),
        payer=payer,
        extra={"Formule": tariff} if tariff else {},
    )


def _mention(cells: Cells, state: PaymentState, kind: FileKind) -> Mention:
    """Read of a line that brings no money what tells which payment it is about; what cannot be read is left out."""
    means = cells.perhaps(lambda: cells.label("means", MEANS_OF, "moyen de paiement", BASES))
    transaction = cells.perhaps(lambda: cells.text("order_ref" if kind is FileKind.COOPLEDGER else "transaction"))
    return Mention(
        line=cells.line,
        state=state,
        first_name=cells.perhaps(lambda: cells.name("first_name")) or "",
        last_name=cells.perhaps(lambda: cells.name("last_name")) or "",
        means=means.means if means is not None else None,
        paid_on=cells.perhaps(lambda: cells.moment("paid_on")),
        transaction=transaction or "",
        ticket=cells.perhaps(lambda: cells.text("ticket")) or "",
        back=cells.perhaps(lambda: cells.cents("back")),
    )


def _payer(cells: Cells, phone_region: str) -> Person | None:
    """Read who paid (S-164): the buyer where the export has one, else the payer; never the child.

    « Adresse email » and the telephones are those of the child's form: they stand for the payer's where the export
    knows no buyer.
    """
    bought = cells.has("buyer")
    first_name, last_name = cells.text("payer_first_name"), cells.text("payer_last_name")
    if cells.has("buyer"):
        first_name, last_name = _buyer(cells)
    payer = Person(
        first_name=first_name,
        last_name=last_name,
        email=cells.email("payer_email" if bought or cells.has("payer_email") else "family_email"),
        phone=cells.phone("payer_phone" if bought or cells.has("payer_phone") else "family_phone", phone_region),
    )
    return payer if payer.first_name or payer.last_name or payer.email else None


def _buyer(cells: Cells) -> tuple[str, str]:
    """Read the buyer's first and last name: columns of their own where they say the same, else capitals tell."""
    whole = cells.text("buyer")
    first, last = cells.text("buyer_first_name"), cells.text("buyer_last_name")
    if not whole or fold(f"{first}{last}") == fold(whole):
        return first, last
    words = whole.split()
    given = [place for place, word in enumerate(words) if word != word.upper()]
    split = given[-1] + 1 if given and given[-1] + 1 < len(words) else 0
    return " ".join(words[:split]), " ".join(words[split:])
