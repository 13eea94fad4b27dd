"""The closings in the log: the hash of the chain that each printed, and its figures, against the log at its position.

A closing is a head that the log holds of itself: a forger who changes an event and chains all that follows anew would
have to change every later closing as well, and the papers that bear it (ADR 34).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from adapters.log.chain import genesis, hashes_at
from domain.closings.periods import PeriodKind
from domain.events.base import Event, StatementBoxes
from domain.events.closings.cut_off import DeferredIncomeReleased, IncomeDeferred
from domain.events.closings.period import PeriodClosed
from domain.money import euros
from service.audit.audit_check import FoldFailedError
from service.audit.findings import AuditFinding, FindingKind
from service.audit.log.closings_fold import ClosingsFold
from service.audit.log.contents import ASSOCIATION_EVENTS, ClosingFold
from service.audit.session import Audit

CARRIED: Final = (IncomeDeferred, DeferredIncomeReleased)
"""The entries that the closing of a year makes, right behind it."""
KEPT: Final = (PeriodClosed, *CARRIED, *ASSOCIATION_EVENTS)
_BOXES: Final = {
    "opening": "ouverture",
    "receipts": "encaissements",
    "disbursements": "décaissements",
    "transfers": "virements",
    "closing": "clôture",
}
# One row an event, as its legs move the account; payouts are transfers, what else comes in is a receipt (S-155…S-159).
# What stands up to each stop of its coop, behind the one before, is added up by month: one look at the journal for all.
_MOVED: Final[LiteralString] = """
SELECT coop_id, width_bucket(position - 1, stops), period, payout,
       sum(greatest(moved, 0))::bigint, sum(greatest(-moved, 0))::bigint
FROM (
    SELECT coop_id, position, min(period) AS period, min(topic) LIKE 'coop.payout!_%%' ESCAPE '!' AS payout,
           sum(debit - credit) AS moved
    FROM journal
    WHERE coop_id = ANY(%(coops)s) AND account IN ('online', 'online_blocked') AND position <= %(last)s
    GROUP BY coop_id, position
) AS events
JOIN (
    SELECT coop_id, array_agg(DISTINCT stop) AS stops, max(stop) AS last
    FROM unnest(%(coops)s::uuid[], %(stops)s::bigint[]) AS one (coop_id, stop) GROUP BY coop_id
) AS asked USING (coop_id)
WHERE position <= last
GROUP BY 1, 2, 3, 4
"""


class Stated(NamedTuple):
    """What a closing states that the log can contradict."""

    name: str
    first_day: date
    last_day: date
    boxes: StatementBoxes
    position: int
    chain_head: str


def stated(event: PeriodClosed) -> Stated:
    """Read a closing: the one place that knows the fields of its event."""
    word = "du mois" if event.kind == PeriodKind.MONTH else "de l’exercice"
    return Stated(
        f"la clôture {word} du {event.first_day:%d/%m/%Y} au {event.last_day:%d/%m/%Y}",
        event.first_day,
        event.last_day,
        event.boxes,
        event.up_to_position,
        event.chain_head,
    )


def check(audit: Audit) -> Iterator[AuditFinding]:
    """Compare each closing, in the order of the log, with the chain and with a fold of what was there when it was made.

    Positions that lie after the closing are refused: nothing could be stated of them.
    """
    carried, closings = _Carried(audit), [(*heard, stated(heard[-1])) for heard in audit.of_kind(PeriodClosed)]
    stops = [(coop_id, said.position) for position, coop_id, _, said in closings if 0 <= said.position < position]
    boxes = _Boxes(audit, stops)
    heads = hashes_at(audit.log, audit.place.slug, {stop for _, stop in stops})
    heads[0] = genesis(audit.place.association_id)
    for position, coop_id, event, said in closings:
        audit.examined["closings"] += 1
        if not 0 <= said.position < position:
            yield _finding(position, coop_id, f"{said.name} dit s’arrêter à l’événement {said.position}")
            continue
        if heads.get(said.position, b"").hex() != said.chain_head:
            sentence = f"{said.name} porte une empreinte qui n’est pas celle du registre à l’événement {said.position}"
            yield _finding(position, coop_id, sentence)
        found = boxes.at(coop_id, said)
        if differing := _differing(said.boxes, found):
            yield _finding(position, coop_id, f"{said.name} ne dit pas ce que dit le registre\u00a0: {differing}")
        fold = _fold(audit, position, coop_id, event)
        if fold.contradicted:
            sentence = f"{said.name} porte d’autres sommes que le registre\u00a0: {fold.contradicted}"
            yield _finding(position, coop_id, sentence)
        if carried.behind(position, coop_id) != fold.asked:
            sentence = f"{said.name} n’est pas suivie des produits constatés d’avance que le registre demande"
            yield _finding(position, coop_id, sentence)
    for position, coop_id in carried.left():
        sentence = "une écriture de produits constatés d’avance ne suit la clôture d’aucun exercice"
        yield _finding(position, coop_id, sentence)


def _fold(audit: Audit, position: int, coop_id: UUID | None, event: PeriodClosed) -> ClosingFold:
    """Return what was folded, beside the replay, of the events up to a closing; a closing of no coop has none.

    Raises:
        FoldFailedError: they could not be folded.

    """
    if coop_id is None:
        fold = ClosingsFold([(position, event)], audit.plan.association(), 0)
        fold.finish()
        return fold.folds[position]
    reading = audit.reading.coops[coop_id]
    if position not in reading.closings:
        raise FoldFailedError(reading.broken)
    return reading.closings[position]


class _Boxes:
    """What the replayed journal says of each coop's account, up to each position that its closings name."""

    def __init__(self, audit: Audit, stops: Iterable[tuple[UUID | None, int]]) -> None:
        self._stops: defaultdict[UUID | None, set[int]] = defaultdict(set)
        for coop_id, stop in stops:
            self._stops[coop_id].add(stop)
        self._moved: defaultdict[UUID | None, list[tuple[int, date, bool, int, int]]] = defaultdict(list)
        asked = [(coop_id, stop) for coop_id, of_coop in self._stops.items() for stop in of_coop]
        coops, wanted = [coop_id for coop_id, _ in asked], [stop for _, stop in asked]
        given = {"coops": coops, "stops": wanted, "last": max(wanted, default=0)}
        for coop_id, *moved in audit.replayed.execute(_MOVED, given):
            self._moved[coop_id].append((moved[0], moved[1], moved[2], moved[3], moved[4]))

    def at(self, coop_id: UUID | None, said: Stated) -> StatementBoxes:
        """Fold what the log held, at the position of a closing, of its coop's account up to its last day."""
        stop, boxes = sorted(self._stops[coop_id]).index(said.position), dict.fromkeys(_BOXES, 0)
        for behind, period, payout, inflow, outflow in self._moved[coop_id]:
            if behind > stop or period > said.last_day:
                continue
            boxes["closing"] += inflow - outflow
            if period < said.first_day:
                boxes["opening"] += inflow - outflow
            elif payout:
                boxes["transfers"] += outflow - inflow
            else:
                boxes["receipts"] += inflow
                boxes["disbursements"] += outflow
        return StatementBoxes(**boxes)


class _Carried:
    """The entries of cut-off in the log, each taken once, by the closing that it follows."""

    def __init__(self, audit: Audit) -> None:
        self._heard = {heard.position: heard for heard in audit.heard if isinstance(heard.event, CARRIED)}

    def behind(self, position: int, coop_id: UUID | None) -> tuple[Event, ...]:
        """Take what follows a position without a gap, as far as it is of the same coop."""
        taken: list[Event] = []
        while (found := self._heard.get(position + 1)) is not None and found.coop_id == coop_id:
            position += 1
            taken.append(self._heard.pop(position).event)
        return tuple(taken)

    def left(self) -> Iterator[tuple[int, UUID | None]]:
        """Tell where those stand that nothing took."""
        yield from ((heard.position, heard.coop_id) for heard in self._heard.values())


def _differing(said: StatementBoxes, found: StatementBoxes) -> str:
    """Name the boxes that differ."""
    return ", ".join(
        f"{french} {euros(getattr(said, box))} au lieu de {euros(getattr(found, box))}"
        for box, french in _BOXES.items()
        if getattr(said, box) != getattr(found, box)
    )


def _finding(position: int, coop_id: UUID | None, sentence: str) -> AuditFinding:
    return AuditFinding(FindingKind.CLOSING, position, f"Événement {position}\u00a0: {sentence}.", coop_id)
