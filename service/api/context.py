"""What every route needs: the ledger named by the address, who is asking, and one way to carry out a command."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from time import monotonic
from typing import Annotated, Any, Final, NamedTuple, TypeVar
from uuid import UUID, uuid4, uuid5

import structlog
from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from adapters.log.command_bus import CommandOutcome
from adapters.people_vault import Person
from domain.aggregate import Intent, Stamp
from domain.association.state import Association
from domain.coop.state import Coop
from domain.errors import InvalidInput, LedgerError, NotFound, ReadersBehind
from domain.limits.charges import ChargeLimits
from projections.engine.runner import tracked
from service import people
from service.api.asker import find_asker
from service.api.schemas import Done
from service.approvals import ByTwo, by_two
from service.auth.actions import Action
from service.auth.principal import Principal, check_allowed, check_role
from service.fields import read_phone
from service.http.dependencies import Slug, charge_limits_of, runtime_of
from service.http.trail import bind_principal
from service.notes import keep_note
from service.runtime.open_ledger import OpenLedger
from service.runtime.runtime import Runtime

T = TypeVar("T")
_bearer = HTTPBearer(auto_error=False, description="A token given by `coopledger token create`")


_ID: Final[TypeAdapter[UUID]] = TypeAdapter(UUID)
_IDS: Final = ("coop_id", "campaign_id")


class Access(NamedTuple):
    """What was decided before a route runs: in which ledger, for whom, about which coop (None: the association)."""

    opened: OpenLedger
    principal: Principal
    coop_id: UUID | None


class RequestContext:
    """One request to one association's ledger."""

    def __init__(
        self,
        runtime: Runtime,
        access: Access,
        key: str | None,
        fingerprint: bytes,
        limits: ChargeLimits,
    ) -> None:
        """Bind the request to its ledger and its asker; ``limits`` are those of payments by card."""
        self.limits = limits
        self.feed = runtime.feed
        self.opened = access.opened
        self.principal = access.principal
        self.coop_id = access.coop_id
        self.key = key
        self.fingerprint = fingerprint
        self.at = datetime.now(UTC)
        self.people = people.CommandPeople(access.opened.vault)

    @property
    def stamp(self) -> Stamp:
        """Who and when, for a command; its scope is the coop of the address, the only one that was decided about."""
        return Stamp(at=self.at, by=self.principal.actor, scope=self.coop_id)

    def stamp_within(self, coop_id: UUID) -> Stamp:
        """Who and when, for a command that may touch the coop of its address only."""
        return Stamp(at=self.at, by=self.principal.actor, scope=coop_id)

    def new_id(self, name: str) -> UUID:
        """Return an identifier: the same one when the request is repeated with its key, else a random one."""
        if self.key is None:
            return uuid4()
        return uuid5(self.opened.ledger.association_id, f"{self.principal.actor}\n{self.key}\n{name}")

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
        key = None if self.key is None else f"api:{self.principal.actor}:{self.key}"
        fingerprint = None if key is None else self.fingerprint
        try:
            outcome = await self.opened.ledger.bus.do(command, key=key, fingerprint=fingerprint)
        except LedgerError as refusal:
            await run_in_threadpool(self.people.settle, refusal)
            raise
        if self.people.anybody:
            await run_in_threadpool(self.people.confirm)
        structlog.contextvars.bind_contextvars(stream=str(outcome.stream_id), position=outcome.last_position)
        return outcome

    @staticmethod
    def _done(outcome: CommandOutcome, ids: Mapping[str, UUID]) -> Done:
        return Done(
            stream_id=outcome.stream_id,
            version=outcome.version,
            position=outcome.last_position,
            replayed=outcome.replayed,
            events=[event.TOPIC for event in outcome.events],
            ids={name: str(value) for name, value in ids.items()},
        )

    async def read(self, query: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - passed through as given
        """Run a read-only query on the read models."""
        return await run_in_threadpool(self.opened.read, query, *args)

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

    async def association(self) -> Association:
        """Return the association's current policy and charter."""
        ledger = self.opened.ledger
        return await run_in_threadpool(ledger.store.load, Association, ledger.association_id)

    async def coop(self, coop_id: UUID) -> Coop:
        """Return the coop of the address.

        Raises:
            NotFound: unknown.

        """
        coop = await run_in_threadpool(self.opened.ledger.store.load, Coop, coop_id)
        if not coop.version:
            raise NotFound(coop=coop_id)
        return coop

    async def keep_payer(self, coop_id: UUID, person_id: UUID, person: Person) -> str:
        """Keep who pays in the vault until the command is decided, and return the commitment for the event."""
        return await run_in_threadpool(people.keep_payer, self.people, coop_id, person_id, person, self.at)

    async def keep_holder(self, coop_id: UUID, holder_id: UUID, holder: Person) -> None:
        """Keep who is to hold a mandate in the vault until the command is decided."""
        await run_in_threadpool(people.keep_holder, self.people, coop_id, holder_id, holder, self.at)

    async def keep_children(self, coop_id: UUID, children: dict[UUID, Person]) -> None:
        """Keep the children of a basket in the vault until the command is decided."""
        await run_in_threadpool(people.keep_children, self.people, coop_id, children, self.at)

    async def keep_contact(self, coop_id: UUID, contact_id: UUID, contact: Person) -> None:
        """Keep a campaign's contact in the vault until the command is decided."""
        await run_in_threadpool(people.keep_contact, self.people, coop_id, contact_id, contact, self.at)

    async def keep_iban(self, coop_id: UUID, account_id: UUID, iban: str) -> tuple[str, str]:
        """Keep an IBAN until the command is decided, and return its masked form and keyed fingerprint."""
        return await run_in_threadpool(people.keep_iban, self.people, coop_id, account_id, iban, self.at)


IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        pattern="^[A-Za-z0-9_.:-]+$",
        description="Repeat a request safely: the same key gives the first outcome, never a second effect",
    ),
]


async def _coop_of(request: Request, opened: OpenLedger) -> UUID | None:
    """Find the coop that the address is about: its own, or its campaign's; None for the whole association.

    Raises:
        NotFound: an unknown campaign, or one of another coop than the address says.
        InvalidInput: an id that is none.

    """
    try:
        ids = {name: _ID.validate_python(request.path_params[name]) for name in _IDS if name in request.path_params}
    except ValidationError as error:
        raise InvalidInput(kind="address") from error
    coop_id, campaign_id = ids.get("coop_id"), ids.get("campaign_id")
    if campaign_id is None:
        return coop_id
    of_campaign = await run_in_threadpool(opened.coop_of, campaign_id)
    if of_campaign is None or coop_id not in (None, of_campaign):
        raise NotFound(campaign=campaign_id)
    return of_campaign


def allowed_to(action: Action, *, lists: bool = False) -> Callable[..., Any]:
    """Make the dependency of a route that lets someone do one action.

    What is decided about is the coop of the address, else the whole association; a route that ``lists`` shows what
    the asker may see, and is open to whoever may see something.
    """

    async def find_context(
        request: Request,
        association: Slug,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
        idempotency_key: IdempotencyKey = None,
    ) -> AsyncIterator[RequestContext]:
        principal = await find_asker(request, association, credentials, action)
        bind_principal(principal)
        check_role(principal, action)
        runtime = runtime_of(request)
        opened = await run_in_threadpool(runtime.ledger, association)
        coop_id = await _coop_of(request, opened)
        if not lists:
            check_allowed(principal, action, coop_id)
        body = await request.body()
        limits = charge_limits_of(request)
        fingerprint = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + body).digest()
        context = RequestContext(runtime, Access(opened, principal, coop_id), idempotency_key, fingerprint, limits)
        try:
            yield context
        except LedgerError as refusal:
            # Refused before it became a command: nobody whom it brought in stays.
            await run_in_threadpool(context.people.settle, refusal)
            raise

    return find_context


CanRead = Annotated[RequestContext, Depends(allowed_to(Action.READ))]
CanList = Annotated[RequestContext, Depends(allowed_to(Action.READ, lists=True))]
CanAudit = Annotated[RequestContext, Depends(allowed_to(Action.AUDIT))]
CanAdminister = Annotated[RequestContext, Depends(allowed_to(Action.ADMINISTER))]
CanAppoint = Annotated[RequestContext, Depends(allowed_to(Action.APPOINT))]
CanSetRules = Annotated[RequestContext, Depends(allowed_to(Action.SET_RULES))]
CanGrantRoles = Annotated[RequestContext, Depends(allowed_to(Action.GRANT_ROLES))]
CanDefineClasses = Annotated[RequestContext, Depends(allowed_to(Action.DEFINE_CLASSES))]
CanConfirmIban = Annotated[RequestContext, Depends(allowed_to(Action.CONFIRM_IBAN))]
CanManageCampaigns = Annotated[RequestContext, Depends(allowed_to(Action.RUN))]
CanRefund = Annotated[RequestContext, Depends(allowed_to(Action.REFUND))]
CanExport = Annotated[RequestContext, Depends(allowed_to(Action.EXPORT))]
CanReadArchive = Annotated[RequestContext, Depends(allowed_to(Action.READ_ARCHIVE))]
CanRequestPayout = Annotated[RequestContext, Depends(allowed_to(Action.PAY_OUT))]
CanRecord = Annotated[RequestContext, Depends(allowed_to(Action.RECORD))]
CanDecide = Annotated[RequestContext, Depends(allowed_to(Action.DECIDE))]
CanInspect = Annotated[RequestContext, Depends(allowed_to(Action.INSPECT))]
