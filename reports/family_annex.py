"""The annex by family of a campaign's voucher: nominative, restricted, made anew each time from what the vault knows.

It is no part of an issued paper, and outside the promise that papers stay the same: who was forgotten is not named,
but for who paid, to a reader for whom the accounting archive was opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID

from projections.contributions import NOTHING_DUE, ContributionRow
from projections.participants import ParticipantRow
from reports.parts.report import Column, Kind, Report, Table, TableCells
from reports.parts.wording import ERASED_FAMILY, ERASED_NAME, payment_reference
from reports.payments_table import PersonNames

_FAMILIES: Final = (
    Column("N° de commande"),
    Column("Payeur"),
    Column("Participant"),
    Column("Classe"),
    Column("Dû", Kind.CENTS, summed=True),
    Column("Reçu", Kind.CENTS, summed=True),
    Column("Remboursé", Kind.CENTS, summed=True, quiet=True),
    Column("Impayé", Kind.CENTS, summed=True, quiet=True),
    Column("Dû aux familles", Kind.CENTS, summed=True, quiet=True),
    Column("Conservé", Kind.CENTS, summed=True),
)
_RESTRICTED: Final = "L’annexe par famille est nominative\u00a0: diffusion réservée aux vérificateurs des comptes."
_ARCHIVED: Final = (
    "Le nom des payeurs effacés vient de l’archive comptable, ouverte pour qui répond des comptes\u00a0: "
    "cette lecture est enregistrée."
)


class FamilyAnnex(NamedTuple):
    """The contributions and children of a campaign, how classes are shown, and the names the caller may show.

    ``archived`` are names of payers who were forgotten, by contribution, from the accounting archive.
    """

    contributions: Sequence[ContributionRow]
    participants: Sequence[ParticipantRow]
    labels: Mapping[str, str]
    names: Mapping[UUID, PersonNames]
    archived: Mapping[UUID, PersonNames] = MappingProxyType({})


def with_families(report: Report, annex: FamilyAnnex) -> Report:
    """Return a voucher with its annex: one row for each child of a basket that was paid, or of nothing."""
    return replace(
        report,
        name=f"{report.name}-familles",
        title=f"{report.title}, avec l’annexe par famille",
        tables=(*report.tables, _families(annex)),
        notes=(*report.notes, _RESTRICTED, *((_ARCHIVED,) if annex.archived else ())),
        restricted=True,
    )


def _families(annex: FamilyAnnex) -> Table:
    payers = {
        row.contribution_id: row.payer_id
        for row in annex.contributions
        if row.paid_at is not None or row.status == NOTHING_DUE
    }
    lines = [
        (
            *(payment_reference(child.contribution_id), _payer(annex, child, payers[child.contribution_id])),
            *(_child(annex, child), annex.labels.get(child.class_code, child.class_code)),
            *(child.due, child.paid, child.refunded, child.lost, child.owed, child.held),
        )
        for child in annex.participants
        if child.contribution_id in payers
    ]
    made = TableCells(_FAMILIES, lines)
    return Table(name="familles", title="Annexe restreinte par famille", columns=_FAMILIES, cells=made, apart=True)


def _payer(annex: FamilyAnnex, child: ParticipantRow, payer_id: UUID) -> str:
    payer = annex.names.get(payer_id) or annex.archived.get(child.contribution_id)
    return ERASED_FAMILY if payer is None else payer.full


def _child(annex: FamilyAnnex, child: ParticipantRow) -> str:
    person = annex.names.get(child.participant_id)
    return ERASED_NAME if person is None else person.full
