"""What the id of an object says of it: ids are the provider's own, and only its adapter knows how they are spelled."""

from __future__ import annotations

from typing import Final, Protocol

INVENTED: Final = "demo_"
"""How the ids begin that a demonstration makes up; no provider's do."""


class ProviderIds(Protocol):
    """Tells by its id what an object is, and whether the provider has it."""

    def is_payment(self, payment_id: str) -> bool:
        """Whether a payment was made at the provider: all others were made up by a demonstration."""

    def is_dispute(self, object_id: str) -> bool:
        """Whether an object of the provider is a dispute."""

    def is_invented(self, object_id: str) -> bool:
        """Whether a demonstration made an object up, of whatever sort: the provider never heard of it."""
