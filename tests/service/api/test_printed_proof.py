"""A printed hash can be compared: a reader of one coop follows the chain over everybody's events and reads its own."""

from __future__ import annotations

import base64
import hashlib
import itertools
import struct
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from tests.kit.api_server import AUDITOR, FOREIGN, MANDATAIRE, STAFF, ApiServer

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def log(api: ApiServer, who: str) -> list[dict[str, Any]]:
    """The whole log as somebody may read it, page by page."""
    items: list[dict[str, Any]] = []
    while True:
        page = api.get(who, "/events", after=len(items), limit=17)
        items += page["items"]
        if page["next"] is None:
            return items


def recomputed(previous: str, item: dict[str, Any]) -> str:
    """The hash of an event after another, from what was answered alone, as the decision on the log describes it."""
    instant = datetime.fromisoformat(item["recorded_at"])
    fields = (
        bytes.fromhex(previous),
        struct.pack(">q", item["position"]),
        UUID(item["stream_id"]).bytes,
        struct.pack(">q", item["version"]),
        b"" if item["coop_id"] is None else UUID(item["coop_id"]).bytes,
        item["topic"].encode(),
        base64.b64decode(item["raw"]),
        struct.pack(">q", (instant - _EPOCH) // timedelta(microseconds=1)),
    )
    return hashlib.sha256(b"".join(struct.pack(">i", len(field)) + field for field in fields)).hexdigest()


def faults(items: list[dict[str, Any]]) -> list[int]:
    """The positions of readable events whose hash is not that of their bytes after the event before."""
    return [
        item["position"]
        for before, item in itertools.pairwise(items)
        if item["raw"] is not None and recomputed(before["hash"], item) != item["hash"]
    ]


def test_a_reader_of_a_coop_finds_the_hash_of_a_closed_statement_and_recomputes_its_own_events(api: ApiServer) -> None:
    path = f"/coops/{api.ids.coop_id}/statement.json"
    printed = api.get(MANDATAIRE, path, month="2024-07-01")
    closing = {table["name"]: table for table in printed["tables"]}["cloture"]
    said = {row[0]: row[1] for row in closing["rows"]}
    items = log(api, MANDATAIRE)
    by_position = {item["position"]: item for item in items}
    closed_at = by_position[int(said["Chiffres arrêtés à l’événement"])]
    assert closed_at["hash"] == said["Empreinte du registre à cet événement"]
    proof = printed["provenance"]
    assert by_position[proof["last_position"]]["hash"] == proof["chain_head"]
    own = [item for item in items if item["raw"] is not None]
    assert len(own) > 30
    assert {item["coop_id"] for item in own} == {str(api.ids.coop_id)}
    assert faults(items) == []
    named = by_position[int(said["Événement de clôture"])]
    assert named["event"]["chain_head"] == said["Empreinte du registre à cet événement"]


def test_of_events_of_others_a_reader_sees_the_place_and_the_hash_alone(api: ApiServer) -> None:
    mine, theirs, all_of_them = (log(api, who) for who in (MANDATAIRE, FOREIGN, AUDITOR))
    assert (
        [item["hash"] for item in mine] == [item["hash"] for item in theirs] == [item["hash"] for item in all_of_them]
    )
    assert {item["coop_id"] for item in theirs if item["raw"]} == {str(api.foreign_coop_id)}
    for item in (*mine, *theirs):
        if item["raw"] is None:
            assert {name for name, value in item.items() if value is not None} == {"position", "hash"}
    assert all(item["raw"] for item in all_of_them)
    assert faults(all_of_them) == []


def test_staff_reads_the_events_of_every_coop_and_not_those_of_the_association(api: ApiServer) -> None:
    read = {item["coop_id"] for item in log(api, STAFF) if item["raw"]}
    assert read == {str(api.ids.coop_id), str(api.foreign_coop_id)}


@pytest.mark.parametrize("field", ["raw", "recorded_at", "version"])
def test_whatever_is_changed_in_an_event_the_reader_notices(api: ApiServer, field: str) -> None:
    items = log(api, MANDATAIRE)
    number = next(number for number, item in enumerate(items) if number and item["raw"] is not None)
    changed = {
        "raw": base64.b64encode(base64.b64decode(items[number]["raw"]) + b" ").decode(),
        "recorded_at": "2024-01-01T00:00:00Z",
        "version": items[number]["version"] + 1,
    }
    items[number] = {**items[number], field: changed[field]}
    assert faults(items) == [items[number]["position"]]
