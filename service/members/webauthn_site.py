"""The site that passkeys are made for (WebAuthn's relying party): its name, its origin, the options and the checks.

A passkey with user verification is two factors in one: the device, and the finger, face or code that opens it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from adapters.member_accounts import Member, Passkey
from service.members.errors import PasskeyRefused

_PATIENCE: Final = 300_000
"""Milliseconds that a person may take at the device."""
_LONGEST_KEY: Final = 1024
"""Bytes of a public key: RSA with 4,096 bits takes half of it, and a longer one costs whoever checks it."""
_MALFORMED: Final = (WebAuthnException, UnsupportedAlgorithm, ValueError, LookupError, TypeError, AttributeError)
"""What the library and those below it raise on bytes that mean nothing; found by feeding them such bytes."""
Answer = dict[str, Any]
"""What a browser sends back: a public key credential as JSON."""


class WebAuthnSite(NamedTuple):
    """The domain that passkeys belong to, and the origin whose pages may ask for them."""

    domain: str
    origin: str

    @classmethod
    def at(cls, address: str) -> Self | None:
        """Return the site of the service's address; None where browsers make no passkeys: for an IP address."""
        parts = urlsplit(address)
        host = parts.hostname or ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return cls(host, f"{parts.scheme}://{parts.netloc}") if host else None
        return None

    def registration(self, member: Member, known: Iterable[Passkey], challenge: bytes) -> Answer:
        """Return what a browser needs to make a passkey that finds its holder by itself."""
        profile = member.profile
        return options_to_json_dict(
            generate_registration_options(
                rp_id=self.domain,
                rp_name="Coopledger",
                user_id=member.member_id.bytes,
                user_name=profile.email,
                user_display_name=f"{profile.first_name} {profile.last_name}".strip(),
                challenge=challenge,
                timeout=_PATIENCE,
                attestation=AttestationConveyancePreference.NONE,
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.REQUIRED,
                    user_verification=UserVerificationRequirement.REQUIRED,
                ),
                exclude_credentials=_descriptors(known),
            )
        )

    def authentication(self, known: Iterable[Passkey], challenge: bytes) -> Answer:
        """Return what a browser needs to sign with one of some passkeys, or with any of this site's."""
        return options_to_json_dict(
            generate_authentication_options(
                rp_id=self.domain,
                challenge=challenge,
                timeout=_PATIENCE,
                allow_credentials=_descriptors(known),
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        )

    def registered(self, answer: Answer, challenge: bytes, member: Member, now: datetime) -> Passkey:
        """Return the passkey that a browser made.

        Raises:
            PasskeyRefused: it is not the answer to the challenge, not of this site, or its holder was not verified.

        """
        try:
            made = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.domain,
                expected_origin=self.origin,
                require_user_verification=True,
            )
            # Nothing was signed with the key yet: one that nobody could check would lock its holder out.
            decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
        except _MALFORMED as error:
            raise PasskeyRefused(kind=type(error).__name__) from error
        if len(made.credential_public_key) > _LONGEST_KEY:
            raise PasskeyRefused(kind="key")
        apart = answer.get("authenticatorAttachment") == "cross-platform"
        attachment = "cross-platform" if apart else "platform"
        return Passkey(
            made.credential_id, member.member_id, made.credential_public_key, made.sign_count, attachment, now, now
        )

    def signed(self, answer: Answer, challenge: bytes, passkey: Passkey) -> int:
        """Check what a passkey signed, and return how often it says to have signed.

        Raises:
            PasskeyRefused: it is not the answer to the challenge, of another key or site, or nobody was verified.

        """
        try:
            return verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.domain,
                expected_origin=self.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            ).new_sign_count
        except _MALFORMED as error:
            raise PasskeyRefused(kind=type(error).__name__) from error


def credential_id_of(answer: Answer) -> bytes:
    """Return which passkey an answer says to be of.

    Raises:
        PasskeyRefused: it says none.

    """
    try:
        return base64url_to_bytes(answer["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise PasskeyRefused(kind="answer") from error


def _descriptors(known: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one.credential_id) for one in known]
