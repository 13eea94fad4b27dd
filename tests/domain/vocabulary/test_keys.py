"""No value that comes from a provider or a bank, and no command, can hold an empty key."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

import msgspec
import pytest

from adapters.jobs import calls
from adapters.payments import subjects, values
from domain.aggregate import Intent
from domain.vocabulary.keys import KeyMissing, key, keys_of
from tests.kit.example_commands import command_classes, sample

NOON: Final = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
EMPTY: Final = ("", " ", "\u00a0\n")
COMMANDS: Final = [(one, name) for one in command_classes() for name in keys_of(one)]
CALLS: Final = [(one, name) for one in typing.get_args(calls.Call) for name in keys_of(one)]
PORT: Final = [
    one
    for module in (values, subjects)
    for one in vars(module).values()
    if dataclasses.is_dataclass(one) and isinstance(one, type) and one.__module__ == module.__name__
]
VALUES: Final = [(one, name) for one in PORT for name in keys_of(one)]
NO_KEYS: Final = {
    "api_version",
    "cancel_url",
    "code",
    "coop_name",
    "advice",
    "decline_code",
    "email",
    "failure",
    "kind",
    "label",
    "ledger",
    "name",
    "success_url",
    "trace",
    "url",
}
"""Texts of the port that name nothing at the provider."""


def _value(hint: Any, name: str) -> Any:  # noqa: ANN401 - any value of a field
    """An example of a type."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _value(next(part for part in parts if part is not types.NoneType), name)
    if origin in (tuple, dict):
        return origin()
    if dataclasses.is_dataclass(hint):
        return example(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    return {str: name, int: 1, bool: True, datetime: NOON, UUID: UUID(int=1)}[hint]


def example(kind: Any) -> Any:  # noqa: ANN401 - a value of the port
    """An example of a value of the port, every field given."""
    hints = typing.get_type_hints(kind)
    return kind(**{field.name: _value(hints[field.name], field.name) for field in dataclasses.fields(kind)})


@pytest.mark.parametrize("text", [None, *EMPTY])
def test_a_key_is_never_empty(text: str | None) -> None:
    assert key("ch_1") == "ch_1"
    with pytest.raises(KeyMissing) as refused:
        key(text)
    assert refused.value.french


@pytest.mark.parametrize(("kind", "name"), COMMANDS, ids=lambda one: getattr(one, "__name__", one))
def test_a_command_is_not_made_with_an_empty_key(kind: type[Intent[Any]], name: str) -> None:
    for empty in EMPTY:
        with pytest.raises(KeyMissing):
            msgspec.structs.replace(sample(kind), **{name: empty})


@pytest.mark.parametrize(("kind", "name"), CALLS, ids=lambda one: getattr(one, "__name__", one))
def test_a_call_that_a_task_keeps_is_not_made_with_an_empty_key(kind: type[Any], name: str) -> None:
    for empty in EMPTY:
        with pytest.raises(KeyMissing):
            msgspec.structs.replace(sample(kind), **{name: empty})


@pytest.mark.parametrize(("kind", "name"), VALUES, ids=lambda one: getattr(one, "__name__", one))
def test_a_value_of_the_port_is_not_made_with_an_empty_key(kind: type[Any], name: str) -> None:
    for empty in EMPTY:
        with pytest.raises(KeyMissing):
            dataclasses.replace(example(kind), **{name: empty})


@pytest.mark.parametrize("kind", PORT, ids=lambda kind: kind.__name__)
def test_every_text_of_the_port_is_a_key_or_names_nothing(kind: type[Any]) -> None:
    hints = typing.get_type_hints(kind)
    texts = {name for name, hint in hints.items() if hint is str or str in typing.get_args(hint)}
    texts -= {name for name, hint in hints.items() if typing.get_origin(hint) in (tuple, dict)}
    assert texts - set(keys_of(typing.cast("Any", kind))) <= NO_KEYS


def test_the_keys_of_facts_are_known() -> None:
    named = {(one.__name__, name) for one, name in COMMANDS if one.__name__.startswith("Record")}
    assert ("RecordPaymentCaptured", "payment_id") in named
    assert ("RecordDisputeOpened", "dispute_id") in named
    assert ("RecordPayoutSent", "provider_payout") in named
    assert len(named) >= 25
