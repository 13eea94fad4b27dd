"""What can be asked of an association: register, change its policy, publish its charter."""

from __future__ import annotations

import re
from typing import ClassVar, Final

from domain.aggregate import Command, State
from domain.association.state import Association
from domain.errors import InvalidInput
from domain.events.association import AssociationRegistered, CharterPublished, Policy, PolicyChanged
from domain.events.base import Event
from domain.texts.network_words import WORDINGS
from domain.texts.visible import is_blank
from domain.vocabulary.means import MEANS

_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
_SIREN: Final = re.compile(r"[0-9]{9}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_EARLIEST_CLOSING: Final = 4
_LATEST_CLOSING: Final = 28
"""From the fourth day on the provider may have been read three days past a month; every month has the latest."""


class AssociationCommand(Command[Association], frozen=True, kw_only=True):
    """A wish addressed to an association."""

    STATE: ClassVar[type[State]] = Association


class RegisterAssociation(AssociationCommand, frozen=True, kw_only=True):
    """Open the ledger of an association; its slug is its address and the name of its schema."""

    KIND: ClassVar[str] = "RegisterAssociation"
    CREATES: ClassVar[bool] = True
    name: str
    slug: str
    siren: str
    demo: bool

    def decide(self, state: Association) -> tuple[Event, ...]:
        """Refuse a malformed slug or SIREN."""
        if is_blank(self.name) or not _SLUG.fullmatch(self.slug) or not _SIREN.fullmatch(self.siren):
            raise InvalidInput(slug=self.slug, siren=self.siren)
        return (
            AssociationRegistered(
                at=self.at, by=self.by, name=self.name.strip(), slug=self.slug, siren=self.siren, demo=self.demo
            ),
        )


class ChangePolicy(AssociationCommand, frozen=True, kw_only=True):
    """Change what the association's coops may do (S-26)."""

    KIND: ClassVar[str] = "ChangePolicy"
    policy: Policy

    def decide(self, state: Association) -> tuple[Event, ...]:
        """Refuse unknown means and meaningless limits; the same policy again changes nothing."""
        policy = self.policy
        sound = (
            policy.wording in WORDINGS
            and "card" in policy.means
            and set(policy.means) <= set(MEANS)
            and policy.purposes
            and policy.max_instalments >= 1
            and policy.max_interval_months >= 1
            and policy.anonymity_threshold >= 1
            and _EARLIEST_CLOSING <= policy.closes_on <= _LATEST_CLOSING
        )
        if not sound:
            raise InvalidInput(policy=policy)
        return () if policy == state.policy else (PolicyChanged(at=self.at, by=self.by, policy=policy),)


class PublishCharter(AssociationCommand, frozen=True, kw_only=True):
    """Publish the next version of the charter of collections (S-48)."""

    KIND: ClassVar[str] = "PublishCharter"
    text_sha256: str

    def decide(self, state: Association) -> tuple[Event, ...]:
        """Number the versions from 1; refuse what is no fingerprint of a text. The text in force is no new version."""
        if not _SHA256.fullmatch(self.text_sha256):
            raise InvalidInput(text_sha256=self.text_sha256)
        if self.text_sha256 == state.charter_sha256:
            return ()
        version = state.charter_version + 1
        return (CharterPublished(at=self.at, by=self.by, version=version, text_sha256=self.text_sha256),)
