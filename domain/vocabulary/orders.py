"""How orders are called."""

from __future__ import annotations

from uuid import UUID


def order_number(contribution_id: UUID) -> str:
    """Return the order number of a contribution as people read it: ten hexadecimal digits, ``3F2A9-0B7C1`` (AN-9)."""
    digits = contribution_id.hex[-10:].upper()
    return f"{digits[:5]}-{digits[5:]}"
