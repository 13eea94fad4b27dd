"""One sandbox: its state, its virtual clock, and what is due when. Everything runs on one event loop, without locks."""

from __future__ import annotations

import asyncio
import hashlib
import heapq
import logging
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from adapters.stripe_sandbox.errors import ApiError, Json, missing
from adapters.stripe_sandbox.settings import SandboxSettings
from adapters.stripe_sandbox.state import PLATFORM, State, load

_LOG = logging.getLogger(__name__)
_PARTS = 2**32

Action = Callable[["Sandbox", Json], None]


class Sandbox:
    """State and clock of a sandbox; behaviours are functions that take it.

    ``actions`` says what to do for each kind of due thing. Functions that take a sandbox never wait in the middle of
    a change, so that each is one step for everybody else on the loop.
    """

    def __init__(self, settings: SandboxSettings, actions: Mapping[str, Action]) -> None:
        """Begin with the state of the file, else afresh."""
        self.settings = settings
        self._actions = actions
        self._held: float | None = None
        self.in_flight = 0  # deliveries that wait for an answer
        self.delivering: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)  # one delivery at a time each
        self.request: Json = {"id": None, "idempotency_key": None}
        self.calls: Counter[str] = Counter()  # of the API since it started, by operation; those refused as too many
        stored = load(settings.state_file) if settings.state_file else None
        self.state = stored or self._fresh(settings)
        if stored is not None and settings.endpoints:
            self._listen(settings)

    @staticmethod
    def _fresh(settings: SandboxSettings) -> State:
        seed = secrets.randbits(48) if settings.seed is None else settings.seed
        offset = settings.start.timestamp() - time.time() if settings.start else 0.0
        endpoints = [asdict(endpoint) for endpoint in settings.endpoints]
        return State(seed=seed, offset=offset, endpoints=endpoints, chaos=asdict(settings.chaos))

    def _listen(self, settings: SandboxSettings) -> None:
        """Let the endpoints of the settings take the place of those of the file, and of what waited for them."""
        self.state.endpoints = [asdict(endpoint) for endpoint in settings.endpoints]
        kept = {str(number) for number in range(len(settings.endpoints))}
        self.state.outbox = {number: queue for number, queue in self.state.outbox.items() if number in kept}

    def reset(self) -> None:
        """Forget everything, and begin afresh with the settings."""
        self._held = None
        self.calls.clear()
        self.state = self._fresh(self.settings)

    @property
    def held(self) -> bool:
        """Whether the clock stands still, because a request moves it."""
        return self._held is not None

    def instant(self) -> float:
        """Return the virtual now, in seconds since 1970 (UTC)."""
        return time.time() + self.state.offset if self._held is None else self._held

    def now(self) -> int:
        """Return the virtual now in whole seconds, as Stripe dates things."""
        return int(self.instant())

    def iso_now(self) -> str:
        """Return the virtual now as the second version of the API writes it."""
        return datetime.fromtimestamp(self.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def hold(self, instant: float) -> None:
        """Stop the clock at an instant, until ``let_go``."""
        self._held = instant

    def let_go(self) -> None:
        """Let the clock go on from where it was held."""
        if self._held is not None:
            self.state.offset = self._held - time.time()
        self._held = None

    def new_id(self, prefix: str) -> str:
        """Return a new id; the same seed gives the same ids in the same order."""
        digest = hashlib.sha256(f"{self.state.seed}:{self.next_number()}".encode()).hexdigest()
        return f"{prefix}_sbx_{digest[:16]}"

    def drawn(self, about: str) -> float:
        """Return a number from 0 to less than 1, always the same about one thing with the same seed."""
        digest = hashlib.sha256(f"{self.state.seed}:{about}".encode()).digest()
        return int.from_bytes(digest[:4]) / _PARTS

    def next_number(self) -> int:
        """Return a number greater than all before."""
        self.state.counter += 1
        return self.state.counter

    def add(self, thing: Json, owner: str = PLATFORM, hidden: Json | None = None) -> Json:
        """Remember a new object (by its ``object`` and ``id``) and return it."""
        self.state.table(thing["object"])[thing["id"]] = thing
        if owner != PLATFORM:
            self.state.owners[thing["id"]] = owner
        if hidden is not None:
            self.state.hidden[thing["id"]] = hidden
        return thing

    def get(self, kind: str, identifier: str) -> Json:
        """Return an object that must be there, of any account.

        Raises:
            ApiError: there is none (404).
        """
        found = self.state.table(kind).get(identifier)
        if found is None:
            raise missing(kind, identifier)
        return found

    def owned(self, kind: str, identifier: str, owner: str, param: str = "id") -> Json:
        """Return an object of an account.

        Raises:
            ApiError: there is none, or it belongs to another account (404).
        """
        found = self.state.table(kind).get(identifier)
        if found is None or self.state.owner(identifier) != owner:
            raise missing(kind, identifier, param)
        return found

    def plan(self, action: str, at: float, **what: str) -> None:
        """Make something happen at an instant of the virtual clock."""
        heapq.heappush(self.state.due, [at, self.next_number(), {"action": action, "at": at, **what}])

    def next_due(self) -> float | None:
        """Return the instant of the next thing that is due, or nothing."""
        return self.state.due[0][0] if self.state.due else None

    def catch_up(self) -> None:
        """Settle; what fails is logged, because no caller waits for it, and the rest goes on."""
        while (at := self.next_due()) is not None and at <= self.instant():
            try:
                self.settle()
            except Exception:  # noqa: BLE001 - whatever it is, the rest goes on
                _LOG.exception("something that was due failed")

    def settle(self) -> None:
        """Do everything that is due by now, in order; things due at once go in the order they were planned."""
        while (at := self.next_due()) is not None and at <= self.instant():
            chosen = heapq.heappop(self.state.due)[2]
            was, self._held = self._held, at if self._held is None else self._held
            try:
                self._actions[chosen["action"]](self, chosen)
            finally:
                self._held = was


def refuse(message: str, **more: str) -> ApiError:
    """Return a plain 400; ``code`` and ``param`` may say more."""
    return ApiError(message, code=more.get("code"), param=more.get("param"))
