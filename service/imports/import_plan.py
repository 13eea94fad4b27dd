"""What an import will do, decided before anything is written: which rows are new, and the contributions they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from adapters.imports import LineError, Means, PaymentRow
from adapters.people_vault import Person
from domain.aggregate import Stamp
from domain.calendar import PARIS
from domain.campaign.imports import ImportContribution, ImportedChild
from domain.campaign.state import Campaign
from domain.school_classes import is_same_class, listed_code
from service.imports.row_ids import Identifiers, Identity, identity_of

_NOON: Final = time(12)
_UNSEALED: Final = "0" * 64
_TWENTY_DIGITS: Final = 10**20


class Author(NamedTuple):
    """Who imports, when (UTC), and the only coop they may touch (None for the whole association)."""

    by: str
    at: datetime
    scope: UUID | None


class ImportRun(NamedTuple):
    """One import: the id under which all of it can be withdrawn, and the platform that holds its money."""

    import_id: UUID
    platform: str


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
    """The contributions to record, the rows that are there already, and those there under another class."""

    contributions: tuple[PlannedContribution, ...]
    already: tuple[PaymentRow, ...]
    reclassed: tuple[LineError, ...]


def paid_at(paid_on: date | datetime, at: datetime) -> datetime:
    """Return the instant of a payment: noon in Paris when only its day is known, and never after the import itself."""
    if isinstance(paid_on, datetime):
        return paid_on
    return min(datetime.combine(paid_on, _NOON, PARIS).astimezone(UTC), at)


def make_plan(
    rows: Iterable[PaymentRow], campaign: Campaign, ids: Identifiers, author: Author, run: ImportRun
) -> ImportPlan:
    """Sort rows into new contributions and what the campaign holds already.

    What was withdrawn is not held any more: its rows are new again, under other ids.
    """
    held = {
        line.participant_id: line.class_code if contribution.received else None
        for contribution in campaign.contributions.values()
        for line in contribution.lines.values()
    }
    by_identity: dict[Identity, list[PaymentRow]] = defaultdict(list)
    for row in rows:
        by_identity[identity_of(row)].append(row)
    new: dict[UUID, PaymentRow] = {}
    already: list[PaymentRow] = []
    reclassed: list[LineError] = []
    for identity, twins in by_identity.items():
        there_before = _held_classes(identity, ids, held)
        known, unknown = _match_held(twins, [code for code in there_before if code is not None])
        already += [row for row, _ in known]
        reclassed += [_reclassed(row, there) for row, there in known if not is_same_class(row.class_code, there)]
        new |= {ids.participant(identity, len(there_before) + n): row for n, row in enumerate(unknown, start=1)}
    orders = _group_by_order(new)
    contributions = tuple(_contribution(order, campaign, ids, author, run) for order in orders)
    return ImportPlan(contributions, tuple(already), tuple(reclassed))


def _held_classes(identity: Identity, ids: Identifiers, held: Mapping[UUID, str | None]) -> list[str | None]:
    """The classes of a row's occurrences in the order they were imported; None for those that were withdrawn."""
    classes: list[str | None] = []
    while (participant_id := ids.participant(identity, len(classes) + 1)) in held:
        classes.append(held[participant_id])
    return classes


def _match_held(
    twins: Sequence[PaymentRow], classes: list[str]
) -> tuple[list[tuple[PaymentRow, str]], list[PaymentRow]]:
    """Pair identical rows with what is held, namesakes by their class first; also return those left over."""
    known: list[tuple[PaymentRow, str]] = []
    others: list[PaymentRow] = []
    for row in twins:
        there = listed_code(row.class_code, classes)
        if there is not None:
            classes.remove(there)
            known.append((row, there))
        else:
            others.append(row)
    known += zip(others, classes, strict=False)
    return known, others[len(classes) :]


def _reclassed(row: PaymentRow, there: str) -> LineError:
    """Say that a row is there under another class; only a person can tell which is right."""
    french = f"déjà reprise dans la classe {there}\u00a0: corrigez la contribution si la classe a changé"
    return LineError(row.line, "classe", "held-in-another-class", french)


def _group_by_order(new: Mapping[UUID, PaymentRow]) -> list[list[tuple[UUID, PaymentRow]]]:
    """Gather the children of one order paid at once; a row without an order number stands alone."""
    orders: dict[tuple[object, ...], list[tuple[UUID, PaymentRow]]] = defaultdict(list)
    for participant_id, row in sorted(new.items(), key=lambda item: item[1].line):
        together = row.order_ref and not row.reference
        group = (row.order_ref, row.paid_on, row.means) if together else (participant_id,)
        orders[group].append((participant_id, row))
    return list(orders.values())


def _contribution(
    order: Sequence[tuple[UUID, PaymentRow]], campaign: Campaign, ids: Identifiers, author: Author, run: ImportRun
) -> PlannedContribution:
    """Make the command of one order; its identifiers derive from its first row."""
    first_id, first = order[0]
    contribution_id = ids.uuid("contribution", str(first_id))
    command = ImportContribution(
        stream_id=campaign.id,
        stamp=Stamp(at=author.at, by=author.by, scope=author.scope),
        contribution_id=contribution_id,
        payer_id=ids.uuid("payer", str(first_id)),
        commitment=_UNSEALED,
        children=tuple(
            ImportedChild(participant_id=participant_id, class_label=row.class_code, cents=row.cents)
            for participant_id, row in order
        ),
        means="cash" if first.means is Means.CASH else "external",
        platform=run.platform,
        # An order number is free text at the other platform and may hold a name: it stays in the vault.
        reference=first.reference or f"{contribution_id.int % _TWENTY_DIGITS:020d}",
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
    """The participant of a row as the vault keeps it."""
    return Person(row.first_name, row.last_name, extra=row.extra)


def _payer(row: PaymentRow) -> Person:
    """Who paid: as the file says, under the participant's name where it does not."""
    payer = row.payer or Person("", "")
    if not (payer.first_name or payer.last_name):
        payer = msgspec.structs.replace(payer, first_name=row.first_name, last_name=row.last_name)
    if not row.order_ref:
        return payer
    return msgspec.structs.replace(payer, extra=payer.extra | {"N° de commande": row.order_ref})
