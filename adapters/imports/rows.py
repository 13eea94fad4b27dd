"""What a payments file becomes: rows of money received, lines left aside with their reason, lines in error."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

import msgspec

from adapters.people_vault.person import Person
from domain.money import Cents

MAX_BYTES: Final = 20 * 1024 * 1024
"""The largest file that is read."""
MAX_ROWS: Final = 50_000
"""The most lines that are read from a file, blank ones included."""
MAX_COLUMNS: Final = 200
"""Cells further right are not looked at."""

Cell = str | int | float | bool | date | time | None
"""One cell as the file holds it; never a formula, which is read as the value that the file stores for it."""
Row = tuple[int, tuple[Cell, ...]]
"""A line number as the person sees it in the file (from 1) and the cells of that line."""


class FileKind(StrEnum):
    """The export that a file was recognised as."""

    ASSOCONNECT = "assoconnect"
    HELLOASSO = "helloasso"
    COOPLEDGER = "coopledger"
    """The payments table of a collection of a service like this one."""


class Means(StrEnum):
    """How a family paid, as the other platform says it."""

    CARD = "card"
    INSTALMENTS = "instalments"
    """By card, in several parts."""
    ELSEWHERE = "elsewhere"
    """On a platform that the table does not name."""
    CASH = "cash"
    CHEQUE = "cheque"
    TRANSFER = "transfer"
    DIRECT_DEBIT = "direct-debit"
    OTHER = "other"
    OWN_TERMINAL = "own-terminal"
    """By card, at a terminal that is not the platform's."""
    OWN_TRANSFER = "own-transfer"
    """By transfer to the coop's own bank account."""
    OFFLINE = "offline"
    """Beside the platform, in a way that the table does not say."""
    FREE = "free"


TAKEN: Final = (Means.CARD, Means.INSTALMENTS, Means.ELSEWHERE, Means.CASH)
"""The means that become contributions: the platform holds the money, or the coop's cash box."""
MEANS_NOT_IMPORTED: Final = "means-not-imported"
ONLY_THESE: Final = "seuls les paiements par carte, en espèces ou sur une autre plateforme sont repris"
"""The code and the words of a line that was paid in another way."""


class PaymentState(StrEnum):
    """What became of a payment, as the other platform says it."""

    RECEIVED = "received"
    WAITING = "waiting"
    REFUSED = "refused"
    PARTIAL = "partial"
    FREE = "free"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    PARTLY_REFUNDED = "partly-refunded"
    CONTESTED = "contested"
    DEBIT = "debit"
    """The line says that money went back, and not of which payment in full."""


class LineError(msgspec.Struct, frozen=True, gc=False):
    """Why a line was not turned into money: its number, its column, a stable code and a French sentence.

    The sentence never quotes a cell: a shifted column would put a name into a log.
    """

    line: int
    column: str
    code: str
    french: str


class PaymentRow(msgspec.Struct, frozen=True, kw_only=True):
    """Money received for one child (S-167), or from one payer where the platform knows no child.

    ``paid_on`` is a Paris date, or an aware instant when the file gives a time. ``payer`` is None when the
    file does not name one apart from the participant. ``reference`` identifies the payment at the other
    platform within its kind of file, ``transaction`` what was paid at once there, for one or more children, and
    ``ticket`` a child's place in it; each is empty when the file has none.
    """

    line: int
    first_name: str
    last_name: str
    cents: Cents
    means: Means
    paid_on: date | datetime
    class_code: str
    order_ref: str = ""
    reference: str = ""
    transaction: str = ""
    ticket: str = ""
    payer: Person | None = None
    extra: dict[str, str] = {}

    def __repr__(self) -> str:
        """Show the line only: names must not reach a log."""
        return f"PaymentRow(line={self.line})"


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """A line that brings no money, compared with what is held: it may say that money held here has gone back.

    What its cells do not tell is None, or empty. ``back`` is what went back, in cents, where the file says it.
    """

    line: int
    state: PaymentState
    first_name: str = ""
    last_name: str = ""
    means: Means | None = None
    paid_on: date | datetime | None = None
    reference: str = ""
    transaction: str = ""
    ticket: str = ""
    back: Cents | None = None

    def __repr__(self) -> str:
        """Show the line only: names must not reach a log."""
        return f"Mention(line={self.line})"


class ParsedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file read to its end.

    ``ignored`` are lines rightly left aside (not paid, refunded, a tip); ``errors`` are lines that must be
    looked at; ``doubtful`` are lines that are taken over on an assumption, which a person should know;
    ``mentions`` are lines of the first two kinds that may be about money that is held; ``unread_columns`` are the
    titles of columns that were not taken over; ``orders`` are the lines, whatever else they say, that bear an order
    number of a service like this one.
    """

    kind: FileKind
    rows: tuple[PaymentRow, ...]
    errors: tuple[LineError, ...]
    ignored: tuple[LineError, ...]
    unread_columns: tuple[str, ...]
    doubtful: tuple[LineError, ...] = ()
    mentions: tuple[Mention, ...] = ()
    orders: dict[int, str] = {}
