"""What an import will do, decided before anything is written: which rows are new, and the contributions they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from adapters.imports import LineError, Means, Mention, PaymentRow
from adapters.people_vault import Person
from domain.aggregate import Stamp
from domain.calendar import PARIS
from domain.campaign.imports import ImportContribution, ImportedChild
from domain.campaign.state import Campaign
from domain.vocabulary.platforms import is_platform_number
from domain.vocabulary.references import MADE_UP_DIGITS
from service.imports.decisions import NO_DECISIONS, DecidedDifferences, DecisionPlace, Decisions, decide
from service.imports.differences import ImportDifference, compare
from service.imports.held import held_of
from service.imports.matching import TICKET, TRANSACTION, Matcher, Names
from service.imports.row_ids import Identifiers

_NOON: Final = time(12)
_UNSEALED: Final = "0" * 64
_MADE_UP: Final = 10**MADE_UP_DIGITS


class Author(NamedTuple):
    """Who imports, when (UTC), and the only coop they may touch (None for the whole association)."""

    by: str
    at: datetime
    scope: UUID | None

    @property
    def stamp(self) -> Stamp:
        """The same, as commands carry it."""
        return Stamp(at=self.at, by=self.by, scope=self.scope)


class ImportRun(NamedTuple):
    """One import: the id under which all of it can be withdrawn, and the platform that holds its money."""

    import_id: UUID
    platform: str


class Asking(NamedTuple):
    """What a person gives: rows, lines that bring no money, and decisions."""

    rows: Sequence[PaymentRow]
    mentions: Sequence[Mention] = ()
    decisions: Decisions = NO_DECISIONS


class PlannedContribution(NamedTuple):
    """One contribution to record; its command carries no commitment before the people are in the vault.

    The coop's list of classes is added when it is tried.
    """

    key: str
    command: ImportContribution
    payer: Person
    children: dict[UUID, Person]
    rows: tuple[PaymentRow, ...]


class ImportPlan(NamedTuple):
    """The contributions to record, the rows that are there already, those there under another class.

    ``differences`` are for a person to decide, ``decided`` is what one has; ``compared_lines`` are lines that bring no
    money and are about money that is held.
    """

    contributions: tuple[PlannedContribution, ...]
    already: tuple[PaymentRow, ...]
    reclassed: tuple[LineError, ...]
    differences: tuple[ImportDifference, ...] = ()
    decided: DecidedDifferences = DecidedDifferences()
    compared_lines: frozenset[int] = frozenset()


def paid_at(paid_on: date | datetime, at: datetime) -> datetime:
    """Return the instant of a payment: noon in Paris when only its day is known, and never after the import itself."""
    if isinstance(paid_on, datetime):
        return paid_on
    return min(datetime.combine(paid_on, _NOON, PARIS).astimezone(UTC), at)


def make_plan(
    asking: Asking, campaign: Campaign, ids: Identifiers, author: Author, run: ImportRun, names: Names
) -> ImportPlan:
    """Sort rows into new contributions, what the campaign holds already, and what a file says otherwise of it.

    What was withdrawn is not held any more: its rows are new again, under other ids.
    """
    held = held_of(campaign)
    matcher = Matcher(held, ids, run.platform, names)
    matching = matcher.match(asking.rows, asking.mentions)
    compared = compare(matching)
    decided = decide(asking.decisions, compared, matching, held, ids, DecisionPlace(campaign.id, author.stamp))
    anew = {row.line for row in decided.anew}
    taken: dict[tuple[str, ...], int] = {}
    new = {matcher.identifier(row, taken): row for row in (*matching.new, *decided.anew)}
    references = _References(campaign, run.platform, decided.withdrawn)
    contributions = tuple(
        _contribution(order, campaign, ids, author, run, references) for order in _group_by_order(new)
    )
    return ImportPlan(
        contributions,
        tuple(row for row in compared.already if row.line not in anew),
        compared.reclassed,
        tuple(one for one in compared.differences if one not in decided.settled),
        decided,
        frozenset(pair.row.line for pair in matching.pairs if isinstance(pair.row, Mention)),
    )


class _References:
    """The references of a platform's payments in a campaign; each new payment gets one of its own."""

    def __init__(self, campaign: Campaign, platform: str, withdrawn: Collection[UUID]) -> None:
        self._taken = {
            reference
            for (of, reference), payment_id in campaign.external_references.items()
            if of == platform and payment_id not in withdrawn
        }

    def next(self, row: PaymentRow, contribution_id: UUID) -> str:
        """Return the platform's number, with a count where the number is taken by other children; else made up digits.

        An order number is free text at the other platform and may hold a name: it stays in the vault.
        """
        made_up = f"{contribution_id.int % _MADE_UP:0{MADE_UP_DIGITS}d}"
        if row.reference:
            return row.reference
        if row.means is Means.CASH or not is_platform_number(row.transaction):
            return made_up
        reference, count = row.transaction, 1
        while reference in self._taken:
            count += 1
            reference = f"{row.transaction}-{count}"
        self._taken.add(reference)
        return reference


def _group_by_order(new: Mapping[UUID, PaymentRow]) -> list[list[tuple[UUID, PaymentRow]]]:
    """Gather the children of one transaction or order paid at once; a row without a number stands alone."""
    orders: dict[tuple[object, ...], list[tuple[UUID, PaymentRow]]] = defaultdict(list)
    for participant_id, row in sorted(new.items(), key=lambda item: item[1].line):
        number = "" if row.reference else row.transaction or row.order_ref
        group = (number, row.paid_on, row.means) if number else (participant_id,)
        orders[group].append((participant_id, row))
    return list(orders.values())


def _contribution(
    order: Sequence[tuple[UUID, PaymentRow]],
    campaign: Campaign,
    ids: Identifiers,
    author: Author,
    run: ImportRun,
    references: _References,
) -> PlannedContribution:
    """Make the command of one order; its identifiers derive from its first row."""
    first_id, first = order[0]
    contribution_id = ids.uuid("contribution", str(first_id))
    command = ImportContribution(
        stream_id=campaign.id,
        stamp=author.stamp,
        contribution_id=contribution_id,
        payer_id=ids.uuid("payer", str(first_id)),
        commitment=_UNSEALED,
        children=tuple(
            ImportedChild(participant_id=participant_id, class_label=row.class_code, cents=row.cents)
            for participant_id, row in order
        ),
        means="cash" if first.means is Means.CASH else "external",
        platform=run.platform,
        reference=references.next(first, contribution_id),
        external_payment_id=ids.uuid("payment", str(first_id)),
        import_id=run.import_id,
        paid_at=paid_at(first.paid_on, author.at),
    )
    return PlannedContribution(
        key=ids.key(first_id),
        command=command,
        payer=_payer(first),
        children={participant_id: _child(row) for participant_id, row in order},
        rows=tuple(row for _, row in order),
    )


def _child(row: PaymentRow) -> Person:
    """The participant of a row as the vault keeps it, with the numbers by which another export may know it."""
    numbers = {TRANSACTION: row.transaction, TICKET: row.ticket}
    return Person(
        row.first_name, row.last_name, extra=row.extra | {name: told for name, told in numbers.items() if told}
    )


def _payer(row: PaymentRow) -> Person:
    """Who paid: as the file says, under the participant's name where it does not."""
    payer = row.payer or Person("", "")
    if not (payer.first_name or payer.last_name):
        payer = msgspec.structs.replace(payer, first_name=row.first_name, last_name=row.last_name)
    if not row.order_ref:
        return payer
    return msgspec.structs.replace(payer, extra=payer.extra | {"N° de commande": row.order_ref})
