"""Into which step of a request a stack falls: the one table that maps frames to names.

The innermost frame that the table knows decides. What it does not know belongs to its caller: the driver of Postgres
to whoever asks the database, ``h11`` to the server or to the client of the provider. A longer prefix is believed
before a shorter one, and a step ``within`` something before one that may be anywhere. The event loop is the caller of
all: what it is left with is its own work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from benchmarks.profile.stacks import Stack

OTHER: Final = "other"
"""The step of a stack of which the table knows no frame."""
_OURS: Final = ("adapters/", "domain/", "eventsourcing/", "projections/", "reports/", "service/")
_PROVIDER: Final = ("adapters/stripe_provider/", "certifi/", "httpcore2/", "httpx2/", "ssl.py", "stripe/")

_READ_FOR_LETTERS: Final = ("adapters/log/", "adapters/member_accounts/", "adapters/people_vault/", "service/people.py")


class Step(NamedTuple):
    """A step: how its frames begin, and how one begins that must be in the stack as well (any, where none is said)."""

    name: str
    frames: tuple[str, ...]
    within: tuple[str, ...] = ()


STEPS: Final = (
    # What every request goes through.
    Step("HTTP parser and connection", ("service/web/connections.py", "uvicorn/protocols/")),
    Step("sockets read and written", ("asyncio/selector_events.py", "asyncio/transports.py")),
    Step("event loop", ("asyncio/", "selectors.py", "uvicorn/")),
    Step(
        "hand-overs between threads",
        ("anyio/", "concurrent/futures/", "service/grouped_calls.py", "starlette/concurrency.py"),
    ),
    Step(
        "middleware",
        (
            *("fastapi/middleware/", "service/http/bounds/", "service/http/client_address.py", "starlette/middleware/"),
            *("service/http/this_machine.py", "service/pages/security.py", "service/web/", "uvicorn/middleware/"),
        ),
    ),
    Step(
        "finding the route",
        (
            *("fastapi/applications.py", "fastapi/routing.py", "service/web/route_index.py", "starlette/_"),
            *("starlette/applications.py", "starlette/routing.py"),
        ),
    ),
    Step(
        "rights and token",
        (
            *("adapters/api_tokens.py", "adapters/member_accounts/", "domain/rights/", "fastapi/security/"),
            *("service/api/asker.py", "service/api/contract/rights.py", "service/auth/", "service/http/members.py"),
            "service/members/",
        ),
    ),
    Step(
        "reading the request",
        (
            *("fastapi/dependencies/", "python_multipart/", "pydantic/", "service/api/contract/route_plan.py"),
            *(
                "service/fields/",
                "service/http/dependencies.py",
                "service/http/forms.py",
                "starlette/datastructures.py",
            ),
            *("starlette/formparsers.py", "starlette/requests.py"),
        ),
    ),
    Step(
        "answer",
        (
            *("fastapi/_compat/", "fastapi/encoders.py", "service/api/contract/route_plan.py:_written"),
            *("service/http/redirects.py", "starlette/responses.py"),
        ),
    ),
    Step("log lines", ("logging/", "service/http/request_log.py", "service/logging.py", "structlog/")),
    Step(
        "live pages",
        (
            *("projections/engine/moved.py", "service/http/live/", "service/pages/mandataire/live.py"),
            *("service/pages/mandataire/live_sheet.py", "service/runtime/read_feed.py"),
        ),
    ),
    # What routes do.
    Step("route of the API", ("service/api/",)),
    Step("page: its own code", ("service/http/", "service/pages/", "service/public_campaigns.py")),
    Step("page: written", ("jinja2/", "markupsafe/", "service/pages/rendering.py", "service/pages/templates/")),
    Step("limits of visitors", ("adapters/rate_limits/", "service/pages/visitor_limits.py", "service/rate_limits/")),
    Step("basket kept and checked", ("adapters/people_vault/baskets.py", "service/baskets/")),
    Step("people vault", ("adapters/people_vault/", "cryptography/", "service/people.py")),
    Step("states and read models read", ("projections/", "service/runtime/")),
    # The ledger.
    Step("ledger: command bus", ("adapters/log/bus/", "adapters/log/command_bus.py")),
    Step(
        "ledger: decision",
        (
            *("adapters/log/batch.py", "adapters/log/bus/state_cache.py", "adapters/log/bus/totals_cache.py"),
            *("adapters/log/funds_reader.py", "adapters/log/state_reader.py", "domain/"),
        ),
    ),
    Step("ledger: log read", ("adapters/log/", "eventsourcing/")),
    Step("ledger: append", ("adapters/log/", "eventsourcing/"), within=("adapters/log/command_bus.py:_append",)),
    # The provider, and what the worker does.
    Step("provider's SDK and network", _PROVIDER),
    Step("page of the provider opened", ("adapters/payments/", "service/payments/")),
    Step("calls kept before they are made", ("adapters/jobs/calls.py", "service/payments/idempotent_calls.py")),
    Step("webhook taken", (*_OURS, "stripe/"), within=("service/worker/worker.py:receive", "service/web/webhooks.py")),
    Step("look: SDK and network", _PROVIDER, within=("service/worker/webhook_worker.py",)),
    Step("look: the rest", _OURS, within=("service/worker/webhook_worker.py",)),
    Step("transfer: SDK and network", _PROVIDER, within=("service/payments/transfers.py",)),
    Step("transfer: the rest", _OURS, within=("service/payments/transfers.py",)),
    Step("letters: log and people read", _READ_FOR_LETTERS, within=("service/emails/sender.py",)),
    Step(
        "letters: written and sent", (*_OURS, "email/", "jinja2/", "smtplib.py"), within=("service/emails/sender.py",)
    ),
    Step("papers issued", _OURS, within=("service/worker/paper_tasks.py:papers_task",)),
    Step("tasks planned", _OURS, within=("service/worker/log_follower.py",)),
    Step("projector", _OURS, within=("projections/engine/live.py",)),
    Step("queues and crews", ("adapters/jobs/", "projections/engine/ears.py", "service/worker/")),
    Step("reconciliation", ("adapters/reconciliation/", "domain/reconciliation/", "service/reconciliation/")),
    Step("modules loaded", ("<frozen importlib", "importlib/")),
)
"""The steps, those of every request first."""


class StepTable:
    """The table, asked for many stacks: what a frame may mean is looked up once."""

    def __init__(self, steps: Sequence[Step] = STEPS) -> None:
        """Know nothing of any frame yet."""
        self._steps = steps
        self._candidates: dict[str, list[Step]] = {}

    def step_of(self, stack: Stack) -> str:
        """Return the name of the step that a stack falls into."""
        for frame in stack:
            for step in self._meant_by(frame):
                if not step.within or any(one.startswith(step.within) for one in stack):
                    return step.name
        return OTHER

    def _meant_by(self, frame: str) -> list[Step]:
        """Return the steps that a frame may mean, the most particular first."""
        if frame not in self._candidates:
            found = sorted(self._matching(frame), key=lambda one: (bool(one[1].within), one[0]), reverse=True)
            self._candidates[frame] = [step for _, step in found]
        return self._candidates[frame]

    def _matching(self, frame: str) -> Iterator[tuple[int, Step]]:
        for step in self._steps:
            lengths = [len(prefix) for prefix in step.frames if frame.startswith(prefix)]
            if lengths:
                yield max(lengths), step
