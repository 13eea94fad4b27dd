"""Importing a payments file: read, plan, try on a copy of the campaign, seal the people, record all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, TypeVar
from uuid import UUID, uuid4

import msgspec

from adapters.fields import FRANCE
from adapters.imports import FileKind, LineError, Means, ParsedFile, PaymentRow
from adapters.log.batch import Submission
from adapters.log.bus.submission import submission
from adapters.log.ledger import Ledger
from adapters.people_vault import NewPerson, PeopleVault, PersonKind, Purpose, retention_end
from domain.calendar import fiscal_year_bounds, paris_date
from domain.campaign.state import Campaign, CampaignCommand
from domain.coop.state import Coop
from domain.errors import LedgerError, NotFound, StaleVersion
from domain.events.base import Event
from domain.events.contribution import ContributionPlaced
from domain.funds import CoopFunds, funds_of
from domain.vocabulary.orders import order_number
from domain.vocabulary.platforms import Platform
from service.imports.decisions import NO_DECISIONS, DecisionCommand, Decisions, fitting
from service.imports.import_plan import Asking, Author, ImportPlan, ImportRun, PlannedContribution, make_plan
from service.imports.reading import Bounds, read_file, sort, without_lines
from service.imports.report import Ending, ImportReport, class_totals
from service.imports.row_ids import SECRET_NAME, Identifiers, paid_day
from service.people import CommandPeople

C = TypeVar("C", bound=DecisionCommand)
Progress = Callable[[int, int], None]
"""Called with how many contributions of how many are sealed; the last call comes when all are recorded."""

_ATTEMPTS: Final = 5
_CHUNK: Final = 500
_NOTHING: Final = ImportPlan((), (), ())
_PLATFORMS: Final = {
    FileKind.ASSOCONNECT: Platform.ASSOCONNECT,
    FileKind.HELLOASSO: Platform.HELLOASSO,
    FileKind.COOPLEDGER: Platform.OTHER,
}
"""Kind of file → who holds its money."""


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
    decisions: Decisions = NO_DECISIONS,
    progress: Progress = _silent,
) -> ImportReport:
    """Take over the payments of a file of another platform (S-164…S-167); the same file again changes nothing.

    A refused line stops the whole file unless ``skip_errors``; a ``dry_run`` records nothing. What the file says
    otherwise of money that is held is told, and recorded only where ``decisions`` say so, by line. ``scope`` keeps a
    mandate holder to one coop. A class must be on the coop's list, where it has one; telephones are dialled as in
    ``phone_region``. Blocks until everything is stored.

    Raises:
        FileRefused: the file as a whole cannot be read.
        LimitExceeded: reading it takes more time or memory than a file of payments needs.
        DecisionUnfit: a decision about a line that says nothing of the kind.
        LedgerError: the campaign does not accept it; nothing was recorded.

    """
    importing = _Import(ledger, vault, campaign_id, Author(by, at, scope))
    bounds = importing.bounds()
    parsed = read_file(source, phone_region, bounds)
    own = importing.own_lines(parsed)
    parsed = without_lines(parsed, own.lines)
    rows, refused = sort(parsed, bounds.first_day, paris_date(at))
    asking, run = Asking(rows, parsed.mentions, decisions), ImportRun(uuid4(), _PLATFORMS[parsed.kind])
    mentioned = {mention.line for mention in parsed.mentions}
    if any(error.line in mentioned for error in refused):
        # What was given back of a payment is an error only where the payment is not held.
        compared = importing.plan(asking, run).compared_lines
        refused = tuple(error for error in refused if error.line not in compared)
    if refused and not skip_errors:
        return _report(parsed, own, _NOTHING, refused, Ending.STOPPED)
    if dry_run:
        return _report(parsed, own, importing.attempt(asking, run).plan, refused, Ending.TRIAL)
    return _report(parsed, own, importing.carry_out(asking, run, progress), refused, Ending.WRITTEN, run.import_id)


def asks_class(campaign: Campaign) -> bool:
    """Tell whether the form of a campaign asks for a class, so that a file must have one."""
    return any(field.name == "class" and field.state != "hidden" for field in campaign.fields)


class _Trial(NamedTuple):
    """A plan that a copy of the campaign accepted, and what that copy says of its coop and its school year."""

    plan: ImportPlan
    coop_id: UUID
    children_until: date


class _OwnLines(NamedTuple):
    """The lines of a file that are about orders of the coop itself, and how many of these its other campaigns hold.

    They are here already, whatever they say: the file is an export of ours.
    """

    lines: frozenset[int] = frozenset()
    of_other_campaigns: int = 0


class _Import:
    """One import into one campaign."""

    def __init__(self, ledger: Ledger, vault: PeopleVault, campaign_id: UUID, author: Author) -> None:
        self._ledger = ledger
        self._vault = vault
        self._campaign_id = campaign_id
        self._author = author
        self._ids = Identifiers(vault.secret(SECRET_NAME), campaign_id)

    def bounds(self) -> Bounds:
        """Return what the campaign takes; it has no classes where its coop has no list."""
        campaign, coop = self._load()
        classes = coop.classes.get(campaign.school_year, ())
        return Bounds(classes, campaign.first_external_day, asks_class(campaign))

    def own_lines(self, parsed: ParsedFile) -> _OwnLines:
        """Find the lines that are about orders of the coop itself."""
        if not parsed.orders:
            return _OwnLines()
        campaign, coop = self._load()
        own = _own_orders(recorded.event for recorded in self._ledger.store.coop_events(coop.id))
        here = {order_number(contribution_id) for contribution_id in campaign.contributions}
        found = {line: number for line, number in parsed.orders.items() if number in own}
        return _OwnLines(frozenset(found), sum(number not in here for number in found.values()))

    def plan(self, asking: Asking, run: ImportRun) -> ImportPlan:
        """Compare a file with what the campaign holds, and try nothing."""
        campaign, _ = self._load()
        return make_plan(asking, campaign, self._ids, self._author, run, self._vault.get_many)

    def attempt(self, asking: Asking, run: ImportRun) -> _Trial:
        """Work out what is new and decide it on a throw-away copy of the campaign.

        Whatever the campaign refuses is refused here, before anyone is put in the vault. Each command is bound to
        the version it was tried on: two overlapping imports at once must not take the same money twice.
        """
        _, coop = self._load()
        funds = funds_of(recorded.event for recorded in self._ledger.store.coop_events(coop.id))
        campaign, coop = self._load()  # after the funds: what they hold of it, the campaign must know
        plan = make_plan(asking, campaign, self._ids, self._author, run, self._vault.get_many)
        decided = tuple(_tried(command, campaign, funds) for command in plan.decided.commands)
        tried = tuple(
            planned._replace(
                command=_tried(msgspec.structs.replace(planned.command, known_classes=coop.classes), campaign, funds)
            )
            for planned in plan.contributions
        )
        afterwards = tuple(_tried(command, campaign, funds) for command in plan.decided.afterwards)
        first_day, _ = fiscal_year_bounds(campaign.school_year)
        settled = plan.decided._replace(commands=decided, afterwards=afterwards)
        plan = plan._replace(contributions=tried, decided=settled)
        return _Trial(plan, coop.id, retention_end(Purpose.CLASS_LIFE, first_day))

    def _load(self) -> tuple[Campaign, Coop]:
        """Return the campaign and its coop as they are now.

        Raises:
            NotFound: unknown, or of another scope.

        """
        campaign = self._ledger.store.load(Campaign, self._campaign_id)
        if campaign.coop_id is None or self._author.scope not in (None, campaign.coop_id):
            raise NotFound(campaign=self._campaign_id)
        return campaign, self._ledger.store.load(Coop, campaign.coop_id)

    def carry_out(self, asking: Asking, run: ImportRun, progress: Progress, attempts: int = _ATTEMPTS) -> ImportPlan:
        """Put the people in the vault, then record the contributions in one unit, all or nothing.

        When someone else wrote to the campaign meanwhile, what is new is worked out again.
        """
        people = CommandPeople(self._vault)
        try:
            trial = self.attempt(asking, run)
            plan = self._record(trial.plan, self._seal(trial, people, progress))
        except LedgerError as refusal:
            people.settle(refusal)
            if attempts > 1 and isinstance(refusal, StaleVersion):
                return self.carry_out(asking, run, progress, attempts - 1)
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
        """Record what was decided and the contributions, each under its own key, all or nothing.

        What another import just recorded is there already.
        """
        settled = [submission(command) for command in plan.decided.commands]
        asks = [self._ask(planned, commitments[planned.command.payer_id]) for planned in plan.contributions]
        if not settled and not asks:
            return plan
        afterwards = [submission(command) for command in plan.decided.afterwards]
        outcomes = self._ledger.bus.submit_together([*settled, *asks, *afterwards]).result()
        of_contributions = outcomes[len(settled) : len(settled) + len(asks)]
        sorted_ = list(zip(plan.contributions, of_contributions, strict=True))
        return plan._replace(
            contributions=tuple(planned for planned, outcome in sorted_ if not outcome.replayed),
            already=(*plan.already, *(row for planned, outcome in sorted_ if outcome.replayed for row in planned.rows)),
        )

    def _ask(self, planned: PlannedContribution, commitment: str) -> Submission:
        """A contribution as the bus takes it; its fingerprint is what was paid for whom, not who imports it when."""
        command = msgspec.structs.replace(planned.command, commitment=commitment)
        paid = (f"{child.participant_id}:{child.cents}" for child in command.children)
        return Submission(command, planned.key, self._ids.digest("fingerprint", *paid))


def _own_orders(events: Iterable[Event]) -> frozenset[str]:
    """The numbers of a coop's own orders: what its payments table tells of them is here already."""
    return frozenset(order_number(event.contribution_id) for event in events if isinstance(event, ContributionPlaced))


def _tried(command: C, campaign: Campaign, funds: CoopFunds) -> C:
    """Decide a command on a copy of the campaign, and bind it to the version that it was decided on."""
    bound = msgspec.structs.replace(command, expected_version=campaign.version)
    decide = bound.decide if isinstance(bound, CampaignCommand) else partial(bound.decide_with_funds, funds=funds)
    for event in decide(campaign):
        campaign.evolve(event)
        funds.apply(event)
    return bound


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


def _report(
    parsed: ParsedFile,
    own: _OwnLines,
    plan: ImportPlan,
    refused: tuple[LineError, ...],
    ending: Ending,
    import_id: UUID | None = None,
) -> ImportReport:
    """Say what was, or would be, done with each line; ``import_id`` names what was recorded."""
    taken = [row for planned in plan.contributions for row in planned.rows]
    external_cents = sum(row.cents for row in taken if row.means is not Means.CASH)
    told = {one.line for one in (*plan.differences, *plan.decided.settled)}
    notes = (*parsed.errors, *parsed.ignored)
    differences = [one for one in plan.differences if one.line or not parsed.errors]
    return ImportReport(
        kind=parsed.kind,
        platform=_PLATFORMS[parsed.kind],
        ending=ending,
        lines=len({*own.lines, *(row.line for row in parsed.rows), *(note.line for note in notes)}),
        imported=len(taken),
        contributions=len(plan.contributions),
        already_there=len(plan.already) + len(own.lines),
        of_other_campaigns=own.of_other_campaigns,
        classes=class_totals((row.class_code, row.cents) for row in taken),
        refused=refused,
        ignored=tuple(note for note in parsed.ignored if note.line not in told),
        reclassed=tuple(sorted((*plan.reclassed, *_doubtful(parsed, taken)), key=lambda note: note.line)),
        differences=tuple(one.note for one in differences),
        differing=tuple((one.held.contribution_id, one.held.participant_id) for one in differences),
        decided=tuple(one.note for one in plan.decided.settled),
        decidable={one.line: fitting(one) for one in differences if fitting(one)},
        unread_columns=parsed.unread_columns,
        import_id=import_id if external_cents else None,
        external_cents=external_cents,
    )


def _doubtful(parsed: ParsedFile, taken: Iterable[PaymentRow]) -> list[LineError]:
    """What should be known of lines that are taken over now: later exports need not say it again."""
    lines = {row.line for row in taken}
    return [note for note in parsed.doubtful if note.line in lines]
