"""The means of payment that a collection may offer (S-88…S-92)."""

from typing import Final

CARD: Final = "card"
"""The means of payment that a provider takes, and sets limits for."""
MEANS: Final = (CARD, "cash", "cheque", "other")
"""Means of payment of the guide's step 4, in its order."""
