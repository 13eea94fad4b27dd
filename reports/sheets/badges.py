"""Badges of participants, to print, cut out and wear (S-136): first name, last name, class, school, campaign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Badge(NamedTuple):
    """One child as a badge shows it."""

    first_name: str
    last_name: str
    school_class: str


@dataclass(frozen=True, kw_only=True)
class BadgeSheet:
    """The badges of a campaign, ten on an A4 page; ``produced_at`` is the instant (UTC) that the file bears."""

    name: str
    title: str
    school: str
    coop: str
    badges: Sequence[Badge]
    demo: bool
    produced_at: datetime
