"""What every route needs: the ledger named by the address, who is asking, and one way to carry out a command."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Annotated, Any, TypeVar
from uuid import UUID, uuid4, uuid5

import structlog
from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from adapters.people_vault import Person
from domain.aggregate import Intent, Stamp
from domain.association.state import Association
from domain.coop.state import Coop
from domain.errors import InvalidInput, NotFound, NotSignedIn, ReadersBehind
from projections.engine.runner import tracked
from service import people
from service.api.schemas import Done
from service.auth.principal import Action, Principal, check_allowed, check_association, check_coop
from service.http.dependencies import Slug, runtime_of
from service.runtime.open_ledger import OpenLedger
from service.runtime.runtime import Runtime

T = TypeVar("T")
_bearer = HTTPBearer(auto_error=False, description="A token given by `coopledger token create`")


class RequestContext:
    """One request to one association's ledger."""

    def __init__(
        self, runtime: Runtime, opened: OpenLedger, principal: Principal, key: str | None, fingerprint: bytes
    ) -> None:
        """Bind the request to its ledger and its asker."""
        self.feed = runtime.feed
        self.opened = opened
        self.principal = principal
        self.key = key
        self.fingerprint = fingerprint
        self.at = datetime.now(UTC)

    @property
    def stamp(self) -> Stamp:
        """Who and when, for a command; the scope keeps a mandate holder to one coop."""
        return Stamp(at=self.at, by=self.principal.actor, scope=self.principal.coop_id)

    def stamp_within(self, coop_id: UUID) -> Stamp:
        """Who and when, for a command that may touch the coop of its address only."""
        return Stamp(at=self.at, by=self.principal.actor, scope=coop_id)

    def new_id(self, name: str) -> UUID:
        """Return an identifier: the same one when the request is repeated with its key, else a random one."""
        if self.key is None:
            return uuid4()
        return uuid5(self.opened.ledger.association_id, f"{self.principal.actor}\n{self.key}\n{name}")

    def check_coop(self, coop_id: UUID | None) -> None:
        """Refuse a foreign coop as if it did not exist."""
        check_coop(self.principal, coop_id)

    async def do(self, command: Intent[Any], **ids: UUID) -> Done:
        """Carry out a command once, and answer with its place in the log."""
        key = None if self.key is None else f"api:{self.principal.actor}:{self.key}"
        fingerprint = None if key is None else self.fingerprint
        outcome = await self.opened.ledger.bus.do(command, key=key, fingerprint=fingerprint)
        structlog.contextvars.bind_contextvars(stream=str(outcome.stream_id), position=outcome.last_position)
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
        """Return a coop that the asker may see.

        Raises:
            NotFound: unknown, or of another scope.

        """
        self.check_coop(coop_id)
        coop = await run_in_threadpool(self.opened.ledger.store.load, Coop, coop_id)
        if not coop.version:
            raise NotFound(coop=coop_id)
        return coop

    async def keep_payer(self, coop_id: UUID, person_id: UUID, person: Person) -> str:
        """Keep who pays in the vault, and return the commitment for the event."""
        return await run_in_threadpool(people.keep_payer, self.opened.vault, coop_id, person_id, person, self.at)

    async def keep_children(self, coop_id: UUID, children: dict[UUID, Person]) -> None:
        """Keep the children of a basket in the vault."""
        await run_in_threadpool(people.keep_children, self.opened.vault, coop_id, children, self.at)

    async def keep_iban(self, coop_id: UUID, account_id: UUID, iban: str) -> tuple[str, str]:
        """Keep an IBAN in the vault, and return its masked form and keyed fingerprint."""
        return await run_in_threadpool(people.keep_iban, self.opened.vault, coop_id, account_id, iban, self.at)


async def authenticate(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Principal:
    """Find who is asking, by the bearer token.

    Raises:
        NotSignedIn: no token, or an unknown, expired or revoked one.

    """
    if credentials is None:
        raise NotSignedIn(credentials="missing")
    principal = await run_in_threadpool(runtime_of(request).principal, credentials.credentials)
    structlog.contextvars.bind_contextvars(actor=principal.actor, role=principal.role)
    return principal


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


def allowed_to(action: Action) -> Callable[..., Any]:
    """Make the dependency of a route that lets someone do one action."""

    async def find_context(
        request: Request,
        association: Slug,
        principal: Annotated[Principal, Depends(authenticate)],
        idempotency_key: IdempotencyKey = None,
    ) -> RequestContext:
        check_association(principal, association)
        check_allowed(principal, action)
        runtime = runtime_of(request)
        opened = await run_in_threadpool(runtime.ledger, association)
        body = await request.body()
        fingerprint = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + body).digest()
        return RequestContext(runtime, opened, principal, idempotency_key, fingerprint)

    return find_context


CanRead = Annotated[RequestContext, Depends(allowed_to(Action.READ))]
CanAudit = Annotated[RequestContext, Depends(allowed_to(Action.AUDIT))]
CanAdminister = Annotated[RequestContext, Depends(allowed_to(Action.ADMINISTER))]
CanManageCampaigns = Annotated[RequestContext, Depends(allowed_to(Action.RUN))]
CanRequestPayout = Annotated[RequestContext, Depends(allowed_to(Action.PAY_OUT))]
CanRecord = Annotated[RequestContext, Depends(allowed_to(Action.RECORD))]
CanInspect = Annotated[RequestContext, Depends(allowed_to(Action.INSPECT))]
