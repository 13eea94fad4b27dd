"""The ledgers against the payment provider's own movements: control totals of every account, and all that differs.

It covers the whole installation: the platform's account is one for all associations. Amounts in cents, days in Paris.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from domain.calendar import french_moment, paris_date
from domain.reconciliation.breaks import Break, BreakState
from domain.reconciliation.expected import Direction
from domain.reconciliation.matching import MatchState
from domain.reconciliation.run import CheckedAccount, Reconciliation
from reports.parts.provenance import Provenance
from reports.parts.report import Column, Figure, Kind, Report, Table, TableCells, Value

_ACCOUNTS: Final = (
    Column("Compte"),
    Column("Solde prestataire", Kind.CENTS, summed=True),
    Column("Somme des mouvements", Kind.CENTS, summed=True),
    Column("Solde du registre", Kind.CENTS, summed=True),
    Column("Différence", Kind.CENTS, summed=True),
    Column("En cours", Kind.CENTS, summed=True, quiet=True),
    Column("Écarts", Kind.CENTS, summed=True, quiet=True),
    Column("Inexpliqué", Kind.CENTS, summed=True, quiet=True),
    Column("Mouvements lus", Kind.COUNT, summed=True),
    Column("Nouveaux", Kind.COUNT, summed=True),
    Column("Lecture"),
    Column("Contrôle"),
)
_BREAKS: Final = (
    Column("Compte"),
    Column("Objet"),
    Column("Sens"),
    Column("Écart"),
    Column("Nature"),
    Column("Registre", Kind.CENTS, summed=True),
    Column("Prestataire", Kind.CENTS, summed=True),
    Column("Différence", Kind.CENTS, summed=True),
    Column("Date du mouvement", Kind.DATE),
    Column("Vu depuis", Kind.DATE),
    Column("Âge en jours", Kind.COUNT),
    Column("État"),
)
_LEDGERS: Final = (Column("Association"), Column("Dernier événement", Kind.COUNT), Column("Empreinte du registre"))
_WAYS: Final = {Direction.IN: "entrée", Direction.OUT: "sortie"}
_KINDS: Final = {
    MatchState.LEDGER_ONLY: "registre seul",
    MatchState.PROVIDER_ONLY: "prestataire seul",
    MatchState.AMOUNT_DIFFERS: "montants différents",
}
_STATES: Final = {BreakState.NEW: "nouveau", BreakState.PERSISTING: "persistant", BreakState.RESOLVED: "résolu"}
_WHOLE: Final = "entière"
_BALANCE: Final = "solde seul"
_UNREAD: Final = "non lu\u00a0: inconnu du prestataire"


class LedgerHead(NamedTuple):
    """How far a ledger was when it was compared: its last position and its chain hash in hexadecimal."""

    slug: str
    position: int
    chain_head: str


def provider_reconciliation(
    outcome: Reconciliation, whose: Mapping[str, str], heads: Sequence[LedgerHead], *, demo: bool
) -> Report:
    """Make the report of a reconciliation run; ``whose`` names the owner of each account."""
    open_ = [one for one in outcome.breaks if one.state is not BreakState.RESOLVED]
    accounts = _accounts(outcome, whose)
    return Report(
        name=f"rapprochement-prestataire-{paris_date(outcome.at):%Y-%m-%d}",
        title="Rapprochement avec le prestataire de paiement",
        subtitle="Conforme" if outcome.sound else "À examiner",
        provenance=_provenance(outcome.at, heads, demo=demo),
        tables=(accounts, _breaks(outcome, whose), _ledgers(heads)),
        figures=(
            Figure("Comptes lus", len(outcome.accounts), Kind.COUNT),
            Figure("dont par leur solde seul", outcome.by_balance, Kind.COUNT),
            Figure("Comptes non lus", len(outcome.unread), Kind.COUNT),
            Figure("Écarts ouverts", len(open_), Kind.COUNT),
            Figure("dont persistants", len(outcome.persisting), Kind.COUNT),
            Figure("Mouvements mis en attente d’explication", outcome.booked, Kind.COUNT),
            Figure("Différence inexpliquée", accounts.sum_of("Inexpliqué")),
        ),
        notes=(
            "Un mouvement connu d’un seul côté depuis moins de 30 minutes est en cours, non un écart.",
            "Un compte où rien n’a bougé est comparé chaque jour par son solde, et lu en entier chaque semaine.",
            "Un écart est persistant dès qu’un second relevé le revoit\u00a0; un centime est un écart.",
        ),
        landscape=True,
    )


def _accounts(outcome: Reconciliation, whose: Mapping[str, str]) -> Table:
    lines: list[tuple[Value, ...]] = []
    for checked in outcome.accounts:
        run, whole = checked.run, checked.run.totals
        lines.append(
            (
                *(whose.get(run.account, run.account), whole.balance, whole.movements, whole.ledger),
                *(whole.difference, whole.in_flight, whole.breaks, whole.unexplained if run.steady else 0),
                *(run.found, run.fresh, _WHOLE if run.whole else _BALANCE, _control(checked)),
            )
        )
    lines += [(whose.get(account, account), *([0] * 9), "", _UNREAD) for account in outcome.unread]
    return Table(name="comptes", title="Contrôle des comptes", columns=_ACCOUNTS, cells=TableCells(_ACCOUNTS, lines))


def _control(checked: CheckedAccount) -> str:
    if not checked.holds:
        return "mouvement manquant"
    return "conforme" if checked.run.steady else "solde en mouvement"


def _breaks(outcome: Reconciliation, whose: Mapping[str, str]) -> Table:
    rows = sorted(outcome.breaks, key=lambda one: (one.state is BreakState.RESOLVED, one.first_seen, one.key))
    lines = [_break(one, whose, outcome.at) for one in rows]
    cells = TableCells(_BREAKS, lines)
    return Table(name="ecarts", title="Écarts", columns=_BREAKS, cells=cells, empty="Aucun écart.")


def _break(one: Break, whose: Mapping[str, str], now: datetime) -> tuple[Value, ...]:
    return (
        *(whose.get(one.key.account, one.key.account), one.key.object_id, _WAYS[one.key.way], _KINDS[one.kind]),
        *(one.what, one.ledger_cents, one.provider_cents, one.provider_cents - one.ledger_cents),
        *(paris_date(one.moved_at), paris_date(one.first_seen), one.age(now).days, _STATES[one.state]),
    )


def _ledgers(heads: Sequence[LedgerHead]) -> Table:
    return Table(name="registres", title="Registres comparés", columns=_LEDGERS, cells=TableCells(_LEDGERS, heads))


def _provenance(at: datetime, heads: Sequence[LedgerHead], *, demo: bool) -> Provenance:
    """The proof over all ledgers: how many events they hold together, and the digest of their heads."""
    told = "\n".join(f"{head.slug} {head.position} {head.chain_head}" for head in heads)
    return Provenance(
        coop_name="Toutes les coopératives de l’installation",
        affiliation_number="",
        identification="",
        first_position=1,
        last_position=sum(head.position for head in heads),
        chain_head=hashlib.sha256(told.encode()).hexdigest(),
        projections=(),
        produced_at=at,
        demo=demo,
        period=f"relevé du {french_moment(at, two_digits=True)}",
        clock="date du prestataire, heure de Paris",
    )
