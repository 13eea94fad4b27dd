"""Who may use a route, about which coop, and how its request may be repeated: the dependencies of all routes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from domain.errors import InvalidInput, LedgerError, NotFound
from service.api.asker import find_asker
from service.api.context import Access, Repetition, RequestContext
from service.api.contract.versions import IfMatch, version_of
from service.auth.actions import Action
from service.auth.principal import check_allowed, check_role
from service.http.dependencies import Slug, charge_limits_of, runtime_of
from service.http.trail import bind_principal
from service.runtime.open_ledger import OpenLedger

_bearer = HTTPBearer(auto_error=False, description="A token given by `coopledger token create`")
_ID: Final[TypeAdapter[UUID]] = TypeAdapter(UUID)
_IDS: Final = ("coop_id", "campaign_id")
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
    of_campaign = opened.known_coop_of(campaign_id) or await run_in_threadpool(opened.coop_of, campaign_id)
    if of_campaign is None or coop_id not in (None, of_campaign):
        raise NotFound(campaign=campaign_id)
    return of_campaign


async def _any_number() -> Repetition:
    """A request that changes nothing, or nothing more when it is repeated."""
    return Repetition()


async def _once_by_key(idempotency_key: IdempotencyKey = None) -> Repetition:
    """A command that a key makes safe to repeat."""
    return Repetition(idempotency_key)


async def _once_on_a_version(idempotency_key: IdempotencyKey = None, if_match: IfMatch = None) -> Repetition:
    """The same, decided on a version of what it changes, where it says which."""
    return Repetition(idempotency_key, version=version_of(if_match))


async def _fingerprint(request: Request) -> bytes:
    """What tells a request from another one under the same key; its body is read now that its asker is known."""
    body = await request.body()
    return hashlib.sha256(f"{request.method} {request.scope['path']}\n".encode() + body).digest()


async def take_back_people(request: Request, refusal: LedgerError) -> None:
    """Leave nobody in the vault whom a request brought in that was refused before it became a command."""
    context: RequestContext | None = getattr(request.state, "context", None)
    if context is not None and context.people.anybody:
        await run_in_threadpool(context.people.settle, refusal)


def allowed_to(
    action: Action, *, lists: bool = False, repeated: Callable[..., Any] = _any_number
) -> Callable[..., Any]:
    """Make the dependency of a route that lets someone do one action.

    What is decided about is the coop of the address, else the whole association; a route that ``lists`` shows what
    the asker may see, and is open to whoever may see something. ``repeated`` reads how it may be repeated.
    """

    async def find_context(
        request: Request,
        response: Response,
        association: Slug,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
        repetition: Repetition = Depends(repeated),
    ) -> RequestContext:
        principal = await find_asker(request, association, credentials, action)
        bind_principal(principal)
        check_role(principal, action)
        runtime = runtime_of(request)
        opened = runtime.opened(association)
        if opened is None:
            opened = await run_in_threadpool(runtime.ledger, association)
        coop_id = await _coop_of(request, opened)
        if not lists:
            check_allowed(principal, action, coop_id)
        if repetition.key is not None:
            repetition = repetition._replace(fingerprint=await _fingerprint(request))
        context = RequestContext(
            runtime,
            Access(opened, principal, coop_id),
            repetition,
            charge_limits_of(request),
            response.headers,
        )
        request.state.context = context
        return context

    return find_context


def _commands(action: Action) -> Any:  # noqa: ANN401 - a dependency
    return Depends(allowed_to(action, repeated=_once_on_a_version))


CanRead = Annotated[RequestContext, Depends(allowed_to(Action.READ))]
CanList = Annotated[RequestContext, Depends(allowed_to(Action.READ, lists=True))]
CanAudit = Annotated[RequestContext, Depends(allowed_to(Action.AUDIT))]
CanExport = Annotated[RequestContext, Depends(allowed_to(Action.EXPORT))]
CanReadArchive = Annotated[RequestContext, Depends(allowed_to(Action.READ_ARCHIVE))]
CanReadRoles = Annotated[RequestContext, Depends(allowed_to(Action.GRANT_ROLES))]
CanReadSuspense = Annotated[RequestContext, Depends(allowed_to(Action.DECIDE))]
"""What may be read, and by whom."""
CanAdminister = Annotated[RequestContext, _commands(Action.ADMINISTER)]
CanAppoint = Annotated[RequestContext, _commands(Action.APPOINT)]
CanSetRules = Annotated[RequestContext, _commands(Action.SET_RULES)]
CanGrantRoles = Annotated[RequestContext, _commands(Action.GRANT_ROLES)]
CanDefineClasses = Annotated[RequestContext, _commands(Action.DEFINE_CLASSES)]
CanConfirmIban = Annotated[RequestContext, _commands(Action.CONFIRM_IBAN)]
CanManageCampaigns = Annotated[RequestContext, _commands(Action.RUN)]
CanRefund = Annotated[RequestContext, _commands(Action.REFUND)]
CanRequestPayout = Annotated[RequestContext, _commands(Action.PAY_OUT)]
CanInspect = Annotated[RequestContext, _commands(Action.INSPECT)]
"""Commands, each on one stream of the log: a coop's, a campaign's, or the association's."""
CanDecide = Annotated[RequestContext, Depends(allowed_to(Action.DECIDE, repeated=_once_by_key))]
CanBeginCoop = Annotated[RequestContext, Depends(allowed_to(Action.ADMINISTER, repeated=_once_by_key))]
CanBeginCampaign = Annotated[RequestContext, Depends(allowed_to(Action.RUN, repeated=_once_by_key))]
CanInvite = Annotated[RequestContext, Depends(allowed_to(Action.GRANT_ROLES, repeated=_once_by_key))]
"""What begins a stream, or is decided on more than one, or on none: it has no version."""
MayAdminister = Annotated[RequestContext, Depends(allowed_to(Action.ADMINISTER))]
MayRun = Annotated[RequestContext, Depends(allowed_to(Action.RUN))]
MayAppoint = Annotated[RequestContext, Depends(allowed_to(Action.APPOINT))]
MayChangeMembers = Annotated[RequestContext, Depends(allowed_to(Action.GRANT_ROLES))]
"""Deeds that change nothing more when they are repeated: they need no key."""
