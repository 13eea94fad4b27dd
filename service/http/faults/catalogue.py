"""All refusals there are, from the one hierarchy of errors and from HTTP itself, as ``docs/errors.md`` lists them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Final, NamedTuple

from domain.errors import LedgerError
from service.http.faults.advice import ADVICE
from service.http.problems import HTTP_CODES, PLAIN_CODES

_PACKAGES: Final = ("domain", "adapters", "projections", "service")
_SANDBOX: Final = "adapters.stripe_sandbox"
_HEAD: Final = """\
# Errors

A refusal is a problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)): `type` is `urn:coopledger:` and
the code below, `detail` the French sentence for the person, `request_id` what the log is searched by. `errors`, where
it can say so, has for each thing that is wrong its `location` (body, query, path, header), a `pointer` into it
(RFC 6901), a `code`, a French `detail`, and the values that are `allowed`. Codes stay what they are. This page is what
`coopledger api errors` prints; a test compares the two.

| status | code | sentence | what to do |
|---|---|---|---|
"""


class Refusal(NamedTuple):
    """A refusal: its status, its code, and its French sentence with the names of what it fills in."""

    status: int
    code: str
    sentence: str


def refusals() -> list[Refusal]:
    """Return all refusals by status and code; those of one code are one."""
    for name in _PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if not module.name.startswith(_SANDBOX) and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found: dict[str, Refusal] = {}
    for kind in _below(LedgerError):
        if "code" in vars(kind):  # one without a code of its own only gathers others
            found.setdefault(kind.code, Refusal(kind.status, kind.code, kind.sentence))
    of_http = [Refusal(status, *named) for status, named in (HTTP_CODES | PLAIN_CODES).items()]
    for one in of_http:
        found.setdefault(one.code, one)
    return sorted(found.values())


def error_page() -> str:
    """Write the page that documents every refusal."""
    rows = (f"| {one.status} | `{one.code}` | {one.sentence} | {ADVICE[one.code]} |\n" for one in refusals())
    return f"{_HEAD}{''.join(rows)}"


def _below(kind: type[LedgerError]) -> Iterator[type[LedgerError]]:
    """Every kind below one, the nearer first."""
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
