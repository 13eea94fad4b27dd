"""How a sandbox is set up: its key, its prices and delays, who hears its events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

EndpointKind = Literal["platform", "connect", "accounts"]


@dataclass(frozen=True)
class Endpoint:
    """A place that hears events: ``platform`` and ``connect`` get snapshots, ``accounts`` gets thin v2 notifications.

    Each of the ``secrets`` signs every delivery, as during a rotation.
    """

    url: str
    secrets: tuple[str, ...]
    kind: EndpointKind


@dataclass(frozen=True)
class Chaos:
    """What may happen to deliveries: delays up to ``max_delay`` seconds, duplicates, disorder, first attempts lost.

    Rates are between 0 and 1. ``shuffle`` gives each delivery a chance of up to a minute of delay of its own.
    And to objects: of ``late_rate`` of the links between them the id is null for the first ``late_seconds``; of
    ``refund_failure_rate`` of the refunds the money comes back, ``refund_failure_days`` after it left.
    ``dispute_rate`` is how often a bank asks before it disputes, gives only a part back, and changes its mind.
    """

    max_delay: float = 0
    duplicate_rate: float = 0
    shuffle: bool = False
    drop_rate: float = 0
    late_rate: float = 0
    late_seconds: float = 0
    refund_failure_rate: float = 0
    refund_failure_days: float = 3
    dispute_rate: float = 0


@dataclass(frozen=True)
class SandboxSettings:
    """The settings of one sandbox. Money is in cents, delays in seconds unless their name says days.

    ``start`` is the instant the virtual clock begins at (real now if none); it then goes on at the real pace.
    ``seed`` makes ids and chaos repeatable (a random one if none). Prices are Stripe's public ones for European
    cards: 1.5 % + 25 c, 20 € for a dispute. ``latency`` is how long a call of the API is on its way, there and back;
    ``rate_limit`` how many calls a second an account takes, and no more than that at once (0: as many as come).
    ``deliveries`` is how many events may be on their way to one endpoint at once: one after the other is the order that
    tests repeat, and slower than Stripe.
    """

    key: str
    base_url: str = "http://127.0.0.1:8001"
    merchant: str = "Coopledger"
    seed: int | None = None
    start: datetime | None = None
    state_file: Path | None = None
    fee_basis_points: int = 150
    fee_fixed: int = 25
    fee_delay: int = 2
    dispute_fee: int = 2000
    availability_days: int = 7
    latency: float = 0
    rate_limit: int = 0
    deliveries: int = 1
    endpoints: tuple[Endpoint, ...] = ()
    chaos: Chaos = field(default_factory=Chaos)

    def __post_init__(self) -> None:
        """Refuse keys that could move real money.

        Raises:
            ValueError: the key is a live one, or none of the test kinds.
        """
        if "_live_" in self.key or not self.key.startswith(("sk_test_", "rk_test_")):
            raise ValueError("The sandbox takes keys that begin with sk_test_ or rk_test_ only.")
