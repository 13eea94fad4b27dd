"""What papers name: the coop, its classes, its bank accounts, as the log called them when a paper was asked for."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from domain.calendar import paris_date
from domain.errors import LedgerCorrupt
from domain.events.bank import BankAccountRegistered
from domain.events.base import Event, SchoolClass
from domain.events.coop import CoopDetails, CoopDetailsChanged, CoopRegistered, SchoolClassesDefined
from domain.events.payout import PayoutRequested
from domain.papers.drafts import CoopFacts, PayoutFacts
from domain.texts.identification import identification_line

_NAMING: Final = frozenset({CoopRegistered, CoopDetailsChanged, SchoolClassesDefined, BankAccountRegistered})


class CoopNames:
    """The names of one coop up to a position of the log."""

    def __init__(self, association: str) -> None:
        """Begin before the coop; ``association`` is the name that affiliates it."""
        self._association = association
        self._details: CoopDetails | None = None
        self._demo = False
        self._labels: dict[int, tuple[SchoolClass, ...]] = {}
        self._ibans: dict[UUID, str] = {}

    def note(self, event: Event) -> None:
        """Remember what an event calls something; most call nothing."""
        if type(event) not in _NAMING:
            return
        if isinstance(event, CoopRegistered):
            self._details, self._demo = event.details, event.demo
        elif isinstance(event, CoopDetailsChanged):
            self._details = event.details
        elif isinstance(event, SchoolClassesDefined):
            self._labels[event.school_year] = event.classes
        elif isinstance(event, BankAccountRegistered):
            self._ibans[event.bank_account_id] = event.iban_masked

    def labels(self, school_year: int) -> tuple[SchoolClass, ...]:
        """Return the coop's list of classes of a school year, in its order."""
        return self._labels.get(school_year, ())

    def payout(self, asked: PayoutRequested) -> PayoutFacts:
        """Return what papers say of a payout."""
        return PayoutFacts(
            payout_id=asked.payout_id,
            cents=asked.cents,
            iban=self._ibans.get(asked.bank_account_id, ""),
            asked_on=paris_date(asked.at),
        )

    def coop(self) -> CoopFacts:
        """Return the coop as it is called now.

        Raises:
            LedgerCorrupt: the log did not begin with its registration.

        """
        details = self._details
        if details is None:
            raise LedgerCorrupt(coop=None)
        line = identification_line(details.school, details.town, details.affiliation_number, self._association)
        return CoopFacts(
            name=details.name, affiliation_number=details.affiliation_number, identification=line, demo=self._demo
        )
