"""The content of one file, sealed part by part while it is written: it is never whole in memory, nor plain on a disk.

Each part is AES-256-GCM under the file's own key, bound to the file, to the part's place and to whether it is the last:
parts cannot be moved, left out or cut off.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.connections import Lender
from adapters.people_vault import VaultUnreadable

_NONCE_BYTES: Final = 12
_PART: Final = 1 << 20
"""Bytes of a part."""
_ADD: Final = """
    INSERT INTO vault.export_parts (export_id, part, nonce, sealed)
    SELECT export_id, %(part)s, %(nonce)s, %(sealed)s FROM vault.exports
    WHERE export_id = %(export)s AND state = 'working' AND attempt = %(attempt)s FOR UPDATE
"""
_READ: Final = "SELECT nonce, sealed FROM vault.export_parts WHERE export_id = %s AND part = %s"


class ExportDropped(Exception):
    """A file that is not to be made any further: it is being made anew, or is not asked for any more."""


class SealedExport(io.RawIOBase):
    """What a file is written into; ``end`` seals the last part. Threads do not share it."""

    def __init__(self, pool: Lender, key: bytes, export_id: UUID, attempt: int) -> None:
        """Begin with nothing written, in the ``attempt``-th making of a file."""
        super().__init__()
        self._pool = pool
        self._cipher = AESGCM(key)
        self._export_id = export_id
        self._attempt = attempt
        self._open = bytearray()
        self._part = 0
        self.size = 0

    def writable(self) -> bool:
        """Tell that it can be written to; it can neither be read nor sought in."""
        return True

    def write(self, content: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Take bytes; whole parts are sealed and stored.

        Raises:
            ExportDropped: the file is not wanted any more.

        """
        given = memoryview(content).cast("B")
        self._open += given
        self.size += len(given)
        while len(self._open) > _PART:
            self._seal(bytes(self._open[:_PART]), last=False)
            del self._open[:_PART]
        return len(given)

    def end(self) -> int:
        """Seal what is left as the last part, and return how many bytes the file has; errors as ``write``."""
        self._seal(bytes(self._open), last=True)
        self._open.clear()
        return self.size

    def _seal(self, content: bytes, *, last: bool) -> None:
        nonce = os.urandom(_NONCE_BYTES)
        values = {
            "export": self._export_id,
            "attempt": self._attempt,
            "part": self._part,
            "nonce": nonce,
            "sealed": self._cipher.encrypt(nonce, content, bound_part(self._export_id, self._part, last=last)),
        }
        with self._pool.connection() as connection:
            if connection.execute(_ADD, values).rowcount != 1:
                raise ExportDropped
        self._part += 1


def opened_parts(pool: Lender, key: bytes, export_id: UUID, size: int) -> Iterator[bytes]:
    """Yield the content of a file of so many bytes, part by part.

    Raises:
        VaultUnreadable: a part is missing, altered or moved: what came before it is no whole file.

    """
    cipher, left, part = AESGCM(key), size, 0
    while left > 0 or part == 0:
        with pool.connection() as connection:
            row = connection.execute(_READ, (export_id, part)).fetchone()
        if row is None:
            raise VaultUnreadable(export=export_id, part=part)
        try:
            content = cipher.decrypt(row[0], row[1], bound_part(export_id, part, last=left <= _PART))
        except InvalidTag as error:
            raise VaultUnreadable(export=export_id, part=part) from error
        yield content
        left -= len(content)
        part += 1


def bound_part(export_id: UUID, part: int, *, last: bool) -> bytes:
    """Return what a part is bound to."""
    return f"v1|export|{export_id}|{part}|{'last' if last else 'more'}".encode()
