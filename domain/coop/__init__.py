"""The school co-operative: its identity, mandates, bank, certification, payouts and closings."""

import domain.coop.evolution as evolution  # noqa: PLR0402 - one without its handlers cannot be folded

__all__ = ["evolution"]
