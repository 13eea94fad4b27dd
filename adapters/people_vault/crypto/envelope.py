"""Sealing bytes for one row: a key of their own, wrapped under the keyring, both bound to what the row is."""

from __future__ import annotations

import os
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.people_vault.crypto.keys import KEY_BYTES, NONCE_BYTES, Keyring
from adapters.people_vault.errors import VaultUnreadable


class Envelope(NamedTuple):
    """Sealed bytes as their row holds them."""

    kek_id: str
    wrapped: bytes
    nonce: bytes
    sealed: bytes


def close_envelope(keyring: Keyring, content: bytes, bound: bytes) -> Envelope:
    """Seal bytes for the place that ``bound`` names; a place must be named once only."""
    key, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
    wrapped = keyring.wrap(key, b"key|" + bound)
    return Envelope(keyring.current_id, wrapped, nonce, AESGCM(key).encrypt(nonce, content, bound))


def open_envelope(keyring: Keyring, envelope: Envelope, bound: bytes) -> bytes:
    """Open what was sealed for a place.

    Raises:
        VaultUnreadable: altered, moved from another place, or another key; VaultKeyMissing: its key is gone.

    """
    key = keyring.unwrap(envelope.kek_id, envelope.wrapped, b"key|" + bound)
    try:
        return AESGCM(key).decrypt(envelope.nonce, envelope.sealed, bound)
    except InvalidTag as error:
        raise VaultUnreadable(kind="envelope") from error


def reseal_envelope(keyring: Keyring, envelope: Envelope, bound: bytes) -> Envelope:
    """Return what an envelope holds under a key made now; the older one opens no later copy of the database.

    Raises:
        VaultUnreadable: altered, or moved from another place; VaultKeyMissing: its key is gone.

    """
    return close_envelope(keyring, open_envelope(keyring, envelope, bound), bound)


def rewrap_key(keyring: Keyring, kek_id: str, wrapped: bytes, bound: bytes) -> tuple[str, bytes]:
    """Wrap a row's key under the current key, for a rotation; what the row's key seals stays as it is.

    Raises:
        VaultUnreadable: altered, or moved from another place; VaultKeyMissing: the older key is gone.

    """
    key = keyring.unwrap(kek_id, wrapped, b"key|" + bound)
    return keyring.current_id, keyring.wrap(key, b"key|" + bound)
