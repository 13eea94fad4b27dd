"""What a later export says otherwise of money that is held: told to a person, never booked by the import itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from adapters.imports import LineError, Mention, PaymentRow, PaymentState
from domain.calendar import french_date
from domain.money import euros
from service.imports.held import HeldChild
from service.imports.matching import Found, Matching, Pair, same_class


class Change(StrEnum):
    """What became of a payment since it was taken over; the values are codes of the report."""

    CORRECTED = "corrected-since"
    MOVED = "moved-since"
    PERHAPS = "perhaps-held"
    REFUNDED = "refunded-since"
    PARTLY_REFUNDED = "partly-refunded-since"
    CANCELLED = "cancelled-since"
    CONTESTED = "contested-since"
    NOT_PAID = "not-paid-since"
    GONE = "gone"


class ImportDifference(NamedTuple):
    """A payment that is held, of which a line says something else; ``back`` is what is still to be given back."""

    change: Change
    held: HeldChild
    row: PaymentRow | Mention | None = None
    back: int = 0

    @property
    def line(self) -> int:
        """The line that says so, 0 where it is that no line does."""
        return 0 if self.row is None else self.row.line

    @property
    def note(self) -> LineError:
        """What the report says of it; the payment is named by its number there, and never by a name."""
        return LineError(self.line, "", self.change, f"{self._french()} ({_named(self.held)})")

    def _french(self) -> str:
        held = euros(self.held.cents)
        if self.change is Change.CORRECTED and isinstance(self.row, PaymentRow):
            return f"corrigée depuis\u00a0: {held} ici, {euros(self.row.cents)} dans le fichier"
        if self.change is Change.MOVED and isinstance(self.row, PaymentRow):
            there = euros(self.row.cents)
            return f"corrigée depuis\u00a0: {held} à un autre jour ici, {there} dans le fichier"
        if self.change is Change.PARTLY_REFUNDED:
            back = f"\u00a0: {euros(self.back)} à rendre ici" if self.back else ""
            return f"remboursée en partie depuis, {held} ici{back}"
        return f"{_FRENCH[self.change]}, {held} ici"


_FRENCH: Final = {
    Change.MOVED: "corrigée depuis",
    Change.CORRECTED: "corrigée depuis",
    Change.PERHAPS: "peut-être déjà reprise, pour une personne effacée depuis",
    Change.REFUNDED: "remboursée depuis",
    Change.CANCELLED: "annulée depuis",
    Change.CONTESTED: "contestée depuis",
    Change.NOT_PAID: "n’est plus payée d’après le fichier",
    Change.GONE: "n’est plus dans le fichier",
}
_BACK: Final = {
    PaymentState.REFUNDED: Change.REFUNDED,
    PaymentState.CANCELLED: Change.CANCELLED,
    PaymentState.CONTESTED: Change.CONTESTED,
}


class Compared(NamedTuple):
    """The lines that are there already, those there under another class, and the differences."""

    already: tuple[PaymentRow, ...]
    reclassed: tuple[LineError, ...]
    differences: tuple[ImportDifference, ...]


def compare(matching: Matching) -> Compared:
    """Say what a file's lines tell otherwise of what is held, in the order of the file; what is gone comes last."""
    received = [pair for pair in matching.pairs if isinstance(pair.row, PaymentRow)]
    told = [difference for pair in matching.pairs if (difference := _difference(pair)) is not None]
    told += [ImportDifference(Change.GONE, line) for line in matching.gone]
    differ = {id(difference.row) for difference in told}
    same = [pair for pair in received if id(pair.row) not in differ]
    return Compared(
        already=tuple(pair.row for pair in same if isinstance(pair.row, PaymentRow)),
        reclassed=tuple(_reclassed(same)),
        differences=tuple(sorted(told, key=lambda one: (one.row is None, one.line))),
    )


def _difference(pair: Pair) -> ImportDifference | None:
    """What one line says otherwise of what is held; None if nothing."""
    row, held = pair.row, pair.held
    if isinstance(row, PaymentRow):
        if pair.found is Found.SAME:
            return ImportDifference(Change.CORRECTED, held, row) if row.cents != held.cents else None
        return ImportDifference(Change.MOVED if pair.found is Found.MOVED else Change.PERHAPS, held, row)
    if not held.left or row.state not in (PaymentState.PARTLY_REFUNDED, PaymentState.DEBIT):
        change = _BACK.get(row.state, Change.NOT_PAID)
        return ImportDifference(change, held, row, held.left) if held.left else None
    if row.back is None:
        return ImportDifference(Change.PARTLY_REFUNDED, held, row)
    back = min(row.back - held.refunded, held.left)
    change = Change.REFUNDED if back == held.left else Change.PARTLY_REFUNDED
    return ImportDifference(change, held, row, back) if back > 0 else None


def _reclassed(pairs: Iterable[Pair]) -> Iterator[LineError]:
    """Say which rows are there under another class; only a person can tell which is right."""
    for row, held, _ in pairs:
        if isinstance(row, PaymentRow) and not same_class(row.class_code, held.class_code):
            there = held.class_code
            french = f"déjà reprise dans la classe {there}\u00a0: corrigez la contribution si la classe a changé"
            yield LineError(row.line, "classe", "held-in-another-class", french)


def _named(held: HeldChild) -> str:
    """Name a payment by its number, its day and its identifier."""
    if held.is_cash:
        slip = f"bordereau {held.reference}" if held.has_number else "sans numéro de bordereau"
        return f"espèces du {french_date(held.day)}, {slip}"
    number = f"n°\u00a0{held.reference} " if held.has_number else ""
    return f"paiement {number}du {french_date(held.day)}, {held.payment_id}"
