"""Clients that send a request until it is accepted, in a process of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import NamedTuple
from uuid import UUID

from benchmarks.load.conversation import Conversation, conversation
from benchmarks.load.job import Job


class Acknowledged(NamedTuple):
    """A request that was accepted: what it created, where in the log, and how often it was sent."""

    id: UUID
    position: int
    sent: int


class Repeated(NamedTuple):
    """What came of a load: all that was accepted, how many answers said « later », and how many there were none of."""

    acknowledged: list[Acknowledged]
    put_off: int
    unanswered: int


class RepeatedLoad:
    """The clients while they are at work."""

    def __init__(self, told: Conversation, job: Job) -> None:
        """Have them begin a job, and wait until each of them was accepted once."""
        self._told = told
        told.ask(json.dumps(asdict(job)))

    def end(self) -> Repeated:
        """Have nothing new begun, and wait until all that was is accepted."""
        came = json.loads(self._told.ask(""))
        those = [Acknowledged(UUID(created), position, sent) for created, position, sent in came["accepted"]]
        return Repeated(those, came["put_off"], came["unanswered"])


@contextmanager
def repeated_load(job: Job) -> Iterator[RepeatedLoad]:
    """Have clients send the request of a job for a while, each until it is accepted and then the next."""
    with conversation("benchmarks.load.repetition") as told:
        yield RepeatedLoad(told, job)
