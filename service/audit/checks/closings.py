"""The closings in the log: the hash of the chain that each printed, and its figures, against the log at its position.

A closing is a head that the log holds of itself: a forger who changes an event and chains all that follows anew would
have to change every later closing as well, and the papers that bear it (ADR 34).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, LiteralString, NamedTuple
from uuid import UUID

from adapters.log.chain import genesis, hash_at
from domain.calendar import fiscal_year
from domain.closings.cut_off import cut_off
from domain.closings.figures import figures_of
from domain.closings.periods import Period, PeriodKind
from domain.closings.totals import AccountTotals, TotalsAt
from domain.errors import LedgerError
from domain.events.base import Event, StatementBoxes
from domain.events.closings.cut_off import DeferredIncomeReleased, IncomeDeferred
from domain.events.closings.period import PeriodClosed
from domain.money import euros
from service.audit.findings import AuditFinding, FindingKind
from service.audit.session import ASSOCIATION_EVENTS, Audit

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
_SUMS: Final = {
    "blocked": "fonds contestés",
    "receipts": "origine des encaissements",
    "disbursements": "origine des décaissements",
    "year_to_date": "cumul de l’exercice",
    "perpetual": "cumul perpétuel",
}
# One row an event, as its legs move the account; payouts are transfers, what else comes in is a receipt (S-155…S-159).
_FOUND: Final[LiteralString] = """
SELECT coalesce(sum(moved) FILTER (WHERE period < %(first)s), 0)::bigint,
       coalesce(sum(greatest(moved, 0)) FILTER (WHERE period >= %(first)s AND NOT payout), 0)::bigint,
       coalesce(sum(greatest(-moved, 0)) FILTER (WHERE period >= %(first)s AND NOT payout), 0)::bigint,
       coalesce(sum(-moved) FILTER (WHERE period >= %(first)s AND payout), 0)::bigint,
       coalesce(sum(moved), 0)::bigint
FROM (
    SELECT min(period) AS period, min(topic) LIKE 'coop.payout!_%%' ESCAPE '!' AS payout, sum(debit - credit) AS moved
    FROM journal
    WHERE coop_id = %(coop)s AND account IN ('online', 'online_blocked') AND period <= %(last)s
      AND position <= %(position)s
    GROUP BY position
) AS events
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
    totals: dict[UUID | None, _Totals] = {}
    association, carried = audit.association(), _Carried(audit)
    for position, coop_id, event in audit.of_kind(PeriodClosed):
        said = stated(event)
        audit.examined["closings"] += 1
        if not 0 <= said.position < position:
            yield _finding(position, coop_id, f"{said.name} dit s’arrêter à l’événement {said.position}")
            continue
        printed = hash_at(audit.log, audit.place.slug, said.position) if said.position else _genesis(audit)
        if printed.hex() != said.chain_head:
            sentence = f"{said.name} porte une empreinte qui n’est pas celle du registre à l’événement {said.position}"
            yield _finding(position, coop_id, sentence)
        found = _found(audit, coop_id, said)
        if differing := _differing(said.boxes, found):
            yield _finding(position, coop_id, f"{said.name} ne dit pas ce que dit le registre\u00a0: {differing}")
        at = totals.setdefault(coop_id, _Totals(audit, coop_id)).at(event)
        if contradicted := _contradicted(event, at):
            yield _finding(
                position, coop_id, f"{said.name} porte d’autres sommes que le registre\u00a0: {contradicted}"
            )
        since = association.deferring_since(fiscal_year(event.last_day))
        if carried.behind(position, coop_id) != _asked(event, at, since):
            sentence = f"{said.name} n’est pas suivie des produits constatés d’avance que le registre demande"
            yield _finding(position, coop_id, sentence)
    for position, coop_id in carried.left():
        sentence = "une écriture de produits constatés d’avance ne suit la clôture d’aucun exercice"
        yield _finding(position, coop_id, sentence)


class _Totals:
    """The running totals of one coop, folded from its events once while its closings are looked at in their order."""

    def __init__(self, audit: Audit, coop_id: UUID | None) -> None:
        self._facts = iter(()) if coop_id is None else audit.coop_events(coop_id, audit.end)
        self._next = next(self._facts, None)
        self._totals = AccountTotals()

    def at(self, event: PeriodClosed) -> TotalsAt:
        """Fold on to the position that a closing names; one that goes back behind an earlier one has other sums."""
        while self._next is not None and self._next.position <= event.up_to_position:
            self._totals.apply(self._next.stream_id, self._next.event)
            self._next = next(self._facts, None)
        return TotalsAt(event.up_to_position, event.chain_head, self._totals)


class _Carried:
    """The entries of cut-off in the log, each taken once, by the closing that it follows."""

    def __init__(self, audit: Audit) -> None:
        self._heard = {heard.position: heard for heard in audit.heard.values() if isinstance(heard.event, CARRIED)}

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


def _asked(event: PeriodClosed, at: TotalsAt, since: int | None) -> tuple[Event, ...]:
    """The entries that the closing of a year asks for, with its instant and actor; a month asks for none."""
    if event.kind != PeriodKind.YEAR:
        return ()
    return cut_off(at.totals.income, event.last_day, since=since, at=event.at, by=event.by)


def _contradicted(event: PeriodClosed, at: TotalsAt) -> str:
    """Name the sums of a closing, besides its boxes, that the events do not make."""
    try:
        period = Period.beginning(event.kind, event.first_day)
        figures = figures_of(period, at)
    except LedgerError as error:
        return error.code
    wrong = [french for field, french in _SUMS.items() if getattr(event, field) != getattr(figures, field)]
    if event.last_day != period.last_day:
        wrong.append("dernier jour")
    if event.held_elsewhere != at.totals.held_elsewhere(period.last_day):
        wrong.append("fonds d’autres plateformes")
    if event.papers_issued != at.totals.papers_issued(period.first_day, period.last_day):
        wrong.append("pièces émises")
    return ", ".join(wrong)


def _genesis(audit: Audit) -> bytes:
    """The hash of a log that holds nothing yet."""
    return genesis(audit.place.association_id)


def _found(audit: Audit, coop_id: UUID | None, said: Stated) -> StatementBoxes:
    """Fold what the log held, at the position of a closing, of its coop's account up to its last day."""
    asked = {"coop": coop_id, "first": said.first_day, "last": said.last_day, "position": said.position}
    sums = audit.replayed.execute(_FOUND, asked).fetchone() or (0, 0, 0, 0, 0)
    return StatementBoxes(**dict(zip(_BOXES, sums, strict=True)))


def _differing(said: StatementBoxes, found: StatementBoxes) -> str:
    """Name the boxes that differ."""
    return ", ".join(
        f"{french} {euros(getattr(said, box))} au lieu de {euros(getattr(found, box))}"
        for box, french in _BOXES.items()
        if getattr(said, box) != getattr(found, box)
    )


def _finding(position: int, coop_id: UUID | None, sentence: str) -> AuditFinding:
    return AuditFinding(FindingKind.CLOSING, position, f"Événement {position}\u00a0: {sentence}.", coop_id)
