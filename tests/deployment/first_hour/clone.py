"""A fresh clone, and in it what a newcomer types: the demonstration that is served, and one command after the other."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import httpx2

from tests.house.sources import ROOT

_START: Final = 900.0
_STOP: Final = 60.0
_COMMAND: Final = 900.0
TRACEBACK: Final = "Traceback (most recent call last)"


class Done(NamedTuple):
    """What became of a command: its status, all that it said, and how many seconds it took."""

    status: int
    said: str
    seconds: float


class Clone:
    """A folder with the repository of this HEAD, and an environment in which nothing of this process' is set."""

    def __init__(self, folder: Path) -> None:
        """Clone where there is none yet."""
        self.folder = folder
        if not folder.exists():
            subprocess.run([shutil.which("git") or "git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.log = folder / "served.log"
        self._own = folder / ".cache/first_hour"

    def environment(self) -> dict[str, str]:
        """A newcomer's: no variable of Coopledger but the port, and a curl that says when it is refused."""
        self._own.mkdir(parents=True, exist_ok=True)
        (self._own / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n")
        ours = ("COOPLEDGER_", "PYTHON", "VIRTUAL_ENV")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        path = [place for place in kept["PATH"].split(os.pathsep) if not Path(place).is_relative_to(sys.prefix)]
        own = {"CURL_HOME": str(self._own), "COOPLEDGER_PORT": str(self.port)}
        return kept | own | {"PATH": os.pathsep.join(path or kept["PATH"].split(os.pathsep))}

    @contextmanager
    def served(self) -> Iterator[float]:
        """Serve the demonstration meanwhile; say how many seconds it took to answer."""
        began = time.monotonic()
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                [str(self.folder / "dev"), "demo", "--port", str(self.port)],
                cwd=self.folder,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait(process, began)
            yield time.monotonic() - began
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(_STOP)

    def _wait(self, process: subprocess.Popen[bytes], began: float) -> None:
        while time.monotonic() < began + _START:
            if process.poll() is not None:
                raise RuntimeError(self.log.read_text(encoding="utf-8"))
            try:
                if httpx2.get(f"{self.address}/api/v1/health/ready").is_success:
                    return
            except httpx2.TransportError:
                time.sleep(0.5)
        raise TimeoutError(self.address)

    def type(self, command: str, answers: str = "") -> Done:
        """Type a command in the folder, where `coopledger` is what `./dev run` finds."""
        words = ["./dev", "run", "/bin/bash", "-o", "pipefail", "-c", command]
        began = time.monotonic()
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment(),
            input=answers,
            capture_output=True,
            text=True,
            check=False,
            timeout=_COMMAND,
        )
        return Done(done.returncode, done.stdout + done.stderr, time.monotonic() - began)

    def tracebacks(self) -> int:
        """How many tracebacks the served demonstration wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace").count(TRACEBACK)


def free_port() -> int:
    """A port that is free, and the next one too: the bank of the demonstration takes it."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
