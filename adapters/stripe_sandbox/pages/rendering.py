"""Rendering pages: one Jinja environment that escapes everything, and the headers that every page carries."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from adapters.stripe_sandbox.french import PARIS, euros, french_date, french_month
from adapters.stripe_sandbox.pages import wording

_HERE: Final = Path(__file__).parent
STATIC: Final = _HERE / "static"
STATIC_PATH: Final = "/sandbox-static"
_VERSION: Final = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()))).hexdigest()[:12]
_ORIGIN: Final = re.compile(r"https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?")
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
)


def page(
    template: str,
    status: int = 200,
    *,
    leads_to: str | None = None,
    **values: Any,  # noqa: ANN401 - a template takes anything
) -> HTMLResponse:
    """Render a page that no cache keeps.

    ``leads_to`` is the address outside the sandbox where an answer to the page's form may send the browser: browsers
    apply the policy of forms to redirects too.
    """
    html = _environment.get_template(template).render(**values)
    return HTMLResponse(html, status, headers=_headers(leads_to))


def french_instant(instant: datetime) -> str:
    """Write an instant as people in France read it: ``23 novembre 2026, 19 h 05``."""
    local = instant.astimezone(PARIS)
    return f"{french_date(local.date())}, {local.hour}\u00a0h\u00a0{local.minute:02d}"


def french_day(instant: datetime | date) -> str:
    """Write the day of an instant in Paris for a table: ``23/11/2026``."""
    day = instant.astimezone(PARIS) if isinstance(instant, datetime) else instant
    return f"{day:%d/%m/%Y}"


def _headers(leads_to: str | None) -> dict[str, str]:
    """Return the headers: nothing from elsewhere, no script, no frame, no cache."""
    address = urlsplit(leads_to or "")
    origin = f"{address.scheme}://{address.netloc}"
    forms = f"'self' {origin}" if _ORIGIN.fullmatch(origin) else "'self'"
    return {
        "Content-Security-Policy": _POLICY.format(forms=forms),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


_environment: Final = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters |= {"euros": euros, "instant": french_instant, "day": french_day, "month": french_month}
_environment.globals |= {
    "wording": wording,
    "stylesheet": f"{STATIC_PATH}/sandbox.css?{_VERSION}",
    "icon": f"{STATIC_PATH}/icon.svg?{_VERSION}",
}
