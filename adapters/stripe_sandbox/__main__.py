"""Run a sandbox on this machine: ``python -m adapters.stripe_sandbox --key sk_test_… [--port N] [--state FILE]``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import get_args

import uvicorn

from adapters.stripe_sandbox.app import create_sandbox
from adapters.stripe_sandbox.settings import Endpoint, EndpointKind, SandboxSettings


def main(arguments: list[str] | None = None) -> None:
    """Read the arguments, and serve on the loopback address until told to stop."""
    settings, port = read(arguments)
    uvicorn.run(create_sandbox(settings), host="127.0.0.1", port=port, log_level="warning")


def read(arguments: list[str] | None = None) -> tuple[SandboxSettings, int]:
    """Return the settings and the port of the arguments; ends the program where they make no sense."""
    parser = argparse.ArgumentParser(prog="python -m adapters.stripe_sandbox", description=__doc__)
    parser.add_argument("--key", required=True, help="the test key clients will use")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--state", type=Path, help="the file to begin from, and to write at the end")
    parser.add_argument("--seed", type=int, help="makes ids and chaos repeatable")
    parser.add_argument("--latency", type=float, default=0, help="seconds that each call of the API takes")
    parser.add_argument("--rate-limit", type=int, default=0, help="calls a second that an account takes")
    parser.add_argument("--deliveries", type=int, default=1, help="events on their way to one endpoint at once")
    parser.add_argument(
        "--endpoint",
        action="append",
        default=[],
        nargs=3,
        metavar=("KIND", "URL", "SECRET"),
        help="who hears events: platform, connect or accounts",
    )
    given = parser.parse_args(arguments)
    if any(kind not in get_args(EndpointKind) for kind, _, _ in given.endpoint):
        parser.error(f"an endpoint is one of {', '.join(get_args(EndpointKind))}")
    try:
        settings = SandboxSettings(
            key=given.key,
            base_url=f"http://127.0.0.1:{given.port}",
            seed=given.seed,
            state_file=given.state,
            latency=given.latency,
            rate_limit=given.rate_limit,
            deliveries=given.deliveries,
            endpoints=tuple(Endpoint(url, (secret,), kind) for kind, url, secret in given.endpoint),
        )
    except ValueError as error:
        parser.error(str(error))
    return settings, given.port


if __name__ == "__main__":
    main()
