"""Processes as an administrator runs them: web, worker, and a proxy before them; the system tells what they take."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from adapters.stripe_sandbox.testing import KEY, SECRETS
from tests.hostile.proxy import PROXY, SERVICE
from tests.hostile.visitors import HOST, Door, Visitor
from tests.kit.association import VAULT_KEY
from tests.kit.live_server import LiveServer
from tests.kit.waiting import wait_until

ROOT: Final = Path(__file__).resolve().parents[2]
COOPLEDGER: Final = (sys.executable, "-m", "service.cli")
"""The command line."""
_PATIENCE: Final = 120.0
_TICK: Final = 1 / os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_USER, _SYSTEM = 11, 12
"""Places of the processor's time in ``/proc/<pid>/stat``, counted from after the program's name."""


class Program:
    """A process of the service."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Watch it."""
        self.process = process

    def cpu_seconds(self) -> float:
        """The time of the processor that it took until now, in all of its threads."""
        after_name = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[_USER]) + int(after_name[_SYSTEM])) * _TICK

    def memory(self) -> int:
        """The bytes of memory that it holds."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * _PAGE


@dataclass(frozen=True)
class Deployment:
    """The service behind its proxy: the world of its school, where visitors knock, and its web process."""

    live: LiveServer
    second: str
    """The slug of another association of the installation."""
    proxy: Door
    direct: Door
    web: Program
    log: Path
    """What the web process says."""

    def visitor(self, number: int) -> Visitor:
        """A visitor from the internet, numbered from 1: through the proxy."""
        return Visitor(self.proxy, f"127.1.{number // 250}.{number % 250 + 1}")

    def intruder(self) -> Visitor:
        """Somebody who reaches the service's own port, past the proxy."""
        return Visitor(self.direct, "127.0.0.9")

    def forget_limits(self) -> None:
        """Have nobody counted any more."""
        with psycopg.connect(self.live.database, autocommit=True) as connection:
            connection.execute("DELETE FROM vault.rate_limits")


def environment(database: str, sandbox: str, folder: Path, port: int) -> dict[str, str]:
    """The variables of the service, and nothing of what a developer's shell may hold."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COOPLEDGER_")}
    ours = {
        "DATABASE_URL": database,
        "VAULT_KEY": VAULT_KEY,
        "DATA_DIR": str(folder),
        "PUBLIC_URL": f"https://{HOST}",
        "TRUSTED_PROXIES": PROXY,
        "HOST": SERVICE,
        "PORT": str(port),
        "STRIPE_KEY": KEY,
        "STRIPE_URL": sandbox,
    }
    secrets = {f"STRIPE_{kind.upper()}_SECRETS": secret for kind, secret in SECRETS.items()}
    return kept | {f"COOPLEDGER_{name}": value for name, value in (ours | secrets).items()}


def port_of(host: str) -> int:
    """A port that is free on an address of this machine now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def run(command: tuple[str, ...], log: Path, env: dict[str, str]) -> Iterator[Program]:
    """Run a program for a while, what it says in a file; at the end it is told to stop, and must."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)
        try:
            yield Program(process)
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            finally:
                process.kill()
                process.wait()


@contextlib.contextmanager
def deploy(live: LiveServer, second: str, folder: Path) -> Iterator[Deployment]:
    """Run web, worker and proxy on a world's database and sandbox."""
    direct, proxy = (SERVICE, port_of(SERVICE)), (PROXY, port_of(PROXY))
    env = environment(live.database, live.world.sandbox.url, folder, direct[1])
    before = (sys.executable, "-m", "tests.hostile.proxy", str(proxy[1]), str(direct[1]))
    with (
        run((*COOPLEDGER, "web"), folder / "web.log", env) as web,
        run((*COOPLEDGER, "worker"), folder / "worker.log", env),
        run(before, folder / "proxy.log", env),
    ):
        for door in (direct, proxy):
            wait_until(lambda door=door: listens(door), seconds=_PATIENCE, pause=0.05)  # type: ignore[misc]
        yield Deployment(live, second, proxy, direct, web, folder / "web.log")


def listens(door: Door) -> bool:
    """Tell whether somebody answers at a door."""
    try:
        socket.create_connection(door, timeout=1).close()
    except ConnectionRefusedError:
        return False
    return True
