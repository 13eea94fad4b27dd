"""The OpenAPI document is one that programs can read: its references lead somewhere, its names are short."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from service.api.contract.document import openapi_document

_NAMES: Final = Path(__file__).parents[3] / "golden" / "operation_ids.json"
_DOCUMENT: Final = openapi_document()
_LONGEST: Final = 40
_KEYWORDS: Final = {"ge", "le", "gt", "lt"}
"""What is no word of JSON Schema."""
_HEADERS: Final = {"Idempotency-Key", "If-Match"}


def _parts(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON
    """Every object of a document."""
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _parts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _parts(one)


def _operations() -> dict[str, dict[str, Any]]:
    """Every operation, by method and path."""
    return {
        f"{method.upper()} {path}": operation
        for path, operations in _DOCUMENT["paths"].items()
        for method, operation in operations.items()
    }


def _parameters(operation: dict[str, Any], place: str) -> set[str]:
    return {one["name"] for one in operation.get("parameters", ()) if one["in"] == place}


def test_every_reference_leads_to_a_schema_of_the_document() -> None:
    schemas = _DOCUMENT["components"]["schemas"]
    referred = {part["$ref"] for part in _parts(_DOCUMENT) if isinstance(part.get("$ref"), str)}
    assert "#/components/schemas/Problem" in referred
    assert referred <= {f"#/components/schemas/{name}" for name in schemas}


def test_no_word_of_the_document_is_one_that_json_schema_does_not_know() -> None:
    assert [part for part in _parts(_DOCUMENT) if _KEYWORDS & part.keys()] == []


def test_every_parameter_of_a_path_is_declared_and_the_server_is_named() -> None:
    for name, operation in _operations().items():
        assert _parameters(operation, "path") == set(re.findall(r"{(\w+)}", name)), name
    assert _DOCUMENT["servers"][0]["url"] == "/"


def test_operation_ids_are_short_unique_and_those_that_programs_were_generated_with() -> None:
    ids = {name: operation["operationId"] for name, operation in _operations().items()}
    assert [one for one, times in Counter(ids.values()).items() if times > 1] == []
    assert [
        one for one in ids.values() if not re.fullmatch(r"[a-z]+(?:[A-Z][a-z]+)+", one) or len(one) > _LONGEST
    ] == []
    assert dict(sorted(ids.items())) == json.loads(_NAMES.read_text(encoding="utf-8"))


def test_what_only_reads_takes_no_key_and_what_is_created_takes_one() -> None:
    for name, operation in _operations().items():
        if name.startswith("GET"):
            assert not _parameters(operation, "header") & _HEADERS, name
        elif "201" in operation["responses"] and operation["operationId"] != "startCheckout":
            assert "Idempotency-Key" in _parameters(operation, "header"), name
