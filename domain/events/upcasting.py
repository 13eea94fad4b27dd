"""Older versions of events, read as today's: one function per retired topic, from its fields to the next version's.

The stored bytes never change; only their reading does. A retired topic keeps its golden file for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

Fields = dict[str, Any]
"""An event's payload as plain JSON values, between two versions."""


def _payment_options_1_to_2(fields: Fields) -> Fields:
    """Version 1 said « 0 » for no instalments and gave the interval beside it; version 2 names both or none."""
    count, interval = fields.pop("instalment_count"), fields.pop("instalment_interval_months")
    fields["instalments"] = {"count": count, "interval_months": interval} if count else None
    return fields


UPCASTERS: Final[dict[str, tuple[str, Callable[[Fields], Fields]]]] = {
    "campaign.payment_options_set.1": ("campaign.payment_options_set.2", _payment_options_1_to_2),
}
"""Retired topic → (the topic it becomes, how its fields become that topic's)."""
