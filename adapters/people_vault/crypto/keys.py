"""The keys of an association, from the environment, and the wrapping of each person's own key under them."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from adapters.people_vault.errors import VaultKeyMissing, VaultUnreadable

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
_VARIABLE: Final = "COOPLEDGER_VAULT_KEY"
_ID_BYTES: Final = 8


def derive(key: bytes, context: bytes, length: int = KEY_BYTES) -> bytes:
    """Derive a key for one use (HKDF-SHA-256, RFC 5869); contexts keep uses apart."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=b"coopledger vault " + context).derive(key)


class Keyring:
    """The keys of one association: the first wraps, all unwrap, so that a rotation needs no pause.

    A key's id is derived from the key itself: it cannot be mistyped, and says nothing about the key.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take keys of 32 bytes, the current one first.

        Raises:
            VaultKeyMissing: no key, or one of another length.

        """
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise VaultKeyMissing(keys=len(keys))
        self._keys = tuple(keys)
        self._ciphers = {derive(key, b"key id", _ID_BYTES).hex(): AESGCM(key) for key in keys}
        self.current_id = next(iter(self._ciphers))

    def check(self, key_ids: Iterable[str]) -> None:
        """Refuse ids of keys that it does not hold.

        Raises:
            VaultKeyMissing: one of them.

        """
        for key_id in key_ids:
            if key_id not in self._ciphers:
                raise VaultKeyMissing(key_id=key_id)

    def derived(self, use: bytes) -> Keyring:
        """Return the keys of one use, which open nothing of another's; they rotate as these do."""
        return Keyring([derive(key, b"use " + use) for key in self._keys])

    def wrap(self, data_key: bytes, bound_to: bytes) -> bytes:
        """Seal a data key under the current key, bound to what it serves."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._ciphers[self.current_id].encrypt(nonce, data_key, bound_to)

    def unwrap(self, key_id: str, wrapped: bytes, bound_to: bytes) -> bytes:
        """Open a data key.

        Raises:
            VaultKeyMissing: it was wrapped under a key that this keyring does not hold.
            VaultUnreadable: altered, or wrapped for something else.

        """
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise VaultKeyMissing(key_id=key_id)
        try:
            return cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError) as error:
            raise VaultUnreadable(key_id=key_id) from error


def keyring_from_environment(association_id: UUID, slug: str, environment: Mapping[str, str] = os.environ) -> Keyring:
    """Read an association's keys: ``COOPLEDGER_VAULT_KEY_<SLUG>``, else keys derived from ``COOPLEDGER_VAULT_KEY``.

    Each variable holds base64 keys of 32 bytes separated by commas, the current one first, older ones after it.

    Raises:
        VaultKeyMissing: neither variable is set, or one holds something else.

    """
    own = environment.get(f"{_VARIABLE}_{slug.upper().replace('-', '_')}")
    if own is not None:
        return Keyring(_decode_keys(own))
    shared = _decode_keys(environment.get(_VARIABLE, ""))
    return Keyring([derive(key, b"association " + association_id.bytes) for key in shared])


def _decode_keys(text: str) -> list[bytes]:
    """Read base64 keys separated by commas."""
    try:
        keys = [base64.b64decode(part.strip(), validate=True) for part in text.split(",") if part.strip()]
    except binascii.Error as error:
        raise VaultKeyMissing(base64=False) from error
    if any(len(key) != KEY_BYTES for key in keys):
        raise VaultKeyMissing(lengths=[len(key) for key in keys])
    return keys
