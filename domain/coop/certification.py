"""Certification of the coop's account by the payment provider (S-150…S-153)."""

from __future__ import annotations

from typing import ClassVar

from domain.coop.state import Coop, CoopCommand
from domain.errors import Conflict
from domain.events.base import Event
from domain.events.coop import CertificationRequested, CertificationRevoked, Certified
from domain.vocabulary.keys import Key
from domain.vocabulary.reasons import provider_codes


class RequestCertification(CoopCommand, frozen=True, kw_only=True):
    """Send the coop's file to the provider, under the account that the provider opened for it."""

    KIND: ClassVar[str] = "RequestCertification"
    provider_account: Key

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """Asking again for the same account changes nothing; another one takes its place until one is certified."""
        if state.provider_account == self.provider_account:
            return ()
        if state.certified:
            raise Conflict(provider_account=self.provider_account)
        return (CertificationRequested(at=self.at, by=self.by, provider_account=self.provider_account),)


class RecordCertified(CoopCommand, frozen=True, kw_only=True):
    """Record that the provider certified the account that it opened for the coop."""

    KIND: ClassVar[str] = "Certify"
    provider_account: Key

    def decide(self, state: Coop) -> tuple[Event, ...]:
        """The same again changes nothing; the provider is right about which account it is."""
        if state.certified and state.provider_account == self.provider_account:
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
