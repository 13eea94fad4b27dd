"""Forms with brackets, as the first version of the API reads them: ``line_items[0][quantity]=1``."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qsl

from adapters.stripe_sandbox.errors import Json
from adapters.stripe_sandbox.sandbox import refuse

_STEP: Final = re.compile(r"\[([^\[\]]*)\]")
_DEEPEST: Final = 20


def read_form(text: str) -> Json:
    """Return the nested parameters of a form or a query.

    Raises:
        ApiError: brackets that do not match, or a name that is a value and an object at once (400).
    """
    found: Json = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, _, rest = name.partition("[")
        steps = [head, *_STEP.findall("[" + rest if rest else "")]
        if "".join([head, *(f"[{step}]" for step in steps[1:])]) != name or len(steps) > _DEEPEST:
            raise refuse(f"Invalid parameter name: {name}", param=head)
        _place(found, steps, value, name)
    return found


def _place(into: Json, steps: list[str], value: str, name: str) -> None:
    here: Any = into
    for step in steps[:-1]:
        here = here.setdefault(_key(here, step), {})
        if not isinstance(here, dict):
            raise refuse(f"Invalid parameter: {name}", param=name)
    if isinstance(here.get(steps[-1]), dict):
        raise refuse(f"Invalid parameter: {name}", param=name)
    here[_key(here, steps[-1])] = value


def _key(here: Json, step: str) -> str:
    """Return the key of a step; empty brackets mean « one more »."""
    return step or str(len(here))
