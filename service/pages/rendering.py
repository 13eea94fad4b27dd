"""Rendering pages: one Jinja environment that escapes everything, with the French formats of the project."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.calendar import french_date, french_moment, paris_date
from domain.money import MAX_WRITTEN, euros, grouped
from service.fields import MAX_EMAIL, MAX_NAME

_HERE: Final = Path(__file__).parent
STATIC: Final = _HERE / "static"
VERSION: Final = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()))).hexdigest()[:12]
"""Part of the address of static files: it changes with any of them."""
_environment: Final = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters["euros"] = euros
_environment.filters["grouped"] = grouped
_environment.filters["french_date"] = french_date
_environment.filters["french_moment"] = french_moment
_environment.filters["french_day"] = lambda instant: french_date(paris_date(instant))
_environment.globals["longest"] = {"name": MAX_NAME + 1, "email": MAX_EMAIL + 1, "amount": MAX_WRITTEN + 1}
"""What browsers take into a field: one character too many, so that a sentence says what is wrong and nothing is cut."""


def rendered(template: str, **values: Any) -> str:  # noqa: ANN401 - a template takes anything
    """Render a page to its text."""
    return _environment.get_template(template).render(version=VERSION, **values)


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 - a template takes anything
    """Render a page; it is never kept by shared caches."""
    return HTMLResponse(rendered(template, **values), status, headers={"Cache-Control": "no-store"})
