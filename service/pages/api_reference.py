"""The reference of the API as a page: what the OpenAPI document says, without a script and with nothing from elsewhere.

The known renderers of such documents write styles into the page, which the content policy forbids (ADR 52).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from service.pages.rendering import page

router = APIRouter()
Json = Mapping[str, Any]


class Field(NamedTuple):
    """A parameter of an operation or a field of a schema; ``schema`` is the name of the one that it holds, if any."""

    name: str
    place: str
    kind: str
    schema: str
    required: bool
    description: str


class Operation(NamedTuple):
    """One operation: how it is called, what it takes, what it answers with."""

    name: str
    method: str
    path: str
    summary: str
    parameters: list[Field]
    body: Field | None
    answers: list[Field]


class Schema(NamedTuple):
    """What a body or an answer is made of; ``values`` are those of a list."""

    name: str
    description: str
    fields: list[Field]
    values: list[str]


@router.get("/api/v1/docs")
async def show_api_reference(request: Request) -> Response:
    """Show the reference of the API."""
    return await run_in_threadpool(_page, request.app.openapi())


def _page(document: Json) -> Response:
    groups: dict[str, list[Operation]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(method.upper(), path, operation))
    schemas = [_schema(name, one) for name, one in document["components"]["schemas"].items()]
    plain = document["info"]["description"].replace("**", "").replace("`", "")
    first, *others = plain.strip().split("\n* ")
    return page("api_reference.html", groups=groups, schemas=schemas, about=first, promises=others)


def _operation(method: str, path: str, operation: Json) -> Operation:
    """One operation as the page shows it: of its answers those that are no problem."""
    body = operation.get("requestBody")
    return Operation(
        name=operation["operationId"],
        method=method,
        path=path,
        summary=operation["description"],
        parameters=[_field(one["name"], one["schema"], one) for one in operation["parameters"]],
        body=None if body is None else _content("", body),
        answers=[_content(status, one) for status, one in operation["responses"].items() if status < "3"],
    )


def _content(name: str, holder: Json) -> Field:
    """A body or an answer: its schema, or the kind of its file."""
    kind, content = next(iter(holder.get("content", {"": {}}).items()))
    schema = content.get("schema", {})
    shown, schema_name = _kind(schema)
    told = shown if schema_name or "items" in schema else kind
    return Field(name, place="", kind=told, schema=schema_name, required=True, description="")


def _schema(name: str, schema: Json) -> Schema:
    required = schema.get("required", ())
    fields = [_field(key, one, {"required": key in required}) for key, one in schema.get("properties", {}).items()]
    return Schema(name, schema.get("description", ""), fields, [str(one) for one in schema.get("enum", ())])


def _field(name: str, schema: Json, said: Json) -> Field:
    """A parameter or a field: what it is, and what is said of it here or where it is defined."""
    kind, schema_name = _kind(schema)
    description = (said.get("description") or schema.get("description", "")).replace("`", "")
    return Field(name, said.get("in", ""), kind, schema_name, said.get("required", False), description)


def _kind(schema: Json) -> tuple[str, str]:
    """What a schema is in words, and the name of the one that it refers to."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return name, name
    if "anyOf" in schema:
        kinds = [_kind(one) for one in schema["anyOf"]]
        return " | ".join(kind for kind, _ in kinds), next((name for _, name in kinds if name), "")
    if schema.get("type") == "array":
        kind, name = _kind(schema.get("items", {}))
        return f"{kind}[]", name
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"]), ""
    return schema.get("format") or schema.get("type", "object"), ""
