"""Opening the runtime of the service."""

from __future__ import annotations

from service.bootstrap.database import start_embedded
from service.runtime.runtime import Runtime
from service.settings import Settings


def open_runtime(settings: Settings) -> Runtime:
    """Open the service on the configured database, or on an embedded one."""
    if settings.database_url is not None:
        return Runtime(settings, None, settings.database_url.get_secret_value())
    postgres, url = start_embedded(settings, "postgres")
    return Runtime(settings, postgres, url)
