"""A sheet that brings a campaign to families on paper: its QR code and link, a poster or cards to glue (S-127)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Flyer:
    """What a sheet says.

    ``places`` are the classes that have a page of their own, or one empty text for the whole school. ``link`` is what
    the code holds, ``shown_link`` what people type; ``produced_at`` is the instant (UTC) that the file bears.
    """

    name: str
    title: str
    coop: str
    identification: str
    link: str
    shown_link: str
    dates: str
    voluntary: str
    places: tuple[str, ...]
    per_page: int
    demo: bool
    produced_at: datetime
