"""A repeated key tells its first outcome to those alone who may still touch the coop it is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest

from adapters.log.bus.submission import Submission, submission
from adapters.log.command_bus import CommandBus
from adapters.log.ledger import Ledger
from domain.aggregate import Stamp
from domain.coop.registration import DefineSchoolClasses
from domain.errors import NotFound
from tests.kit.postgres_ledger import BY, NOW, opened_bus, opened_ledger, register_association, register_coop, run

KEY = "api:actor:one-key"
ASKED = b"f" * 32
"""The fingerprint of the request: the same actor, the same address, the same body."""


@contextmanager
def two_coops(database: str) -> Iterator[tuple[Ledger, UUID, UUID]]:
    """Two coops of one association."""
    own, foreign = uuid4(), uuid4()
    with opened_ledger(database) as ledger:
        run(ledger.bus, register_association(ledger), register_coop(ledger, own), register_coop(ledger, foreign))
        yield ledger, own, foreign


def asked(coop_id: UUID, scope: UUID | None) -> Submission:
    """The same wish of the same person, who may touch one coop or all."""
    stamp = Stamp(at=NOW, by=BY, scope=scope)
    command = DefineSchoolClasses(stream_id=coop_id, stamp=stamp, school_year=2026, labels=("CP",))
    return submission(command, KEY, ASKED)


def repeat(bus: CommandBus, own: UUID, foreign: UUID) -> None:
    """Ask again: those who may touch the coop get the first outcome, others nothing at all."""
    for scope in (own, None):
        (outcome,) = bus.submit_together((asked(own, scope),)).result(10)
        assert (outcome.replayed, outcome.version) == (True, 2)
    with pytest.raises(NotFound):
        bus.submit_together((asked(own, foreign),)).result(10)


def test_a_key_that_is_remembered_is_told_within_its_scope(database: str) -> None:
    with two_coops(database) as (ledger, own, foreign):
        ledger.bus.submit_together((asked(own, own),)).result(10)
        repeat(ledger.bus, own, foreign)


def test_a_key_that_only_the_log_knows_is_told_within_its_scope(database: str) -> None:
    with two_coops(database) as (ledger, own, foreign):
        ledger.bus.submit_together((asked(own, own),)).result(10)
        with opened_bus(ledger.store) as other, pytest.raises(NotFound):
            other.submit_together((asked(own, foreign),)).result(10)
        with opened_bus(ledger.store) as other:
            repeat(other, own, foreign)


def test_a_key_used_twice_at_once_is_told_within_its_scope(database: str) -> None:
    with two_coops(database) as (ledger, own, foreign):
        head = ledger.store.head()
        with pytest.raises(NotFound):
            ledger.bus.submit_together((asked(own, own), asked(own, foreign))).result(10)
        assert ledger.store.head() == head
        both = ledger.bus.submit_together((asked(own, own), asked(own, own))).result(10)
        assert [outcome.replayed for outcome in both] == [False, True]
