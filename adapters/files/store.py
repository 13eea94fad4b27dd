"""Where files lie: rows of Postgres found by their digest, so that one backup holds all, and none can be changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

from psycopg import Connection

from adapters.connections import Lender
from adapters.files.attachments import ReadAttachment
from adapters.files.pictures import DrawnPicture

_KEEP: Final = """
    INSERT INTO files.contents (association, digest, width, media_type, content) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (association, digest, width) DO UPDATE SET kept_at = excluded.kept_at
"""
UNUSED: Final = timedelta(days=1)
"""How long a file is kept that no campaign shows: it may have been kept for an event that is about to be recorded."""
_ERASE: Final = """
    DELETE FROM files.contents
    WHERE association = %s AND kept_at < now() - %s AND NOT encode(digest, 'hex') = ANY(%s)
"""


class StoredFile(NamedTuple):
    """A file as it is served."""

    media_type: str
    content: bytes


class FileStore:
    """The files of one association, over a pool of connections of the role ``coopledger_app``."""

    def __init__(self, pool: Lender, association_id: UUID) -> None:
        """Keep them."""
        self._pool = pool
        self._association_id = association_id

    def keep_picture(self, drawn: DrawnPicture) -> None:
        """Keep the drawings of a picture; the same again changes nothing."""
        digest = bytes.fromhex(drawn.ref.digest)
        rows = [(self._association_id, digest, width, "image/webp", one) for width, one in drawn.drawings.items()]
        with self._pool.connection() as connection, connection.cursor() as cursor:
            cursor.executemany(_KEEP, rows)

    def keep_attachment(self, read: ReadAttachment) -> None:
        """Keep a file to download; the same again changes nothing."""
        with self._pool.connection() as connection:
            digest = bytes.fromhex(read.ref.digest)
            connection.execute(_KEEP, (self._association_id, digest, 0, read.media_type, read.content))

    def find(self, digest: str, width: int = 0) -> StoredFile | None:
        """Return a file, of a picture the drawing of a width; None when there is none."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT media_type, content FROM files.contents WHERE association = %s AND digest = %s AND width = %s",
                (self._association_id, bytes.fromhex(digest), width),
            ).fetchone()
        return None if row is None else StoredFile(*row)

    def size(self, digest: str, width: int = 0) -> int | None:
        """Return how many bytes a file has, of a picture the drawing of a width; None when there is none."""
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT octet_length(content) FROM files.contents"
                " WHERE association = %s AND digest = %s AND width = %s",
                (self._association_id, bytes.fromhex(digest), width),
            ).fetchone()
        return None if row is None else int(row[0])


def erase_unused(connection: Connection, association_id: UUID, shown: Iterable[str]) -> int:
    """Erase the files that are not among those shown, a day after they were last kept; return how many rows.

    The connection is of the role ``coopledger_worker``; ``shown`` are digests in hexadecimal.
    """
    return connection.execute(_ERASE, (association_id, UNUSED, list(shown))).rowcount
