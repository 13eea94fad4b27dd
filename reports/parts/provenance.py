"""Where the figures of a report come from: whose, over which period, by which clock, up to which event.

Every format prints it (ledger.md « Proof »): the PDF on each page and in full at its end, the workbook on a sheet
« Preuve » and in the footer of each printed page, the JSON under ``provenance``, the CSV on its first line and in
the companion file ``<name>.provenance.json``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain.calendar import french_moment
from domain.money import NBSP
from projections.catalogue import MODELS
from projections.directory import CoopRow

PAID_CLOCK: Final = "date de paiement, heure de Paris"
"""The clock of statements: the provider's instant of payment, in Europe/Paris (ledger.md « Clocks »)."""
DEMO: Final = "DONNÉES DE DÉMONSTRATION"
"""What every page of a demonstration says."""
_FIRST: Final = 1


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """The proof a report carries; instants in UTC, positions in the ledger's log, digests in hexadecimal.

    ``identification`` is the coop's regulated line (S-56). The builders of reports set ``period``, in French.
    ``checkpoint`` is the signed checkpoint that covers the events: its size and its root. ``verify_at`` is the
    address of the page that checks the report; the PDF shows it as a QR code.
    """

    coop_name: str
    affiliation_number: str
    identification: str
    first_position: int
    last_position: int
    chain_head: str
    projections: tuple[tuple[str, int], ...]
    produced_at: datetime
    demo: bool
    period: str = ""
    clock: str = PAID_CLOCK
    checkpoint: tuple[int, str] | None = None
    verify_at: str = ""

    def over(self, period: str) -> Provenance:
        """Return the same proof for a period named in French."""
        return replace(self, period=period)

    @property
    def coop(self) -> str:
        """The coop as headers name it, with its affiliation number; several coops together have none."""
        return f"{self.coop_name} – N°{NBSP}{self.affiliation_number}" if self.affiliation_number else self.coop_name

    @property
    def events(self) -> str:
        """The range of events read, in French."""
        return f"événements {self.first_position} à {self.last_position}"

    @property
    def produced(self) -> str:
        """When the report was made, in Paris time."""
        return french_moment(self.produced_at, two_digits=True)

    def whose(self) -> tuple[tuple[str, str], ...]:
        """Whose figures these are, over which period and by which clock: pairs of a French label and its value."""
        return (
            ("Coopérative", self.coop),
            ("Identification", self.identification),
            ("Période", self.period),
            ("Dates retenues", self.clock),
            *([("Nature", DEMO)] if self.demo else []),
        )

    def proof(self) -> tuple[tuple[str, str], ...]:
        """What proves the figures: pairs of a French label and its value."""
        versions = ", ".join(f"{name} {version}" for name, version in self.projections)
        optional: list[tuple[str, str]] = []
        if self.checkpoint is not None:
            size, root = self.checkpoint
            optional += [("Point de contrôle signé", f"{size} événements"), ("Empreinte du point de contrôle", root)]
        if self.verify_at:
            optional.append(("Vérifier", self.verify_at))
        return (
            ("Premier événement du registre", str(self.first_position)),
            ("Dernier événement du registre", str(self.last_position)),
            ("Empreinte du registre", self.chain_head),
            ("Versions des calculs", versions),
            ("Produit le", self.produced),
            *optional,
        )

    def lines(self) -> tuple[tuple[str, str], ...]:
        """All lines, as label and text: whose figures they are, and what proves them."""
        return self.whose() + self.proof()

    def as_json(self) -> dict[str, object]:
        """The whole proof as JSON values, for programs."""
        size, root = self.checkpoint or (None, None)
        return {
            "coop_name": self.coop_name,
            "affiliation_number": self.affiliation_number,
            "identification": self.identification,
            "period": self.period,
            "clock": self.clock,
            "first_position": self.first_position,
            "last_position": self.last_position,
            "chain_head": self.chain_head,
            "checkpoint_size": size,
            "checkpoint_root": root,
            "projections": dict(self.projections),
            "produced_at": self.produced_at.isoformat(),
            "demo": self.demo,
            "verify_at": self.verify_at,
        }


def coop_provenance(
    coop: CoopRow, association: str, last: int, head: bytes, produced_at: datetime, verify_at: str = ""
) -> Provenance:
    """Return the proof of a coop's report: ``last`` is the snapshot's last event, ``head`` the chain's hash there."""
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
