"""The campaign: its five steps, and everything that happens to the contributions it collects."""

import domain.campaign.evolution as evolution  # noqa: PLR0402 - a campaign without its handlers cannot be folded

__all__ = ["evolution"]
