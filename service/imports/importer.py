"""Importing a payments file: read, plan, try on a copy of the campaign, seal the people, record all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import msgspec

from adapters.fields import FRANCE
from adapters.imports import LineError, Means, ParsedFile, PaymentRow, parse_payments
from adapters.imports.rows import MAX_BYTES
from adapters.log.batch import Submission
from adapters.log.ledger import Ledger
from adapters.people_vault import NewPerson, PeopleVault, PersonKind, Purpose, retention_end
from adapters.processes import Limits, processes
from domain.calendar import fiscal_year_bounds, french_date, paris_date
from domain.campaign.state import Campaign
from domain.coop.state import Coop
from domain.errors import LedgerError, NotFound, StaleVersion
from domain.funds import funds_of
from domain.vocabulary.platforms import Platform
from service.imports.import_plan import Author, ImportPlan, ImportRun, PlannedContribution, make_plan
from service.imports.report import Ending, ImportReport, class_totals
from service.imports.row_ids import SECRET_NAME, Identifiers, paid_day
from service.people import CommandPeople

Progress = Callable[[int, int], None]
"""Called with how many contributions of how many are sealed; the last call comes when all are recorded."""

WORKBOOK: Final = Limits(seconds=180, cpu_seconds=120, memory=2 << 30)
"""What reading a file of payments may take: 50,000 lines of a workbook take some tens of seconds."""
_ATTEMPTS: Final = 5
_CHUNK: Final = 500
_NOTHING: Final = ImportPlan((), (), ())


def _silent(_done: int, _total: int) -> None:
    """Report no progress."""


def import_payments(  # noqa: PLR0913 (the command line and the pages give each of these by its name)
    ledger: Ledger,
    vault: PeopleVault,
    campaign_id: UUID,
    source: Path | bytes,
    *,
    by: str,
    at: datetime,
    scope: UUID | None = None,
    phone_region: str = FRANCE,
    skip_errors: bool = False,
    dry_run: bool = False,
    progress: Progress = _silent,
) -> ImportReport:
    """Take over the payments of a file of another platform (S-164…S-167); the same file again changes nothing.

    A refused line stops the whole file unless ``skip_errors``; a ``dry_run`` records nothing. ``scope`` keeps a
    mandate holder to one coop. A class must be on the coop's list, where it has one; telephones are dialled as in
    ``phone_region``. Blocks until everything is stored.

    Raises:
        FileRefused: the file as a whole cannot be read.
        LimitExceeded: reading it takes more time or memory than a file of payments needs.
        LedgerError: the campaign does not accept it; nothing was recorded.

    """
    importing = _Import(ledger, vault, campaign_id, Author(by, at, scope))
    classes, first_day = importing.bounds()
    parsed = processes().run(WORKBOOK, parse_payments, _read(source), phone_region, classes)
    rows, refused = _sort(parsed, first_day, paris_date(at))
    if refused and not skip_errors:
        return _report(parsed, _NOTHING, refused, Ending.STOPPED)
    run = ImportRun(uuid4(), Platform(parsed.kind.value))
    if dry_run:
        return _report(parsed, importing.attempt(rows, run).plan, refused, Ending.TRIAL)
    return _report(parsed, importing.carry_out(rows, run, progress), refused, Ending.WRITTEN, run.import_id)


class _Trial(NamedTuple):
    """A plan that a copy of the campaign accepted, and what that copy says of its coop and its school year."""

    plan: ImportPlan
    coop_id: UUID
    children_until: date


class _Import:
    """One import into one campaign."""

    def __init__(self, ledger: Ledger, vault: PeopleVault, campaign_id: UUID, author: Author) -> None:
        self._ledger = ledger
        self._vault = vault
        self._campaign_id = campaign_id
        self._author = author
        self._ids = Identifiers(vault.secret(SECRET_NAME), campaign_id)

    def bounds(self) -> tuple[tuple[str, ...], date]:
        """Return the coop's classes of the campaign's school year (none without a list), and its earliest day."""
        campaign, coop = self._load()
        return coop.classes.get(campaign.school_year, ()), campaign.first_external_day

    def attempt(self, rows: Sequence[PaymentRow], run: ImportRun) -> _Trial:
        """Work out what is new and decide it on a throw-away copy of the campaign.

        Whatever the campaign refuses is refused here, before anyone is put in the vault. Each command is bound to
        the version it was tried on: two overlapping imports at once must not take the same money twice.
        """
        campaign, coop = self._load()
        plan = make_plan(rows, campaign, self._ids, self._author, run)
        funds = funds_of(recorded.event for recorded in self._ledger.store.coop_events(coop.id))
        tried = []
        for planned in plan.contributions:
            command = msgspec.structs.replace(
                planned.command, expected_version=campaign.version, known_classes=coop.classes
            )
            for event in command.decide_with_funds(campaign, funds):
                campaign.evolve(event)
                funds.apply(event)
            tried.append(planned._replace(command=command))
        first_day, _ = fiscal_year_bounds(campaign.school_year)
        return _Trial(plan._replace(contributions=tuple(tried)), coop.id, retention_end(Purpose.CLASS_LIFE, first_day))

    def _load(self) -> tuple[Campaign, Coop]:
        """Return the campaign and its coop as they are now.

        Raises:
            NotFound: unknown, or of another scope.

        """
        campaign = self._ledger.store.load(Campaign, self._campaign_id)
        if campaign.coop_id is None or self._author.scope not in (None, campaign.coop_id):
            raise NotFound(campaign=self._campaign_id)
        return campaign, self._ledger.store.load(Coop, campaign.coop_id)

    def carry_out(
        self, rows: Sequence[PaymentRow], run: ImportRun, progress: Progress, attempts: int = _ATTEMPTS
    ) -> ImportPlan:
        """Put the people in the vault, then record the contributions in one unit, all or nothing.

        When someone else wrote to the campaign meanwhile, what is new is worked out again.
        """
        people = CommandPeople(self._vault)
        try:
            trial = self.attempt(rows, run)
            plan = self._record(trial.plan, self._seal(trial, people, progress))
        except LedgerError as refusal:
            people.settle(refusal)
            if attempts > 1 and isinstance(refusal, StaleVersion):
                return self.carry_out(rows, run, progress, attempts - 1)
            raise
        people.confirm()
        progress(len(plan.contributions), len(plan.contributions))
        return plan

    def _seal(self, trial: _Trial, people: CommandPeople, progress: Progress) -> dict[UUID, str]:
        """Put payers and children in the vault and return the commitments; those already there stay as they are."""
        contributions = trial.plan.contributions
        commitments: dict[UUID, str] = {}
        for begin in range(0, len(contributions), _CHUNK):
            chunk = contributions[begin : begin + _CHUNK]
            commitments |= people.put_many(new for planned in chunk for new in _people(planned, trial))
            progress(begin, len(contributions))
        return commitments

    def _record(self, plan: ImportPlan, commitments: Mapping[UUID, str]) -> ImportPlan:
        """Record the contributions, each under its own key; what another import just recorded is there already."""
        asks = [self._ask(planned, commitments[planned.command.payer_id]) for planned in plan.contributions]
        if not asks:
            return plan
        outcomes = self._ledger.bus.submit_together(asks).result()
        sorted_ = list(zip(plan.contributions, outcomes, strict=True))
        return plan._replace(
            contributions=tuple(planned for planned, outcome in sorted_ if not outcome.replayed),
            already=(*plan.already, *(row for planned, outcome in sorted_ if outcome.replayed for row in planned.rows)),
        )

    def _ask(self, planned: PlannedContribution, commitment: str) -> Submission:
        """A contribution as the bus takes it; its fingerprint is what was paid for whom, not who imports it when."""
        command = msgspec.structs.replace(planned.command, commitment=commitment)
        paid = (f"{child.participant_id}:{child.cents}" for child in command.children)
        return Submission(command, planned.key, self._ids.digest("fingerprint", *paid))


def _people(planned: PlannedContribution, trial: _Trial) -> Iterator[NewPerson]:
    """The payer of a contribution, kept like the accounts, and its children, kept for the school year and one more."""
    payer_until = retention_end(Purpose.ACCOUNTING, paid_day(planned.rows[0]))
    yield NewPerson(
        planned.command.payer_id, trial.coop_id, Purpose.ACCOUNTING, payer_until, planned.payer, PersonKind.PAYER
    )
    for participant_id, child in planned.children.items():
        yield NewPerson(
            participant_id, trial.coop_id, Purpose.CLASS_LIFE, trial.children_until, child, PersonKind.CHILD
        )


def _read(source: Path | bytes) -> bytes:
    """Read a file, no further than one byte above what the parser accepts."""
    if isinstance(source, bytes):
        return source
    with source.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _sort(parsed: ParsedFile, first_day: date, today: date) -> tuple[list[PaymentRow], tuple[LineError, ...]]:
    """Set apart the rows that cannot be taken over; all refused lines come in the order of the file."""
    refusals = [(row, _refusal(row, first_day, today)) for row in parsed.rows]
    accepted = [row for row, refusal in refusals if refusal is None]
    refused = [*parsed.errors, *(refusal for _, refusal in refusals if refusal is not None)]
    return accepted, tuple(sorted(refused, key=lambda error: error.line))


def _refusal(row: PaymentRow, first_day: date, today: date) -> LineError | None:
    """Say why a readable row cannot become a contribution: other means than card or cash, or an impossible day."""
    if row.means not in (Means.CARD, Means.CASH):
        french = "seuls les paiements par carte et en espèces sont repris"
        return LineError(row.line, "Moyen de paiement", "means-not-imported", french)
    if paid_day(row) > today:
        return LineError(row.line, "Date de paiement", "date-to-come", "date de paiement dans le futur")
    if paid_day(row) < first_day:
        french = f"date de paiement antérieure au {french_date(first_day)}"
        return LineError(row.line, "Date de paiement", "date-too-old", french)
    return None


def _report(
    parsed: ParsedFile,
    plan: ImportPlan,
    refused: tuple[LineError, ...],
    ending: Ending,
    import_id: UUID | None = None,
) -> ImportReport:
    """Say what was, or would be, done with each line; ``import_id`` names what was recorded."""
    taken = [row for planned in plan.contributions for row in planned.rows]
    external_cents = sum(row.cents for row in taken if row.means is not Means.CASH)
    notes = (*parsed.errors, *parsed.ignored)
    return ImportReport(
        kind=parsed.kind,
        ending=ending,
        lines=len({*(row.line for row in parsed.rows), *(note.line for note in notes)}),
        imported=len(taken),
        contributions=len(plan.contributions),
        already_there=len(plan.already),
        classes=class_totals((row.class_code, row.cents) for row in taken),
        refused=refused,
        ignored=parsed.ignored,
        reclassed=plan.reclassed,
        unread_columns=parsed.unread_columns,
        import_id=import_id if external_cents else None,
        external_cents=external_cents,
    )
