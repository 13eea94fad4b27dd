"""How orders are called."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

_NUMBER: Final = re.compile("[0-9A-F]{5}-[0-9A-F]{5}")


def order_number(contribution_id: UUID) -> str:
    """Return the order number of a contribution as people read it: ten hexadecimal digits, ``3F2A9-0B7C1`` (AN-9)."""
    digits = contribution_id.hex[-10:].upper()
    return f"{digits[:5]}-{digits[5:]}"


def is_order_number(text: str) -> bool:
    """Tell whether a text is written as an order number of a service like this one."""
    return bool(_NUMBER.fullmatch(text))
