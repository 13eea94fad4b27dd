"""Opening the runtime of the service."""

from __future__ import annotations

from adapters.retention import ErasureList
from service.bootstrap.database import start_embedded
from service.retention.erasures import replay
from service.runtime.runtime import Runtime
from service.settings import Settings


def open_runtime(settings: Settings) -> Runtime:
    """Open the service on the configured database, or on an embedded one, once nobody erased is in it.

    Raises:
        ErasureListUnreadable: whom to forget is not known; nothing was opened.

    """
    erasures = ErasureList(settings.erasures).read()
    if settings.database_url is not None:
        runtime = Runtime(settings, None, settings.database_url.get_secret_value())
    else:
        runtime = Runtime(settings, *start_embedded(settings, "postgres"))
    try:
        replay(runtime, erasures)
    except BaseException:
        runtime.close()
        raise
    return runtime
