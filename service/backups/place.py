"""Where the database is that is backed up or filled, and the programs of Postgres that go with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import psycopg

from adapters.local_postgres import LocalPostgres
from adapters.migrate import is_restoring
from service.bootstrap.database import INSTALLATION, administrator, start_embedded, start_existing
from service.settings import Settings


class BackupPlace(NamedTuple):
    """A database as its administrator reaches it; ``binaries`` is None where the system's programs are meant."""

    url: str
    binaries: Path | None


@contextmanager
def present_place(settings: Settings) -> Iterator[BackupPlace]:
    """Give the database that is here, the demonstration's where there is nothing else; its server runs meanwhile.

    Raises:
        NoDatabaseHere: none is set, and none was made before.

    """
    with _place(settings, partial(start_existing, settings)) as place:
        yield place


@contextmanager
def empty_place(settings: Settings) -> Iterator[BackupPlace]:
    """Give the database to fill; of an embedded one, what a restore left that did not end is thrown away."""
    start = partial(start_embedded, settings, INSTALLATION)
    with _place(settings, start) as place, psycopg.connect(place.url) as connection:
        fresh = place.binaries is not None and is_restoring(connection)
    with _place(settings, partial(start, fresh=fresh)) as place:
        yield place


@contextmanager
def _place(settings: Settings, start: Callable[[], tuple[LocalPostgres, str]]) -> Iterator[BackupPlace]:
    if settings.database_url is not None:
        with administrator(settings) as url:
            yield BackupPlace(url, None)
        return
    postgres, url = start()
    try:
        yield BackupPlace(url, postgres.binaries)
    finally:
        postgres.stop()
