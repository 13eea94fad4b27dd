"""The OpenAPI document: what routes say of themselves, and what is the same for all of them, said once."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import APIRouter, FastAPI

from service.api.routes import ROUTERS
from service.http.problems import Problem

PREFIX: Final = "/api/v1"
TITLE: Final = "Coopledger"
VERSION: Final = "1"
DESCRIPTION: Final = """
The ledger of French school co-operatives. Amounts are integer cents of euro, instants carry their zone,
days are Europe/Paris.

* **Errors** are problem documents (RFC 9457) with a stable `type`, a French sentence in `detail` for the person, and in
  `errors` what is wrong and where.
* **Idempotency-Key** makes any command safe to repeat: the same key gives the first outcome.
* **Versions**: what is read carries an `ETag`; a command with `If-Match` is carried out on that version only.
* **Reading your writes**: a command answers with its `position`; ask readers for `at_least` that position.
* **Authorisation**: a bearer token stands for a member of one association, with the rights that its ledger gives that
  member now, and no more than the token itself allows; the rest does not exist for it.
"""
SERVERS: Final = [{"url": "/", "description": "The installation that gave this document"}]
_NAMED: Final = re.compile(r"{(\w+_id)}")
_REFERENCE: Final = "#/components/schemas/{model}"


def describe(app: FastAPI) -> None:
    """Have an application publish its document with what its routes refer to."""
    make = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(make())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # the framework's own way to extend the document


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    """Add the problem document, which every route may answer with, and the ids of addresses that rights alone read."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template=_REFERENCE)
    schemas |= problem.pop("$defs")
    schemas[Problem.__name__] = problem
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    for path, operations in document["paths"].items():
        for operation in operations.values():
            declared = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
            named = [name for name in _NAMED.findall(path) if name not in declared]
            operation["parameters"] = [*(_path_id(name) for name in named), *operation.get("parameters", ())]
    return document


def _path_id(name: str) -> dict[str, Any]:
    """The id of an address."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


def add_routes(router: APIRouter) -> None:
    """Add the routes of the API to a router."""
    for one in ROUTERS:
        router.include_router(one, prefix=PREFIX)


def add_api(app: FastAPI) -> None:
    """Add the routes of the API to an application, and its document."""
    add_routes(app.router)
    describe(app)


def openapi_document() -> dict[str, Any]:
    """Return the document without a running service, for who generates a client from it."""
    app = FastAPI(title=TITLE, version=VERSION, description=DESCRIPTION, servers=SERVERS)
    add_api(app)
    return app.openapi()
