"""Where the database is that is backed up or filled, and the programs of Postgres that go with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg

from adapters.migrate import is_restoring
from service.bootstrap.database import administrator, start_embedded
from service.settings import Settings


class BackupPlace(NamedTuple):
    """A database as its administrator reaches it; ``binaries`` is None where the system's programs are meant."""

    url: str
    binaries: Path | None


@contextmanager
def present_place(settings: Settings) -> Iterator[BackupPlace]:
    """Give the database of an installation; the embedded server runs meanwhile."""
    with _place(settings, fresh=False) as place:
        yield place


@contextmanager
def empty_place(settings: Settings) -> Iterator[BackupPlace]:
    """Give the database to fill; of an embedded one, what a restore left that did not end is thrown away."""
    with present_place(settings) as place, psycopg.connect(place.url) as connection:
        fresh = place.binaries is not None and is_restoring(connection)
    with _place(settings, fresh=fresh) as place:
        yield place


@contextmanager
def _place(settings: Settings, *, fresh: bool) -> Iterator[BackupPlace]:
    if settings.database_url is not None:
        with administrator(settings) as url:
            yield BackupPlace(url, None)
        return
    postgres, url = start_embedded(settings, "postgres", fresh=fresh)
    try:
        yield BackupPlace(url, postgres.binaries)
    finally:
        postgres.stop()
