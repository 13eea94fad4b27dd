"""The proof of a document: the coop it is of, the last event it knows and the read models it was made from."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from projections.catalogue import MODELS
from projections.directory import CoopRow
from reports.parts.provenance import Provenance

_FIRST: Final = 1


def provenance_of(
    coop: CoopRow, association: str, last: int, head: bytes, produced_at: datetime, verify_at: str = ""
) -> Provenance:
    """Return the proof of a coop's document: ``last`` is the snapshot's last event, ``head`` the chain's hash there."""
    return Provenance(
        coop_name=coop.name,
        affiliation_number=coop.affiliation_number,
        identification=coop.identification(association),
        first_position=_FIRST,
        last_position=last,
        chain_head=head.hex(),
        projections=tuple((model.name, model.version) for model in MODELS),
        produced_at=produced_at,
        demo=coop.demo,
        verify_at=verify_at,
    )
