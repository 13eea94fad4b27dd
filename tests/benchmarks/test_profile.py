"""``./dev bench --profile``: a stack falls into the step it should, and what is sampled is what used the processor."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Final

import psycopg
import pytest

from adapters.local_postgres import LocalPostgres
from benchmarks.__main__ import main
from benchmarks.bench import Bench
from benchmarks.catalogue import SUBJECTS
from benchmarks.deployment.usage import busy_by_title
from benchmarks.profile import account
from benchmarks.profile.account import Account, Lone, Part, shares
from benchmarks.profile.loads import LOADS
from benchmarks.profile.sampler import words_before
from benchmarks.profile.stacks import SampledProcess, Stack, place_of, stacks_of
from benchmarks.profile.steps import OTHER, STEPS, Step, StepTable
from benchmarks.profile.table import table_of
from tests.house.sources import PACKAGES, ROOT
from tests.kit.waiting import wait_until

LOOP: Final = ("asyncio/events.py:_run", "asyncio/base_events.py:_run_once", "uvicorn/server.py:run")
"""What every stack of the web server's first thread ends with."""
ROUTE: Final = ("service/api/contributions.py:place_contribution", "service/api/contract/route_plan.py:answer", *LOOP)
LOOK: Final = ("service/worker/webhook_worker.py:_payment", "service/worker/crew.py:_carry_out", "threading.py:run")
SDK: Final = ("httpcore2/_sync/http11.py:read", "stripe/_http_client.py:request")
TABLE: Final = StepTable()


@pytest.mark.parametrize(
    ("stack", "step"),
    [
        (("h11/_events.py:__init__", "uvicorn/protocols/http/h11_impl.py:send", *ROUTE), "HTTP parser and connection"),
        (
            ("asyncio/selector_events.py:write", "uvicorn/protocols/http/h11_impl.py:send", *LOOP),
            "sockets read and written",
        ),
        (("selectors.py:select", *LOOP[1:]), "event loop"),
        (("service/http/bounds/turns.py:end", "service/web/fair_share.py:__call__", *LOOP), "middleware"),
        (("starlette/routing.py:matches", "fastapi/routing.py:app", *LOOP), "finding the route"),
        (("json/decoder.py:decode", "service/api/contract/route_plan.py:_body_of", *LOOP), "reading the request"),
        (("fastapi/_compat/v2.py:validate", "service/api/contract/route_plan.py:_written", *LOOP), "answer"),
        (("service/auth/token_cache.py:find", "service/api/asker.py:find_asker", *LOOP), "rights and token"),
        (("uuid.py:__init__", "service/api/context.py:new_id", *ROUTE), "route of the API"),
        (("structlog/_base.py:_process_event", "service/http/request_log.py:__call__", *LOOP), "log lines"),
        (("service/http/live/channel.py:move", "service/runtime/read_feed.py:_hear"), "live pages"),
        (
            ("psycopg/cursor.py:execute", "adapters/people_vault/storage.py:put", "anyio/to_thread.py:run"),
            "people vault",
        ),
        (
            ("adapters/people_vault/baskets.py:write", "service/pages/families/basket/payment.py:pay"),
            "basket kept and checked",
        ),
        (("service/pages/templates/basket.html:root", "jinja2/environment.py:render"), "page: written"),
        (
            ("domain/money.py:euros", "domain/campaign/basket.py:decide", "adapters/log/batch.py:decide"),
            "ledger: decision",
        ),
        (
            (
                "psycopg/cursor.py:execute",
                "adapters/log/append/writer.py:append",
                "adapters/log/command_bus.py:_append",
            ),
            "ledger: append",
        ),
        (("adapters/log/event_store.py:load", "service/runtime/live_states.py:current"), "ledger: log read"),
        (("threading.py:wait", "adapters/log/bus/queue.py:drain"), "ledger: command bus"),
        ((*SDK, "service/payments/checkout.py:lead_to_payment"), "provider's SDK and network"),
        (
            (
                "hmac.py:digest",
                "adapters/stripe_provider/webhooks.py:parse_webhook",
                "service/worker/worker.py:receive",
            ),
            "webhook taken",
        ),
        ((*SDK, *LOOK), "look: SDK and network"),
        (("psycopg/cursor.py:execute", "adapters/jobs/webhook_inbox.py:answered", *LOOK), "look: the rest"),
        ((*SDK, "service/payments/transfers.py:transfer_task"), "transfer: SDK and network"),
        (
            (
                "domain/papers/drafts.py:draft",
                "service/worker/task_plan.py:tasks_for",
                "service/worker/log_follower.py:follow",
            ),
            "tasks planned",
        ),
        (("domain/journal.py:postings", "projections/journal.py:fold", "projections/engine/live.py:_run"), "projector"),
        (("jinja2/environment.py:render", "service/emails/sender.py:email_task"), "letters: written and sent"),
        (("adapters/log/event_store.py:_read", "service/emails/sender.py:email_task"), "letters: log and people read"),
        (
            ("psycopg/cursor.py:execute", "adapters/jobs/outbox.py:due", "service/worker/crew.py:_hand_out"),
            "queues and crews",
        ),
        (("threading.py:_bootstrap",), OTHER),
        ((), OTHER),
    ],
    ids=str,
)
def test_a_stack_falls_into_the_step_of_the_innermost_frame_that_is_known(stack: Stack, step: str) -> None:
    assert TABLE.step_of(stack) == step


def test_of_two_steps_that_know_a_frame_the_longer_prefix_and_the_one_within_something_are_believed() -> None:
    table = StepTable((Step("long", ("a/b",)), Step("short", ("a/",)), Step("inner", ("a/",), within=("work/",))))
    assert table.step_of(("a/b.py:f",)) == "long"
    assert table.step_of(("a/c.py:f",)) == "short"
    assert table.step_of(("x.py:f", "a/b.py:f", "work/on.py:f")) == "inner"


def prefixes() -> list[str]:
    """Every beginning of a frame that the table knows."""
    return [prefix for step in STEPS for prefix in (*step.frames, *step.within)]


def test_what_the_table_knows_of_ours_exists() -> None:
    ours = [prefix.partition(":") for prefix in prefixes() if prefix.split("/")[0] in PACKAGES]
    assert len(ours) > 50
    assert [place for place, _, _ in ours if not (ROOT / place).exists()] == []
    assert [name for place, _, name in ours if name and f"def {name}(" not in (ROOT / place).read_text("utf-8")] == []


def test_what_the_table_knows_of_libraries_is_installed() -> None:
    tops = {prefix.split("/")[0].removesuffix(".py") for prefix in prefixes() if not prefix.startswith("<")}
    assert len(tops) > 20
    assert [top for top in sorted(tops) if importlib.util.find_spec(top) is None] == []


def test_no_two_steps_share_a_name_and_none_is_called_other() -> None:
    names = Counter(step.name for step in STEPS)
    assert max(names.values()) == 1
    assert OTHER not in names


WRITTEN: Final = f"""Stack (most recent call first):
  File "{ROOT}/.venv/lib/python3.11/site-packages/h11/_events.py", line 84 in __init__
  File "/usr/lib/python3.11/asyncio/events.py", line 84 in _run
  File "{ROOT}/service/people.py", line 7 in new_payer
  File "<frozen runpy>", line 88 in _run_code
Stack (most recent call first):
  <no Python frame>
"""


def test_what_the_sampler_writes_is_read_as_places_without_the_folders_of_this_machine() -> None:
    first = (
        "h11/_events.py:__init__",
        "asyncio/events.py:_run",
        "service/people.py:new_payer",
        "<frozen runpy>:_run_code",
    )
    assert stacks_of(WRITTEN) == [first, ()]
    assert place_of("/opt/elsewhere.py") == "/opt/elsewhere.py"


WORK: Final = """
import hashlib, threading, time

def early():
    while time.process_time() < 0.3:
        pass

def spin(until):
    while time.thread_time() < until:
        pass

def digest(until):
    while time.thread_time() < until:
        hashlib.pbkdf2_hmac("sha256", b"word", b"salt", 20_000)

def wait(told):
    told.wait()

early()
told = threading.Event()
threading.Thread(target=wait, args=(told,)).start()
print("ready", flush=True)
input()
threads = [threading.Thread(target=work, args=(0.4,)) for work in (spin, digest)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done", flush=True)
input()
told.set()
"""


def test_sampled_is_what_used_the_processor_while_it_was_told_to_in_python_and_in_c_and_nothing_that_waited(
    tmp_path: Path,
) -> None:
    (tmp_path / "work.py").write_text(WORK, encoding="utf-8")
    file = tmp_path / "stacks"
    command = [sys.executable, "-m", *words_before(file), "work"]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        sampled = SampledProcess(running.pid, file)
        sampled.start()
        running.stdin.write("\n")
        running.stdin.flush()
        assert running.stdout.readline() == "done\n"
        stacks = sampled.stop()
        assert sampled.stop() == []
        running.communicate("\n")
    assert running.returncode == 0
    functions = Counter(frame.rpartition(":")[2] for stack in stacks for frame in stack[:1])
    assert functions["spin"] > 10
    assert functions["digest"] > 10
    assert functions["spin"] + functions["digest"] > len(stacks) / 2
    assert {frame.rpartition(":")[2] for stack in stacks for frame in stack} & {"early", "wait"} == set()


def test_the_sessions_of_a_server_are_told_by_role_and_its_helpers_by_name(postgres: LocalPostgres) -> None:
    server = postgres.pid()
    assert server is not None
    helpers = {"checkpointer", "walwriter", "background writer", "server and ended sessions"}
    with psycopg.connect(postgres.dsn()):
        wait_until(lambda: helpers | {"postgres"} <= busy_by_title(server).keys(), seconds=20)
    assert all(seconds >= 0 for seconds in busy_by_title(server).values())


def test_a_time_is_divided_by_how_many_stacks_fell_into_each_step() -> None:
    assert shares(Counter({"append": 3, "answer": 1}), 2.0) == {"append": 1.5, "answer": 0.5}


def test_an_account_shows_each_process_its_steps_and_what_one_alone_waits_for() -> None:
    parts = [
        Part("web", 3.0, {"answer": 0.991, "append": 2.0, "log lines": 0.009}, 1_500),
        Part("Postgres", 1.0, {"walwriter": 1.0}, None),
    ]
    made = Account(LOADS[0], 2_000, parts, Lone(10.0, {"web": 4.0}))
    lines = [" ".join(line.split()) for line in table_of(made).splitlines()]
    assert lines == [
        "http-post: POST of a contribution, 48 at once, 2,000 of them",
        "web 3.000 ms 75.0 % (1,500 stacks)",
        "append 2.000 ms 50.0 %",
        "answer 0.991 ms 24.8 %",
        "steps below a half per cent, together 0.009 ms 0.2 %",
        "Postgres 1.000 ms 25.0 %",
        "walwriter 1.000 ms 25.0 %",
        "all 4.000 ms 100.0 %",
        "one alone, until the answer (median)",
        "waits 10.000 ms 100.0 %",
        "processors meanwhile: web 4.000 ms 40.0 %",
        "the rest: disk, pauses, turns 6.000 ms 60.0 %",
    ]


@pytest.mark.parametrize(("ends", "told"), [(0, 0), (2, 2), (3, 2)])
def test_a_load_whose_service_ended_is_begun_anew_twice_at_most(
    ends: int, told: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Account(LOADS[0], 1, [], Lone(1.0, {}))
    failures = [subprocess.CalledProcessError(1, ["client"])] * ends

    def begin(*_: object) -> Account:
        if failures:
            raise failures.pop()
        return made

    monkeypatch.setattr(account, "begin", begin)
    with Bench(quick=True) as bench, pytest.raises(subprocess.CalledProcessError) if ends > 2 else nullcontext():
        assert account.account_of(LOADS[0], bench) == made
    assert capsys.readouterr().err.count("http-post: begun anew after CalledProcessError") == told


def test_of_a_wait_that_was_all_work_nothing_is_left() -> None:
    assert Lone(10.0, {"web": 6.0, "Postgres: coopledger_vault": 5.0}).idle == 0.0


def test_what_is_profiled_is_among_the_subjects() -> None:
    assert {load.subject for load in LOADS} <= {subject.name for subject in SUBJECTS}


@pytest.mark.parametrize(
    "words", [["--profile", "verify"], ["--profile", "http-post", "--json", "file"]], ids=["no-load", "no-figures"]
)
def test_a_profile_that_there_is_none_of_is_refused(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "there is one of http-post, basket, payments" in capsys.readouterr().err
