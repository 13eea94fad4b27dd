"""Calls that were stored are read for ever: the golden files hold one of each kind as the first version wrote it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, get_args

import msgspec
import pytest
from psycopg.types.json import Jsonb

from adapters.connections import Lender
from adapters.jobs import (
    Call,
    ChargeCall,
    GrantCall,
    NewTask,
    Outbox,
    PayoutCall,
    RefundCall,
    ReversalCall,
    TakeBackCall,
    Task,
    TransferCall,
    UnexpectedCall,
)
from adapters.jobs.calls import decode_call, encode_call

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
GOLDEN: Final = Path(__file__).resolve().parents[2] / "golden" / "calls"
KINDS: Final[dict[str, type[Call]]] = {
    "charge": ChargeCall,
    "grant": GrantCall,
    "payout": PayoutCall,
    "refund": RefundCall,
    "reverse": ReversalCall,
    "take-back": TakeBackCall,
    "transfer": TransferCall,
}
LATER: Final[dict[str, dict[str, object]]] = {"transfer": {"beyond": False}}
"""What a call knew later than its first version, with the value that is not written."""
every_kind = pytest.mark.parametrize("kind", KINDS)


def golden(kind: str) -> dict[str, Any]:
    """A call as its first version stored it."""
    stored: dict[str, Any] = msgspec.json.decode((GOLDEN / f"{kind}.json").read_bytes())
    return stored


def task(call: dict[str, Any] | None) -> Task:
    """A task that was about to make a call."""
    return Task(7, "ad06", "align", "ch_1", "c1", {"payment_id": "ch_1", "number": 3}, NOW, 0, call, NOW, None)


def test_every_kind_of_call_has_a_golden_record() -> None:
    assert set(KINDS.values()) == set(get_args(Call))
    assert {path.stem for path in GOLDEN.iterdir()} == KINDS.keys()


@every_kind
def test_a_stored_call_is_read_as_its_kind_and_written_as_it_was(kind: str) -> None:
    stored = golden(kind)
    call = decode_call(stored)
    assert type(call) is KINDS[kind]
    assert encode_call(call) == stored
    assert {name: getattr(call, name) for name in call.__struct_fields__} | {"do": kind} == LATER.get(kind, {}) | stored


def test_a_transfer_beyond_its_payment_says_so_in_the_database() -> None:
    stored = golden("transfer") | {"beyond": True}
    assert encode_call(decode_call(stored)) == stored


@every_kind
def test_what_one_version_keeps_in_the_database_the_other_reads(kind: str, pool: Lender) -> None:
    outbox, stored = Outbox(pool), golden(kind)
    outbox.add("ad06", NewTask("align", "ch_1", "c1", NOW, {}))
    with pool.connection() as connection:
        connection.execute("UPDATE work.tasks SET call = %s, called_at = %s", (Jsonb(stored), NOW))
    found = outbox.read(1, NOW)
    assert found is not None
    call = found.pending(KINDS[kind])
    assert call is not None
    outbox.begin_call(1, call, NOW)
    with pool.connection() as connection:
        same = connection.execute("SELECT call = %s FROM work.tasks", (Jsonb(stored),)).fetchone()
    assert same == (True,)


@every_kind
def test_a_call_of_another_kind_than_the_task_makes_is_an_error_that_names_both(kind: str) -> None:
    other = GrantCall if kind != "grant" else RefundCall
    with pytest.raises(UnexpectedCall) as refused:
        task(golden(kind)).pending(other)
    told = f"unexpected-call: task=7, kind={KINDS[kind].__name__!r}, expected={other.__name__!r}"
    assert str(refused.value) == told
    assert task(golden(kind)).pending(KINDS[kind]) == decode_call(golden(kind))
    assert task(None).pending(other) is None


@pytest.mark.parametrize(
    "stored",
    [
        {"key": "k", "cents": 5},
        {"do": "give", "key": "k", "cents": 5},
        {"do": "refund", "key": "k"},
        {"do": "refund", "key": "k", "cents": 5.5},
        {"do": "refund", "key": "k", "cents": 5, "tip_cents": 1},
    ],
    ids=("without a kind", "unknown", "field missing", "no cents", "another field"),
)
def test_a_call_that_nobody_knows_is_never_guessed_at(stored: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedCall, match="unexpected-call: kind="):
        task(stored).pending_call()


def test_facts_are_read_as_what_they_are() -> None:
    assert (task(None).text("payment_id"), task(None).number("number")) == ("ch_1", 3)
