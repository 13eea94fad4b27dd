"""How Stripe spells the ids of its objects: the one module that knows their prefixes."""

from __future__ import annotations

from typing import Final

from domain.provider_ids import INVENTED

_PAYMENTS: Final = ("ch_", "py_")
_DISPUTES: Final = ("du_", "dp_")
_INVENTED_BEFORE: Final = "_demo_"
"""What the ids of earlier demonstrations hold (``ch_demo_…``, ``tr_demo_…``, ``re_demo_1``, ``po_demo_1``): they look
like Stripe's, and lie in logs for ever. None of Stripe's own holds it."""


class StripeIds:
    """Tells Stripe's objects apart by their ids."""

    def is_payment(self, payment_id: str) -> bool:
        """Whether a payment was made at Stripe: all others were made up by a demonstration."""
        return payment_id.startswith(_PAYMENTS)

    def is_dispute(self, object_id: str) -> bool:
        """Whether an object of Stripe is a dispute."""
        return object_id.startswith(_DISPUTES)

    def is_invented(self, object_id: str) -> bool:
        """Whether a demonstration made an object up, of whatever sort: Stripe never heard of it."""
        return object_id.startswith(INVENTED) or _INVENTED_BEFORE in object_id
