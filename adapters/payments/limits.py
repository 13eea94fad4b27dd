"""What a payment provider takes: how much at once, and how long the texts are that go along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.limits.charges import ANY_CHARGE, ChargeLimits

_MORE: Final = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLimits:
    """The bounds of one provider, as its documentation gives them; ``charges`` are those that prices must keep.

    Texts are counted in characters: ``label`` is what its page calls a line to pay, ``payout_label`` what the bank
    statement of a payout shows, ``metadata`` a value that we put on its objects, of which one holds ``entries``.
    """

    charges: ChargeLimits = ANY_CHARGE
    label: int
    payout_label: int
    metadata: int
    entries: int

    def shown_label(self, text: str) -> str:
        """Return a text as a line to pay can be called: a long title stops no payment, it is cut."""
        return text if len(text) <= self.label else text[: self.label - len(_MORE)] + _MORE
