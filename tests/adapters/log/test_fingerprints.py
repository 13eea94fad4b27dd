"""What was asked under an idempotency key is recognised for ever, whatever the code is called by then."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from adapters.log.bus.submission import fingerprint_of
from domain.aggregate import Intent
from domain.campaign.basket import CorrectContribution, PlaceContribution
from domain.campaign.imports import ImportContribution
from domain.campaign.refunds import RequestRefund
from domain.campaign.settings import SetPaymentOptions, SetTariffs
from domain.coop.bank_accounts import ConfirmBankAccount
from domain.limits.charges import ChargeLimits
from tests.kit.example_commands import command_classes, sample

KEPT: Final[dict[str, str]] = json.loads(
    (Path(__file__).parents[2] / "golden" / "fingerprints.json").read_text(encoding="utf-8")
)
COMMANDS: Final = list(command_classes())


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.KIND)
def test_a_command_has_the_fingerprint_that_was_kept_before_it_was_renamed(command: type[Intent[Any]]) -> None:
    assert fingerprint_of(sample(command)).hex() == KEPT[command.KIND]


def test_every_kept_fingerprint_belongs_to_a_command_and_no_two_commands_share_a_kind() -> None:
    assert sorted(command.KIND for command in COMMANDS) == sorted(KEPT)


def test_every_command_says_its_own_kind() -> None:
    assert [command.__name__ for command in COMMANDS if "KIND" not in vars(command)] == []


def test_the_fingerprint_does_not_depend_on_the_name_of_the_class() -> None:
    renamed = type("AnythingElse", (PlaceContribution,), {}, frozen=True, kw_only=True)
    assert fingerprint_of(sample(renamed)) == fingerprint_of(sample(PlaceContribution))


def test_the_same_wish_at_another_time_has_the_same_fingerprint_and_another_wish_has_not() -> None:
    placed = sample(PlaceContribution)
    later = msgspec.structs.replace(
        placed, stamp=msgspec.structs.replace(placed.stamp, at=datetime(2030, 1, 1, tzinfo=UTC))
    )
    dearer = msgspec.structs.replace(placed, tip_cents=placed.tip_cents + 1)
    assert fingerprint_of(later) == fingerprint_of(placed) != fingerprint_of(dearer)


def test_the_id_of_a_note_is_no_part_of_what_is_asked() -> None:
    noted = sample(RequestRefund)
    assert noted.note_id is not None
    assert fingerprint_of(noted) == fingerprint_of(msgspec.structs.replace(noted, note_id=None))


@pytest.mark.parametrize("command", [PlaceContribution, CorrectContribution, ImportContribution])
def test_the_classes_of_the_coop_are_read_and_not_asked(command: type[Intent[Any]]) -> None:
    known = msgspec.structs.replace(sample(command), known_classes={2026: ("CPA",)})
    assert fingerprint_of(known) == fingerprint_of(sample(command))


@pytest.mark.parametrize("command", [PlaceContribution, SetTariffs, SetPaymentOptions])
def test_the_limits_of_the_payment_provider_are_read_and_not_asked(command: type[Intent[Any]]) -> None:
    limited = msgspec.structs.replace(sample(command), limits=ChargeLimits(least=77))
    assert fingerprint_of(limited) == fingerprint_of(sample(command))


def test_who_is_tied_to_whom_is_read_and_not_asked() -> None:
    confirmed = sample(ConfirmBankAccount)
    assert confirmed.ties
    assert fingerprint_of(msgspec.structs.replace(confirmed, ties=())) == fingerprint_of(confirmed)
