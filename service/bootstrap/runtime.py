"""Opening the runtime of the service."""

from __future__ import annotations

from adapters.migrate import NotMigrated, check_migrated
from adapters.postgres import DatabaseRole
from adapters.retention import ErasureList
from service.bootstrap.database import DEMONSTRATION, DemonstrationOutdated, start_existing
from service.retention.erasures import replay
from service.runtime.runtime import Runtime
from service.settings import Settings


def open_runtime(settings: Settings, *, demonstration: bool = True) -> Runtime:
    """Open the service on the configured database, or on an embedded one, once nobody erased is in it.

    A command may mean the demonstration's; what serves families never does, and says so (``demonstration``).

    Raises:
        ErasureListUnreadable: whom to forget is not known; nothing was opened.
        NoDatabaseHere: none is set, and none was made before.
        NotMigrated: the database is of an earlier version; DemonstrationOutdated: the last demonstration is.

    """
    erasures = ErasureList(settings.erasures).read()
    postgres = None
    if settings.database_url is not None:
        runtime = Runtime(settings, None, settings.database_url.get_secret_value())
    else:
        postgres, url = start_existing(settings, demonstration=demonstration)
        runtime = Runtime(settings, postgres, url)
    try:
        _check_migrated(runtime)
        replay(runtime, erasures)
    except BaseException as error:
        runtime.close()
        if postgres is not None and postgres.root.name == DEMONSTRATION and isinstance(error, NotMigrated):
            raise DemonstrationOutdated from error
        raise
    return runtime


def _check_migrated(runtime: Runtime) -> None:
    """Refuse a database of an earlier version; ledgers in databases of their own are looked at when they are opened."""
    pool = runtime.pool(DatabaseRole.APP)
    with pool.connection() as connection:
        check_migrated(connection)
    here = [entry.slug for entry in runtime.associations() if entry.dsn is None]
    with pool.connection() as connection:
        check_migrated(connection, here)
