"""Sealing one person: AES-256-GCM under a key of its own, bound to its association, coop, identifier and purpose."""

from __future__ import annotations

import os
from typing import Final, NamedTuple
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.people_vault.crypto.keys import KEY_BYTES, NONCE_BYTES, Keyring
from adapters.people_vault.errors import VaultUnreadable
from adapters.people_vault.person import Person, canonical, commitment, from_canonical

_SALT_BYTES: Final = 32


class Place(NamedTuple):
    """Where a person stands; a sealed row opens there and nowhere else."""

    association_id: UUID
    coop_id: UUID
    person_id: UUID
    purpose: int

    def bound(self) -> bytes:
        """The associated data of the person: ``v1|association|coop|person|purpose``."""
        return f"v1|{self.association_id}|{self.coop_id}|{self.person_id}|{self.purpose:d}".encode()

    def bound_key(self) -> bytes:
        """The associated data of the person's key."""
        return b"key|" + self.bound()


class Sealed(NamedTuple):
    """What is stored for a person: its wrapped key, its ciphertext, the salt of its commitment."""

    kek_id: str
    wrapped: bytes
    nonce: bytes
    sealed: bytes
    salt: bytes


class Opened(NamedTuple):
    """A person read back, and the commitment that events carry."""

    person: Person
    commitment: str


def seal(keyring: Keyring, place: Place, person: Person) -> tuple[Sealed, str]:
    """Seal a person under a new random key with a fresh nonce and salt; also return its commitment."""
    key, nonce, salt = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES), os.urandom(_SALT_BYTES)
    plain = canonical(person)
    sealed = AESGCM(key).encrypt(nonce, plain, place.bound())
    wrapped = keyring.wrap(key, place.bound_key())
    return Sealed(keyring.current_id, wrapped, nonce, sealed, salt), commitment(salt, plain)


def open_sealed(keyring: Keyring, place: Place, row: Sealed) -> Opened:
    """Read a person back.

    Raises:
        VaultKeyMissing: the key that wraps it is not in the keyring.
        VaultUnreadable: altered, or moved from another place.

    """
    plain = _opened(keyring, place, row)
    try:
        return Opened(from_canonical(plain), commitment(row.salt, plain))
    except (ValueError, msgspec.MsgspecError) as error:
        raise VaultUnreadable(person=place.person_id) from error


def sealed_anew(keyring: Keyring, place: Place, row: Sealed) -> Sealed:
    """Return a person as it is, under a new random key; its commitment, which events carry, stays.

    Raises:
        VaultKeyMissing: the key that wraps it is not in the keyring.
        VaultUnreadable: altered, or moved from another place.

    """
    plain = _opened(keyring, place, row)
    key, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plain, place.bound())
    return Sealed(keyring.current_id, keyring.wrap(key, place.bound_key()), nonce, sealed, row.salt)


def _opened(keyring: Keyring, place: Place, row: Sealed) -> bytes:
    """The canonical bytes of a person."""
    key = keyring.unwrap(row.kek_id, row.wrapped, place.bound_key())
    try:
        return AESGCM(key).decrypt(row.nonce, row.sealed, place.bound())
    except (InvalidTag, ValueError) as error:
        raise VaultUnreadable(person=place.person_id) from error
