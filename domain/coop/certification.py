"""Certification of the coop's account by the payment provider (S-150…S-153)."""

from __future__ import annotations

from typing import ClassVar

from domain.coop.state import Coop, CoopCommand
from domain.errors import Conflict
from domain.events.base import Event
from domain.events.coop import CertificationRequested, CertificationRevoked, Certified
from domain.reasons import provider_codes


class RequestCertification(CoopCommand, frozen=True, kw_only=True):
    """Send the coop's file to the provider, under its account there."""

    KIND: ClassVar[str] = "RequestCertification"
    provider_account: str

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Asking again for the same account changes nothing; another account is refused."""
        if state.provider_account and state.provider_account != self.provider_account:
            raise Conflict(provider_account=self.provider_account)
        if state.provider_account:
            return ()
        return (CertificationRequested(at=self.at, by=self.by, provider_account=self.provider_account),)


class RecordCertified(CoopCommand, frozen=True, kw_only=True):
    """Record that the provider certified the account."""

    KIND: ClassVar[str] = "Certify"
    provider_account: str

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Refuse another account than the one the file was sent for."""
        if state.provider_account not in ("", self.provider_account):
            raise Conflict(provider_account=self.provider_account)
        if state.certified:
            return ()
        return (Certified(at=self.at, by=self.by, provider_account=self.provider_account),)


class RecordCertificationRevoked(CoopCommand, frozen=True, kw_only=True):
    """Record that the provider withdrew the certification, and for want of what: its codes, separated by commas."""

    KIND: ClassVar[str] = "RevokeCertification"
    reason: str

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Nothing to withdraw changes nothing."""
        if not state.certified:
            return ()
        return (CertificationRevoked(at=self.at, by=self.by, reason=provider_codes(self.reason)),)
