"""How each class of a collection stands, for colleagues: how many take part, what was received, no name (S-165).

Classes of few families are counted together by the caller (ADR 63).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from domain.calendar import french_date, paris_date
from reports.parts.provenance import Provenance
from reports.parts.report import Column, Kind, Report, Table, TableCells, slug

_NOTE: Final = (
    "Solde\u00a0: ce qui est reçu, moins ce qui est remboursé, repris ou impayé. Une contribution est "
    "volontaire\u00a0: ce tableau ne dit pas qui a donné, ni qui n’a pas donné."
)


class ClassState(NamedTuple):
    """A class, or some that are shown as one: children who take part, and signed cents."""

    label: str
    participants: int
    cents: int


def class_state_report(
    provenance: Provenance, title: str, givers: str, rows: Sequence[ClassState], whole: ClassState, threshold: int
) -> Report:
    """Lay the classes out with the school as a whole; ``givers`` is what the network calls who takes part.

    The rows may leave classes out: the school's figures are given, not added up.
    """
    columns = (Column("Classe"), Column(givers.capitalize(), Kind.COUNT), Column("Solde", Kind.CENTS))
    lines = [(row.label, row.participants, row.cents) for row in (*rows, whole)]
    few = (
        f"Une classe de moins de {threshold} familles, ou dont le chiffre en ferait deviner une autre, est comptée "
        "avec d’autres, ou dans le total seulement."
    )
    return Report(
        name=f"etat-par-classe-{slug(title)[:40]}",
        title="État par classe",
        subtitle=title,
        provenance=provenance.over(f"au {french_date(paris_date(provenance.produced_at))}"),
        tables=(Table(name="classes", title="Par classe", columns=columns, cells=TableCells(columns, lines)),),
        notes=(_NOTE, few),
    )
