"""How a sandbox starts, stops, remembers, and moves its clock."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from adapters.stripe_sandbox.__main__ import read
from adapters.stripe_sandbox.app import new_sandbox
from adapters.stripe_sandbox.control.failures import Dropped
from adapters.stripe_sandbox.settings import Endpoint, SandboxSettings
from adapters.stripe_sandbox.testing import KEY, SandboxServer, endpoints, listening, run_sandbox
from tests.kit.stripe.sandbox_actions import certified, funds, open_session, paid, submit, transfer
from tests.kit.waiting import wait_until

_ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("key", ["sk_live_x", "rk_live_x", "sk_test_live_x", "pk_test_x", ""])
def test_no_sandbox_starts_with_a_key_that_could_move_money(key: str) -> None:
    with pytest.raises(ValueError):
        SandboxSettings(key=key)


def test_the_command_line_says_everything() -> None:
    settings, port = read(
        f"--key {KEY} --port 8123 --state s.json --seed 4 --endpoint platform http://127.0.0.1/hook whsec_a".split()
    )
    assert (port, settings.base_url, settings.seed, settings.state_file) == (
        8123,
        "http://127.0.0.1:8123",
        4,
        Path("s.json"),
    )
    assert settings.endpoints == (Endpoint("http://127.0.0.1/hook", ("whsec_a",), "platform"),)


@pytest.mark.parametrize(
    "arguments", [[], ["--key", "sk_live_x"], ["--key", KEY, "--endpoint", "everybody", "http://x", "s"]]
)
def test_a_command_line_that_makes_no_sense_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read(arguments)
    assert "error" in capsys.readouterr().err


def test_a_sandbox_goes_on_where_it_stopped(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with run_sandbox(state_file=file) as sandbox:
        account = certified(sandbox)
        transfer(sandbox, paid(sandbox, 2200), account, 2000)
        sandbox.pass_time(days=3)
        before, clock = funds(sandbox, account), sandbox.sandbox.now()
        key: Any = {"idempotency_key": "cus:1"}
        customer = sandbox.stripe.v1.customers.create({"name": "A"}, key).id
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]
    with run_sandbox(state_file=file, seed=None) as sandbox:
        assert 0 <= sandbox.sandbox.now() - clock < 30
        assert funds(sandbox, account) == before == (2000, 0)
        assert sandbox.stripe.v1.customers.create({"name": "A"}, key).id == customer
        sandbox.pass_time(days=5)
        assert funds(sandbox, account) == (0, 2000)


def test_an_event_that_was_not_told_is_told_after_the_start(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with listening() as (url, heard):
        heard.answers.append(500)
        with run_sandbox(state_file=file, endpoints=endpoints(url, "platform")) as sandbox:
            sandbox.stripe.v1.customers.create({})
            wait_until(lambda: len(heard.bodies) == 1)
        with run_sandbox(state_file=file) as sandbox:
            sandbox.pass_time(seconds=60)
            assert heard.types() == ["customer.created"] * 2


def test_endpoints_may_move_between_two_runs(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    silent = endpoints("http://127.0.0.1:9/", "platform", "connect")
    with run_sandbox(state_file=file, endpoints=silent) as sandbox:
        sandbox.stripe.v1.customers.create({})
        certified(sandbox)
    with listening() as (url, heard), run_sandbox(state_file=file, endpoints=endpoints(url, "platform")) as sandbox:
        sandbox.pass_time(days=1)
        assert heard.types() == ["customer.created"]


def test_a_key_in_use_at_the_end_is_free_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with run_sandbox(state_file=file) as sandbox:
        sandbox.stripe.v1.customers.create({}, {"idempotency_key": "done"})
    state = json.loads(file.read_text(encoding="utf-8"))
    state["replies"][":begun"] = {"fingerprint": "", "status": None, "body": None, "at": 0}
    file.write_text(json.dumps(state), encoding="utf-8")
    assert list(new_sandbox(SandboxSettings(key=KEY, state_file=file)).state.replies) == [":done"]


def test_the_program_serves_on_this_machine_and_keeps_its_state(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    file = tmp_path / "state.json"
    command = [sys.executable, "-m", "adapters.stripe_sandbox", "--key", KEY, "--port", str(port), "--state", str(file)]
    with subprocess.Popen(command, cwd=_ROOT, env=os.environ) as program:
        try:
            wait_until(lambda: _answers(port))
            headers = {"Authorization": f"Bearer {KEY}"}
            made = httpx2.post(f"http://127.0.0.1:{port}/v1/customers", headers=headers, data={"name": "A"})
            assert made.status_code == 200
        finally:
            program.send_signal(signal.SIGINT)
            program.wait(10)
    assert made.json()["id"] in json.loads(file.read_text(encoding="utf-8"))["objects"]["customer"]


def _answers(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/_sandbox/clock").status_code == 200
    except httpx2.HTTPError:
        return False


def test_the_clock_begins_now_and_goes_on() -> None:
    sandbox = new_sandbox(SandboxSettings(key=KEY))
    assert abs(sandbox.instant() - time.time()) < 5
    started = new_sandbox(SandboxSettings(key=KEY, start=datetime(2027, 1, 31, 12, tzinfo=UTC)))
    assert datetime.fromtimestamp(started.now(), UTC) == datetime(2027, 1, 31, 12, tzinfo=UTC)
    before = started.instant()
    time.sleep(0.01)
    assert before < started.instant()


def test_a_month_is_a_month(sandbox: SandboxServer) -> None:
    sandbox.do("/clock", instant="2027-10-31T12:00:00Z")
    seen = [sandbox.do("/clock", months=1)["now"][:10] for _ in range(4)]
    assert seen == ["2027-11-30", "2027-12-30", "2028-01-30", "2028-02-29"]


def test_the_clock_never_goes_back(sandbox: SandboxServer) -> None:
    for body in ({"instant": "2020-01-01T00:00:00Z"}, {"days": -1}, {"weeks": 1}, {"days": "one"}):
        assert sandbox.control.post("/_sandbox/clock", json=body).status_code == 400
    assert sandbox.do("/clock")["now"] <= sandbox.do("/clock", seconds=1)["now"]


def test_what_is_due_happens_in_order_on_the_way(sandbox: SandboxServer) -> None:
    session = open_session(sandbox)
    paid(sandbox)
    before = sandbox.sandbox.now()
    sandbox.pass_time(days=30)
    events = list(sandbox.stripe.v1.events.list({"limit": 100}).auto_paging_iter())[::-1]
    due = [(one.type, one.created - before) for one in events if one.created > before]
    assert [kind for kind, _ in due] == ["charge.updated", "checkout.session.expired", "balance.available"]
    assert [round(seconds / 86_400) for _, seconds in due] == [0, 1, 7]
    assert sandbox.stripe.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert sandbox.control.post(f"/_sandbox/checkout/{session.id}/card", json={}).status_code == 400


def test_two_people_cannot_move_the_clock_at_once(sandbox: SandboxServer) -> None:
    sandbox.sandbox.hold(sandbox.sandbox.instant())
    assert sandbox.control.post("/_sandbox/clock", json={"days": 1}).status_code == 400
    sandbox.sandbox.let_go()
    sandbox.pass_time(days=1)


def test_a_session_can_be_expired_or_refused(sandbox: SandboxServer) -> None:
    session = open_session(sandbox)
    assert sandbox.stripe.v1.checkout.sessions.expire(session.id).status == "expired"
    open_ = open_session(sandbox)
    assert submit(sandbox, open_)["outcome"] == "Paid"
    expire = sandbox.stripe.v1.checkout.sessions.expire
    for one in (session.id, open_.id):
        with pytest.raises(Exception, match="open"):
            expire(one)


@pytest.mark.parametrize(
    "more",
    [
        {"mode": "subscription"},
        {"ui_mode": "elements"},
        {"line_items": []},
        {"line_items": [{"price": "price_1", "quantity": 1}]},
        {"line_items": [{"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 5}}]},
        {"line_items": [{"quantity": 0, "price_data": {"currency": "eur", "unit_amount": 5}}]},
        {"customer": "cus_nobody"},
        {"expires_at": 5},
        {"mode": "setup"},
    ],
)
def test_a_session_that_makes_no_sense_is_refused(sandbox: SandboxServer, more: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=r"sandbox|param|customer|timestamp|positive"):
        open_session(sandbox, **more)
    assert sandbox.sandbox.state.table("checkout.session") == {}


def test_the_lines_of_a_session_are_shown_when_asked_for(sandbox: SandboxServer) -> None:
    session = open_session(sandbox)
    found: Any = sandbox.stripe.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items"]})
    assert [(line.description, line.amount_total) for line in found.line_items.data] == [("Contribution", 2000)]
    assert session.line_items is None


def test_an_operator_sees_everything(sandbox: SandboxServer) -> None:
    account = certified(sandbox)
    transfer(sandbox, paid(sandbox, 2000, "disputes"), account, 1500)
    sandbox.pass_time(seconds=10)
    seen = sandbox.control.get("/_sandbox/overview").json()
    assert seen["accounts"][0]["state"] == "verified"
    assert [(row["pending"], row["available"]) for row in seen["balances"]] == [(445, -4000), (1500, 0)]
    assert (seen["payments"][0]["fee"], seen["payments"][0]["disputed"]) == (55, True)
    assert seen["disputes"][0]["open"]


def test_an_answer_is_dropped_without_a_server_below_too() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:  # noqa: ANN401 - a message of ASGI
        sent.append(message)

    async def receive() -> Any:  # noqa: ANN401 - a message of ASGI
        return {}

    with pytest.raises(StopIteration):
        Dropped()({}, receive, send).send(None)
    assert sent[0]["type"] == "http.response.start"


FOREIGN_REQUESTS = [
    {"Origin": "https://evil.example", "Content-Type": "application/json"},
    {"Origin": "null", "Content-Type": "application/json"},
    {"Host": "evil.example", "Content-Type": "application/json"},
    {"Content-Type": "text/plain"},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN_REQUESTS)
def test_a_page_of_another_site_cannot_move_its_time(sandbox: SandboxServer, headers: dict[str, str]) -> None:
    before = sandbox.sandbox.instant()
    answer = sandbox.control.post("/_sandbox/clock", content=b'{"days": 30}', headers=headers)
    assert answer.status_code in {403, 415}
    assert sandbox.sandbox.instant() - before < 3_600


def test_its_own_pages_may(sandbox: SandboxServer) -> None:
    own = {"Origin": sandbox.url, "Content-Type": "application/json; charset=utf-8"}
    before = sandbox.sandbox.instant()
    assert sandbox.control.post("/_sandbox/clock", content=b'{"days": 30}', headers=own).status_code == 200
    assert sandbox.sandbox.instant() - before > 29 * 86_400
