"""The way in: every request is known by its key, checked, carried out once, and answered as Stripe would."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import logging
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.stripe_sandbox.api import idempotency
from adapters.stripe_sandbox.api.calls import Call, Operation, matcher
from adapters.stripe_sandbox.api.expansion import check_paths, expand
from adapters.stripe_sandbox.api.forms import read_form
from adapters.stripe_sandbox.api.limits import CallLimits
from adapters.stripe_sandbox.api.operations import OPERATIONS
from adapters.stripe_sandbox.connect.accounts import ACCOUNT
from adapters.stripe_sandbox.contract.sdk import API_VERSION
from adapters.stripe_sandbox.contract.walker import check
from adapters.stripe_sandbox.control.failures import Dropped, Failure, take_failure
from adapters.stripe_sandbox.errors import ApiError, Json
from adapters.stripe_sandbox.sandbox import Sandbox, refuse

_METADATA: Final = (50, 40, 500)  # Stripe's limits: keys, characters of a key, characters of a value
_METHODS: Final = ("GET", "POST", "DELETE")
_LOG: Final = logging.getLogger(__name__)
TOO_MANY: Final = "429"
"""How the calls are counted that were refused because there were too many."""
_RATE_LIMITED: Final = "rate_limit"
_OK: Final = 200
_MULTIPLE: Final = 300


class Gateway:
    """Answers ``/v1/…`` and ``/v2/…`` for one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        """Make the paths of the operations ready."""
        self._sandbox = sandbox
        self._limits = CallLimits(sandbox.settings)
        self._operations = [(matcher(one.template), one) for one in OPERATIONS]

    def routes(self) -> list[Route]:
        """Return the routes to mount."""
        return [Route(f"/{version}/{{path:path}}", self.answer, methods=list(_METHODS)) for version in ("v1", "v2")]

    async def answer(self, request: Request) -> Response:
        """Answer one request; nothing but ``ApiError`` has a shape of its own, the rest is a 500."""
        await self._limits.travel()
        self._sandbox.catch_up()
        request_id = self._sandbox.new_id("req")
        try:
            response = await self._answer(request, request_id)
        except ApiError as error:
            self._sandbox.calls[TOO_MANY] += error.code == _RATE_LIMITED
            response = _response(error.status, json.dumps(error.body), request_id)
            response.headers.update(error.headers)
        await self._limits.travel()
        return response

    async def _answer(self, request: Request, request_id: str) -> Response:
        sandbox, path = self._sandbox, request.url.path
        self._authorise(request)
        self._limits.take(_account_of(request))
        failure = take_failure(sandbox, request.method, path)
        if failure is not None:
            failure.before()
        operation, ids = self._operation(request.method, path)
        sandbox.calls[f"{operation.method} {operation.template}"] += 1
        account = self._account(request, operation)
        form = path.startswith("/v1/") or request.method != "POST"  # queries are text in both versions
        given = await _given(request, form=form)
        page = given.pop("page", None) if path.startswith("/v2/") and form else None
        params = check(operation.params, given, form=form)
        if page is not None:  # the SDK follows the address of the next page as it stands
            params["page"] = page
        _check_metadata(params)
        check_paths(params.get("expand") or [])
        call = Call(sandbox, params, ids, account, path)
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        if key is None:
            status, body = await self._work(operation, call, request_id, None, failure)
            return await _deliver(_response(status, body, request_id), failure)
        slot, mark = f"{account}:{key}", idempotency.fingerprint(request.method, path, given)
        stored = idempotency.recall(sandbox, slot, mark)
        if stored is not None:
            return await _deliver(_response(stored["status"], stored["body"], request_id, replayed=True), failure)
        status, body = await self._once(operation, call, (slot, mark, key), request_id, failure)
        return await _deliver(_response(status, body, request_id), failure)

    async def _once(
        self, operation: Operation, call: Call, key: tuple[str, str, str], request_id: str, failure: Failure | None
    ) -> tuple[int, str]:
        """Carry an operation out under its key; while it waits, others with the key hear 409."""
        slot, mark, shown = key
        idempotency.begin(self._sandbox, slot, mark)
        try:
            status, body = await self._work(operation, call, request_id, shown, failure)
        except BaseException:
            idempotency.drop(self._sandbox, slot)
            raise
        idempotency.store(self._sandbox, slot, status, body)
        if call.url.startswith("/v2/") and not _OK <= status < _MULTIPLE:
            idempotency.drop(self._sandbox, slot)
        return status, body

    async def _work(
        self, operation: Operation, call: Call, request_id: str, key: str | None, failure: Failure | None
    ) -> tuple[int, str]:
        """Carry an operation out, as slowly or as badly as was told."""
        if failure is not None:
            await failure.wait()
            if failure.kind == "500_during":
                return 500, json.dumps(_unexpected().body)
        return self._run(operation, call, request_id, key)

    def _run(self, operation: Operation, call: Call, request_id: str, key: str | None) -> tuple[int, str]:
        """Carry an operation out, in one step for everybody else."""
        self._sandbox.catch_up()
        self._sandbox.request = {"id": request_id, "idempotency_key": key}
        try:
            answer = operation.run(call)
            return _OK, json.dumps(expand(self._sandbox, answer, call.params.get("expand") or []), ensure_ascii=False)
        except ApiError as error:
            return error.status, json.dumps(error.body, ensure_ascii=False)
        except Exception:  # noqa: BLE001 - whatever it is, it is an answer
            # A fault of the sandbox: its client hears what Stripe would say, and who runs it what happened.
            _LOG.exception("%s %s failed", operation.method, operation.template)
            return 500, json.dumps(_unexpected().body)
        finally:
            self._sandbox.request = {"id": None, "idempotency_key": None}

    def _authorise(self, request: Request) -> None:
        """Let in who has the key and speaks the version of the installed SDK."""
        key = _key_of(request.headers.get("Authorization", ""))
        if "_live_" in key:
            raise ApiError("This is a sandbox: it never takes a live key.", status=401)
        if key != self._sandbox.settings.key:
            raise ApiError(f"Invalid API Key provided: {key[:8]}****", status=401)
        version = request.headers.get("Stripe-Version", API_VERSION)
        if version != API_VERSION:
            raise refuse(f"Invalid Stripe API version: {version}. The sandbox speaks {API_VERSION}.")

    def _operation(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        for pattern, operation in self._operations:
            if operation.method == method and (found := pattern.fullmatch(path)):
                return operation, found.groupdict()
        raise ApiError(f"Unrecognized request URL ({method}: {path}).", status=404)

    def _account(self, request: Request, operation: Operation) -> str:
        account = _account_of(request)
        if not account:
            return ""
        if account not in self._sandbox.state.table(ACCOUNT):
            raise ApiError(
                f"The provided key does not have access to account '{account}' (or that account does not exist).",
                status=403,
                code="account_invalid",
            )
        if not operation.on_account:
            raise refuse("The sandbox does this on the platform only.", code="account_invalid")
        return account


def _account_of(request: Request) -> str:
    """Return the connected account that a request names, or nothing for the platform."""
    return request.headers.get("Stripe-Account") or request.headers.get("Stripe-Context") or ""


async def _given(request: Request, *, form: bool) -> Json:
    """Return what a request asks, not yet checked."""
    if request.method != "POST":
        return read_form(request.url.query)
    text = (await request.body()).decode("utf-8", "replace")
    if form:
        return read_form(text)
    try:
        given = json.loads(text or "{}")
    except json.JSONDecodeError:
        raise refuse("The body is not valid JSON.") from None
    if not isinstance(given, dict):
        raise refuse("The body is not a JSON object.")
    return given


def _key_of(header: str) -> str:
    """Return the key of a bearer or basic authorisation."""
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().split(":", 1)[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return value.strip()


def _check_metadata(params: Json) -> None:
    metadata = params.get("metadata") or {}
    keys, name, value = _METADATA
    if len(metadata) > keys:
        raise refuse(f"Metadata can have at most {keys} keys.", param="metadata")
    for key, one in metadata.items():
        if len(key) > name or len(one or "") > value:
            raise refuse(f"Metadata keys have at most {name} characters, values {value}.", param=f"metadata[{key}]")


def _unexpected() -> ApiError:
    return ApiError("An unknown error occurred.", status=500, kind="api_error")


def _response(status: int, body: str, request_id: str, *, replayed: bool = False) -> Response:
    headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(body, status, headers, media_type="application/json")


async def _deliver(response: Response, failure: Failure | None) -> Response:
    """Return the answer, unless it is to be lost on its way."""
    if failure is None:
        return response
    if failure.kind == "timeout":
        await asyncio.sleep(failure.seconds)
        return Dropped()
    if failure.kind == "lost_response":
        lost = ApiError("The server is overloaded.", status=503, kind="api_error")
        return (
            Dropped() if failure.how == "drop" else Response(json.dumps(lost.body), 503, media_type="application/json")
        )
    return response
