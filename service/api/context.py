"""What every route needs: the ledger named by the address, who is asking, and one way to carry out a command."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID, uuid4, uuid5

import msgspec
import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders

from adapters.log.command_bus import CommandOutcome
from adapters.people_vault import Person
from domain.aggregate import Intent, Stamp, State
from domain.association.state import Association
from domain.coop.state import Coop
from domain.errors import InvalidInput, LedgerError, NotFound, ReadersBehind, StaleVersion
from domain.limits.charges import ChargeLimits
from projections.engine.runner import tracked
from service import people
from service.api.contract.versions import PreconditionFailed, etag
from service.api.schemas import Created, Done
from service.approvals import ByTwo, by_two
from service.auth.principal import Principal
from service.fields import read_phone
from service.notes import keep_note
from service.runtime.open_ledger import OpenLedger
from service.runtime.runtime import Runtime

PATIENCE: Final = 5.0
"""Seconds for which a reader waits for the read models."""
SHORT_PATIENCE: Final = 1.0
"""Seconds for which a command waits for them that has been carried out already."""
T = TypeVar("T")
StateT = TypeVar("StateT", bound=State)


class Access(NamedTuple):
    """What was decided before a route runs: in which ledger, for whom, about which coop (None: the association)."""

    opened: OpenLedger
    principal: Principal
    coop_id: UUID | None


class Repetition(NamedTuple):
    """How a command may be repeated: under which key, with what fingerprint, and on which version of what it changes.

    Without a key each request is another one; without a version it is carried out on whichever there is.
    """

    key: str | None = None
    fingerprint: bytes = b""
    version: int | None = None


class RequestContext:
    """One request to one association's ledger."""

    def __init__(
        self, runtime: Runtime, access: Access, repetition: Repetition, limits: ChargeLimits, headers: MutableHeaders
    ) -> None:
        """Bind the request to its ledger and its asker.

        ``limits`` are those of payments by card; ``headers`` those of the answer, which gets a version and an address.
        ``events`` are those of the last command.
        """
        self.headers = headers
        self.limits = limits
        self.feed = runtime.feed
        self.opened = access.opened
        self.principal = access.principal
        self.coop_id = access.coop_id
        self.repetition = repetition
        self.at = datetime.now(UTC)
        self.events: Sequence[Any] = ()
        self.people = people.RequestPeople(access.opened.vault, access.opened.people_calls)

    @property
    def stamp(self) -> Stamp:
        """Who and when, for a command; its scope is the coop of the address, the only one that was decided about."""
        return Stamp(at=self.at, by=self.principal.actor, scope=self.coop_id)

    def stamp_within(self, coop_id: UUID) -> Stamp:
        """Who and when, for a command that may touch the coop of its address only."""
        return Stamp(at=self.at, by=self.principal.actor, scope=coop_id)

    def new_id(self, name: str) -> UUID:
        """Return an identifier: the same one when the request is repeated with its key, else a random one."""
        key = self.repetition.key
        if key is None:
            return uuid4()
        return uuid5(self.opened.ledger.association_id, f"{self.principal.actor}\n{key}\n{name}")

    def read_phone(self, typed: str) -> str:
        """Read a telephone number as the association's region dials it; none is the empty text.

        Raises:
            FieldError: it is none.

        """
        return read_phone(typed, self.opened.phone_region) if typed else ""

    async def do(self, command: Intent[Any], **ids: UUID) -> Done:
        """Carry out a command once, and answer with its place in the log."""
        return self._done(await self._carry_out(command), ids)

    def note_id(self, note: str | None) -> UUID | None:
        """Return the id under which a decision names its note; None when there is none."""
        return self.new_id("note") if note else None

    async def do_noted(self, command: Intent[Any], coop_id: UUID, note: str | None, **ids: UUID) -> Done:
        """Carry out a coop's command once, keep the note of its decision, and answer with its place in the log."""
        outcome = await self._carry_out(command)
        if note:
            await run_in_threadpool(keep_note, self.opened.notes, coop_id, outcome.events, note)
        return self._done(outcome, ids)

    async def do_by_two(self, decision: ByTwo, note: str | None = None) -> Done:
        """Carry out a decision if another person approved the same before, else note that this one approves it."""
        command = by_two(await self.association(), decision)
        if self.coop_id is None:
            return await self.do(command)
        return await self.do_noted(command, self.coop_id, note)

    async def _carry_out(self, command: Intent[Any]) -> CommandOutcome:
        asked = self.repetition
        key = None if asked.key is None else f"api:{self.principal.actor}:{asked.key}"
        fingerprint = None if key is None else asked.fingerprint
        if asked.version is not None:
            if command.expected_version not in (None, asked.version):  # what it says was read at another version
                raise PreconditionFailed(expected=asked.version, actual=command.expected_version)
            command = msgspec.structs.replace(command, expected_version=asked.version)
        try:
            outcome = await self.opened.ledger.bus.do(command, key=key, fingerprint=fingerprint)
        except LedgerError as refusal:
            if self.people.anybody:
                await run_in_threadpool(self.people.settle, refusal)
            if asked.version is not None and isinstance(refusal, StaleVersion):
                raise PreconditionFailed(**refusal.values) from refusal
            raise
        self.people.confirm_soon()
        self.events = outcome.events
        structlog.contextvars.bind_contextvars(stream=str(outcome.stream_id), position=outcome.last_position)
        return outcome

    def _done(self, outcome: CommandOutcome, ids: Mapping[str, UUID]) -> Done:
        self.tag(outcome.version)
        return Done(
            stream_id=outcome.stream_id,
            version=outcome.version,
            position=outcome.last_position,
            replayed=outcome.replayed,
            events=[event.TOPIC for event in outcome.events],
            ids={name: str(value) for name, value in ids.items()},
        )

    async def created(self, done: Done, address: str, show: Callable[[], Awaitable[T]]) -> Created[T]:
        """Answer with what a command created, and where it is read: ``address`` is below the association's.

        The command is carried out already: what cannot be shown is no reason to refuse it.
        """
        self.locate(address)
        try:
            resource = await show()
        except (NotFound, ReadersBehind):
            resource = None
        return Created[T](**dict(done), resource=resource)

    def locate(self, address: str) -> None:
        """Have the answer say where what it created is read."""
        self.headers["Location"] = f"/api/v1/{self.opened.ledger.slug}/{address}"

    def tag(self, version: int) -> None:
        """Have the answer carry the version of what it shows or changed."""
        self.headers["ETag"] = etag(version)

    async def load(self, state_class: type[StateT], stream_id: UUID) -> StateT:
        """Return what a stream adds up to now, and have the answer carry its version.

        It is everybody's: what is shown of it is taken before the next await.

        Raises:
            NotFound: there is no such stream.

        """
        state = await self.opened.states.current(state_class, stream_id)
        if not state.version:
            raise NotFound(stream=stream_id)
        self.tag(state.version)
        return state

    async def read(self, query: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
        """Run a read-only query on the read models."""
        return await run_in_threadpool(self.opened.read, query, *args)

    async def read_shared(self, query: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
        """Run a short query together with those of the other requests of the moment; its answer is everybody's."""
        return await self.opened.reads.read(query, *args)

    async def wait_for(self, position: int, patience: float) -> None:
        """Wait until the read models have reached a position, for ``patience`` seconds at most.

        Raises:
            InvalidInput: a position that the log does not have.
            ReadersBehind: the time is over.

        """
        schema, reached = self.opened.ledger.read_schema, await self.read(tracked)
        if reached >= position:
            return
        head, _ = await run_in_threadpool(self.opened.ledger.store.head)
        if position > head:
            raise InvalidInput(at_least=position, head=head)
        deadline = monotonic() + patience
        while reached < position:
            if monotonic() >= deadline:
                raise ReadersBehind(at_least=position, reached=reached)
            heard = await self.feed.wait(schema, max(reached, self.feed.position(schema)), deadline - monotonic())
            reached = max(heard, await self.read(tracked))

    async def load_shown(self, state_class: type[StateT], stream_id: UUID, patience: float = PATIENCE) -> StateT:
        """Load a stream, and wait until the read models hold it too: what both say is then of one version, or newer.

        Raises:
            NotFound: there is no such stream.
            ReadersBehind: the read models are late.

        """
        state = await run_in_threadpool(self.opened.ledger.store.load, state_class, stream_id)
        if not state.version:
            raise NotFound(stream=stream_id)
        self.tag(state.version)
        head, _ = await run_in_threadpool(self.opened.ledger.store.head)
        await self.wait_for(head, patience)
        return state

    async def association(self) -> Association:
        """Return the association's current policy and charter."""
        return await self.opened.states.current(Association, self.opened.ledger.association_id)

    async def coop(self, coop_id: UUID) -> Coop:
        """Return the coop of the address; it is everybody's: what is taken of it is taken before the next await.

        Raises:
            NotFound: unknown.

        """
        coop = await self.opened.states.current(Coop, coop_id)
        if not coop.version:
            raise NotFound(coop=coop_id)
        self.opened.note_coop(coop_id)
        return coop

    async def own_coop(self) -> Coop:
        """Return the coop that the address is about, by itself or by its campaign.

        Raises:
            NotFound: it is about none.

        """
        if self.coop_id is None:
            raise NotFound(coop=None)
        return await self.coop(self.coop_id)

    async def check_coop(self, coop_id: UUID) -> None:
        """Refuse the address of a coop that there is not.

        Raises:
            NotFound: unknown.

        """
        if not self.opened.knows_coop(coop_id):
            await self.coop(coop_id)

    async def classes(self, coop_id: UUID) -> dict[int, tuple[str, ...]]:
        """Return a coop's list of classes by school year, for a command; empty where it manages none.

        Raises:
            NotFound: unknown.

        """
        return dict((await self.coop(coop_id)).classes)

    def bring_family(
        self, coop_id: UUID, payer_id: UUID, payer: Person, children: dict[UUID, Person]
    ) -> asyncio.Future[dict[UUID, str]]:
        """Begin to keep who pays and the children of a basket in the vault, until the command is decided.

        Returns what will hold the commitments to all of them: that to the payer is for the event.
        """
        payers = [people.new_payer(coop_id, payer_id, payer, self.at)]
        return self.people.bring([*payers, *people.new_children(coop_id, children, self.at)])

    async def keep_holder(self, coop_id: UUID, holder_id: UUID, holder: Person) -> None:
        """Keep who is to hold a mandate in the vault until the command is decided."""
        await run_in_threadpool(people.keep_holder, self.people, coop_id, holder_id, holder, self.at)

    async def keep_contact(self, coop_id: UUID, contact_id: UUID, contact: Person) -> None:
        """Keep a campaign's contact in the vault until the command is decided."""
        await run_in_threadpool(people.keep_contact, self.people, coop_id, contact_id, contact, self.at)

    async def keep_iban(self, coop_id: UUID, account_id: UUID, iban: str) -> tuple[str, str]:
        """Keep an IBAN until the command is decided, and return its masked form and keyed fingerprint."""
        return await run_in_threadpool(people.keep_iban, self.people, coop_id, account_id, iban, self.at)
