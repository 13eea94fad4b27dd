"""A worker says that it has started, and where it answers monitoring; it ends as it is told."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from tests.kit.association import VAULT_KEY, found_association
from tests.kit.waiting import wait_until


def test_a_worker_says_that_it_starts_answers_monitoring_and_stops(database: str, tmp_path: Path) -> None:
    found_association(database)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {"COOPLEDGER_DATABASE_URL": database, "COOPLEDGER_VAULT_KEY": VAULT_KEY, "COOPLEDGER_SMTP_HOST": ""}
    log = tmp_path / "log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "worker", "--metrics-port", str(port)],
            env=os.environ | given,
            stdout=output,
            stderr=output,
        )
        try:
            wait_until(lambda: bool(_told(log)), seconds=90, pause=0.1)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                assert b'coopledger_database_up{process="worker"} 1.0' in answer.read()
        finally:
            worker.send_signal(signal.SIGTERM)
            status = worker.wait(60)
    assert status == 0
    started, stopping = _told(log)
    assert (started["event"], started["ledgers"], started["payments"]) == ("worker started", 1, False)
    assert stopping["event"] == "worker stopping"


def _told(log: Path) -> list[dict[str, Any]]:
    """What the worker says of itself."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line["event"].startswith("worker st")]
