"""Who may act for whom: two people count as two only when neither, and no third person, lately controlled both.

Whoever invites a person, or changes the address that its letters and sign-in links go to, can for a time act in its
place. Where money goes is decided by two people without such a tie. Who operates the service (its command line) holds
the keys of the vault anyway, and counts as nobody here: a new association is given its first two members that way.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from domain.events.base import Value

TIE_LIFE: Final = timedelta(days=30)
"""How long an invitation or a change of address ties two people: long enough for whoever is wronged to notice."""


class Tie(Value, frozen=True, kw_only=True):
    """At an instant, ``controller`` invited ``member`` or changed the address of ``member``; both are members' ids."""

    controller: str
    member: str
    at: datetime


def are_independent(first: str, second: str, ties: Iterable[Tie], since: datetime) -> bool:
    """Tell whether two people are two: no chain of ties from ``since`` on leads to both from one person.

    A person is at the beginning of its own chain: nobody is independent of who invited it, and two people whom a
    third one invited are not independent of each other.
    """
    recent = [tie for tie in ties if tie.at >= since]
    return _controllers(first, recent).isdisjoint(_controllers(second, recent))


def _controllers(person: str, ties: list[Tie]) -> frozenset[str]:
    """The person, and everyone who can act in its place."""
    found, waiting = {person}, [person]
    while waiting:
        member = waiting.pop()
        new = {tie.controller for tie in ties if tie.member == member} - found
        found |= new
        waiting += new
    return frozenset(found)
