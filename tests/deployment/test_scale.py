"""`docker compose up --scale web=2 --scale worker=2`: nothing in compose.yaml allows only one of them."""

from __future__ import annotations

import re
from typing import Final

from tests.deployment.compose import services
from tests.deployment.test_compose import ASKED_FOR
from tests.house.sources import ROOT

SCALED: Final = ("web", "worker")
SEVERAL: Final = {"COOPLEDGER_WEB_PORTS": "8000-8009"}
_RANGE: Final = re.compile(r"127\.0\.0\.1:(\d+)-(\d+):8000")


def test_neither_has_a_name_or_an_address_that_a_second_one_could_not_have() -> None:
    told = services(ASKED_FOR)
    assert {name: told[name].alone for name in SCALED} == {"web": (), "worker": ()}
    assert told["caddy"].alone == ("ipv4_address",)


def test_several_web_processes_share_a_range_of_this_machine_s_ports_out_and_a_worker_takes_none() -> None:
    told = services(ASKED_FOR | SEVERAL)
    (ports,) = told["web"].ports
    found = _RANGE.fullmatch(ports)
    assert found is not None
    assert int(found[2]) - int(found[1]) >= 1
    assert told["worker"].ports == ()


def test_each_waits_for_the_migration_which_runs_once_and_has_ended() -> None:
    told = services(ASKED_FOR)
    for name in SCALED:
        assert told[name].waits_for["migrate"] == "service_completed_successfully"
    assert told["migrate"].command == ("migrate",)
    assert told["migrate"].waits_for == {"postgres": "service_healthy"}


def test_the_proxy_hands_on_to_all_that_the_name_of_the_web_process_stands_for() -> None:
    caddy = services(ASKED_FOR)["caddy"]
    upstream = caddy.environment["COOPLEDGER_UPSTREAM"]
    assert upstream == "web:8000"
    assert caddy.waits_for == {"web": "service_healthy"}
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    assert "reverse_proxy {$COOPLEDGER_UPSTREAM:127.0.0.1:8000}" in caddyfile


def test_the_manual_says_how_with_the_variable_that_the_file_reads() -> None:
    manual = (ROOT / "docs" / "operate" / "install.md").read_text(encoding="utf-8")
    (line,) = [line for line in manual.splitlines() if "--scale" in line]
    assert all(f"--scale {name}=2" in line for name in SCALED)
    assert f"COOPLEDGER_WEB_PORTS={SEVERAL['COOPLEDGER_WEB_PORTS']}" in line
