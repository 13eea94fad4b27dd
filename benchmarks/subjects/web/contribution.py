"""One contribution as a program sends it, to ours and to the bare route alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from benchmarks.load.job import KEY, request

BODY: Final = json.dumps(
    {
        "payer": {"first_name": "Marie", "last_name": "Essai", "email": "marie@famille.example"},
        "children": [{"first_name": "Anatole", "last_name": "Essai", "class_label": "CP A", "tariff_id": "t1"}],
        "tip_cents": 96,
        "terms_version": "1",
    }
)


def place_request(path: str, headers: Mapping[str, str] | None = None) -> str:
    """Write the request: every one has an idempotency key of its own."""
    given = {"Content-Type": "application/json", "Idempotency-Key": KEY, **(headers or {})}
    return request("POST", path, given, BODY)
