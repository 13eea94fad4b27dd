"""Papers of the cash box: slips to cut off, one for an envelope, and what goes with the cash to the bank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class SlipSheet:
    """Numbered slips of a class, without a name: a family fills one in and puts it into its envelope.

    ``numbers`` are printed as people type them; ``link`` leads to the campaign with the class alone, and is empty where
    there is no public form. ``produced_at`` is the instant (UTC) that the file bears.
    """

    name: str
    title: str
    coop: str
    identification: str
    class_label: str
    class_mark: str
    numbers: tuple[str, ...]
    tariffs: tuple[str, ...]
    voluntary: str
    link: str
    per_page: int
    demo: bool
    produced_at: datetime


@dataclass(frozen=True, kw_only=True)
class DepositSlip:
    """What is taken to the bank: notes and coins by value and number, and the counts that they come from."""

    name: str
    coop: str
    identification: str
    slip: str
    deposited_on: date
    pieces: tuple[tuple[int, int], ...]
    """Each value in cents, and how many of it."""
    counts: tuple[str, ...]
    cents: int
    demo: bool
    produced_at: datetime
