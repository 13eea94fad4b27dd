"""Reasons to leave a task for later that are nobody's error; none of them is ever shown to a person."""

from __future__ import annotations

from datetime import datetime

from domain.errors import Conflict


class WaitForCertification(Conflict):
    """The coop's account at the provider cannot receive or pay out yet; its certification wakes the task."""

    code = "wait-for-certification"


class WaitForConfirmation(Conflict):
    """Payouts are frozen until the association confirms a bank account; that wakes the task."""

    code = "wait-for-confirmation"


class WaitUntil(Conflict):
    """There is nothing to do before an instant."""

    code = "wait-until"

    def __init__(self, until: datetime, **values: object) -> None:
        """Remember until when."""
        super().__init__(until=until, **values)
        self.until = until
