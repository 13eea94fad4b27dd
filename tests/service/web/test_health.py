"""The process answers whatever it can reach; it is ready once its database answers and was migrated."""

from __future__ import annotations

import httpx2
import psycopg
import pytest

from adapters.connections import Pool
from service.runtime.runtime import Runtime
from service.settings import Settings
from tests.kit.api_server import run_web_server


def ask(url: str, path: str) -> tuple[int, str]:
    """Ask without a token, as a process manager does."""
    answer = httpx2.get(f"{url}/api/v1{path}", timeout=20)
    assert set(answer.json()) == {"status"}
    return answer.status_code, answer.json()["status"]


def test_a_service_is_ready_while_its_database_is_there_and_of_its_version(database: str) -> None:
    with Runtime(Settings(), None, database) as runtime, run_web_server(runtime) as url:
        assert ask(url, "/health/ready") == (200, "ready")
        with psycopg.connect(database) as administrator:
            administrator.execute("DELETE FROM public.coopledger_migrations WHERE name = '02_associations.sql'")
        assert ask(url, "/health/ready") == (503, "not ready")
        assert ask(url, "/health") == (200, "ok")


def test_a_service_whose_database_is_away_answers_and_is_not_ready(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Runtime(Settings(), None, database) as runtime, run_web_server(runtime) as url:
        monkeypatch.setattr(Pool, "_lend", _away)
        assert ask(url, "/health/ready") == (503, "not ready")
        assert ask(url, "/health") == (200, "ok")


def _away(_pool: Pool, _used_for: str) -> None:
    """What a pool says while the server is away."""
    raise psycopg.OperationalError
