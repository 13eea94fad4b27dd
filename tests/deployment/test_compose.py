"""compose.yaml, executed: each command starts with exactly its environment, on a database that asks for passwords."""

from __future__ import annotations

import os
import random
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Literal

from adapters.local_postgres import LocalPostgres
from adapters.stripe_sandbox.testing import KEY, SECRETS, run_sandbox
from service.variables import secret_names, variable_groups
from tests.deployment.compose import Refused, Service, interpolate, services
from tests.house.sources import ROOT
from tests.kit.association import VAULT_KEY
from tests.kit.waiting import wait_until

_PASSWORD: Final = "un mot de passe, 'entre' \"guillemets\" \\ = é"  # noqa: S105 - of this test
ASKED_FOR: Final = {
    "COOPLEDGER_PUBLIC_URL": "https://coop.example",
    "COOPLEDGER_VAULT_KEY": VAULT_KEY,
    **{
        f"COOPLEDGER_{role}_PASSWORD": f"{_PASSWORD} {role}"
        for role in ("POSTGRES", "APP", "PROJECTOR", "VAULT", "WORKER", "AUDITOR")
    },
}
"""What an operator must give: as passwords, what breaks an address that they are written into."""
SMTP: Final = {
    "COOPLEDGER_SMTP_HOST": "smtp.coop.example",
    "COOPLEDGER_SMTP_SENDER": "ne-pas-repondre@coop.example",
    "COOPLEDGER_SMTP_USER": "coop",
    "COOPLEDGER_SMTP_PASSWORD": "secret",
}
GOOGLE: Final = {"COOPLEDGER_GOOGLE_CLIENT_ID": "client", "COOPLEDGER_GOOGLE_CLIENT_SECRET": "secret"}
_SET_BY_THE_FILE: Final = {
    "COOPLEDGER_DATABASE_URL",
    "COOPLEDGER_DATA_DIR",
    "COOPLEDGER_ERASURE_LIST",
    "COOPLEDGER_HOST",
    "COOPLEDGER_PORT",
    "COOPLEDGER_PG_BIN",
}
"""Where things are in the containers is no operator's choice; the web's address is said in its command."""
_OPEN: Final = ("association", "open", "ad06", "--name=OCCE 06", "--siren=123456782", "--demo")
_PORTS: Final = range(20_000, 30_000)


class Machine(NamedTuple):
    """What containers would run on: a server that asks for passwords, a folder for volumes, a sandbox of payments."""

    postgres: LocalPostgres
    folder: Path
    sandbox: str


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which `migrate` ran, and an association was opened as the manual says."""
    with LocalPostgres(Path(tempfile.mkdtemp(prefix="coopledger-compose-")), durable=False) as postgres:
        try:
            with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
                password = Literal(ASKED_FOR["COOPLEDGER_POSTGRES_PASSWORD"])
                connection.execute(SQL("CREATE ROLE coopledger SUPERUSER LOGIN PASSWORD {}").format(password))
                connection.execute("CREATE DATABASE coopledger OWNER coopledger")
                (postgres.data / "pg_hba.conf").write_text("local all all scram-sha-256\n")
                connection.execute("SELECT pg_reload_conf()")
            with run_sandbox() as sandbox:
                made = Machine(postgres, tmp_path_factory.mktemp("volumes"), sandbox.url)
                for command in (None, _OPEN):
                    done = run(made, services(ASKED_FOR)["migrate"], command)
                    assert (done.returncode, done.stderr) == (0, "")
                yield made
        finally:
            postgres.destroy()


def environment(machine: Machine, service: Service) -> dict[str, str]:
    """What a container's process finds in its environment, with the places of this machine instead of its own."""
    here = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    places = {"host=postgres": f"host={machine.postgres.socket_folder}", "/data": str(machine.folder / "data")}
    places |= {f"/run/secrets/{name}": str(path) for name, path in service.secrets.items()}
    places |= {"/erasures/": f"{machine.folder}/erasures/"}
    told = {}
    for name, value in service.environment.items():
        told[name] = next((value.replace(there, here) for there, here in places.items() if there in value), value)
    return here | told


def run(machine: Machine, service: Service, command: tuple[str, ...] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command of a service, or another one in it, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *(command or service.command)],
        env=environment(machine, service),
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


@contextmanager
def running(machine: Machine, service: Service, *last: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command of a service for a while; told to stop, it ends well."""
    log = machine.folder / f"{service.name}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", *service.command, *last],
            env=environment(machine, service),
            stdout=output,
            stderr=output,
            text=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            status = process.wait(60)
    assert (status, "Traceback" in log.read_text()) == (0, False), log.read_text()


def free_port() -> str:
    """A port that is free now, below those that a system gives to whatever connects meanwhile."""
    while True:
        port = random.choice(_PORTS)  # noqa: S311 - any that is free
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return str(port)


def stripe(machine: Machine) -> dict[str, str]:
    """What an operator gives to take payments."""
    secrets = {f"COOPLEDGER_STRIPE_{kind.upper()}_SECRETS": secret for kind, secret in SECRETS.items()}
    return {"COOPLEDGER_STRIPE_KEY": KEY, "COOPLEDGER_STRIPE_URL": machine.sandbox, **secrets}


def as_files(given: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The same with each secret in a file."""
    told = {name: value for name, value in given.items() if name not in secret_names()}
    for name in given.keys() - told.keys():
        path = folder / name.lower()
        path.write_text(f"{given[name]}\n", encoding="utf-8")
        told[f"{name}_FILE"] = str(path)
    return told


def check_up(machine: Machine, given: Mapping[str, str]) -> None:
    """Have web and worker start: the web's own health check succeeds, the worker projects."""
    told = services(given)
    port = free_port()
    asked = [part.replace(":8000/", f":{port}/") for part in told["web"].healthcheck["test"][1:]]
    with ExitStack() as stack:
        processes = [
            stack.enter_context(running(machine, told["web"], f"--port={port}")),
            stack.enter_context(running(machine, told["worker"])),
        ]
        administrator = stack.enter_context(psycopg.connect(address(machine), autocommit=True))

        def up() -> bool:
            assert [process.poll() for process in processes] == [None, None], logs(machine)
            return healthy(asked) and projecting(administrator)

        wait_until(up, seconds=120, pause=0.1)


def healthy(asked: list[str]) -> bool:
    """Whether a health check succeeds."""
    assert asked[0] == "python"
    return subprocess.run([sys.executable, *asked[1:]], check=False, capture_output=True).returncode == 0


def projecting(administrator: psycopg.Connection) -> bool:
    """Whether a process that may write read models is signed in: the worker alone may."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'coopledger_projector'"
    row = administrator.execute(query).fetchone()
    return row is not None and bool(row[0])


def address(machine: Machine) -> str:
    """The database's address for its administrator."""
    password = ASKED_FOR["COOPLEDGER_POSTGRES_PASSWORD"]
    return make_conninfo(machine.postgres.dsn("coopledger", "coopledger"), password=password)


def logs(machine: Machine) -> str:
    """What web and worker said."""
    return "\n".join((machine.folder / f"{name}.log").read_text() for name in ("web", "worker"))


def test_with_what_is_asked_for_and_no_more_web_and_worker_start(machine: Machine) -> None:
    check_up(machine, ASKED_FOR)


def test_with_payments_web_and_worker_start(machine: Machine) -> None:
    check_up(machine, ASKED_FOR | stripe(machine))


def test_with_e_mails_and_google_and_no_payments_web_and_worker_start(machine: Machine) -> None:
    check_up(machine, ASKED_FOR | SMTP | GOOGLE)


def test_with_everything_and_each_secret_in_a_file_web_and_worker_start(machine: Machine, tmp_path: Path) -> None:
    given = as_files(ASKED_FOR | stripe(machine) | SMTP | GOOGLE, tmp_path)
    assert [name for name in given if name in secret_names()] == []
    done = run(machine, services(given)["migrate"])
    assert (done.returncode, done.stderr) == (0, "")
    check_up(machine, given)


def test_the_auditor_verifies_with_what_is_given_to_that_service_alone(machine: Machine) -> None:
    told = services(ASKED_FOR)
    with running(machine, told["worker"]), psycopg.connect(address(machine), autocommit=True) as administrator:
        wait_until(lambda: projecting(administrator), seconds=120, pause=0.1)
        done = run(machine, told["verify"], ("verify", "ad06"))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Tout est conforme."), done.stderr


def test_with_a_wrong_password_nothing_starts_so_that_the_server_does_ask(machine: Machine) -> None:
    done = run(machine, services(ASKED_FOR | {"COOPLEDGER_APP_PASSWORD": "faux"})["web"])
    assert (done.returncode, "La base de données refuse la connexion" in done.stderr) == (77, True), done.stderr


@pytest.mark.parametrize("name", sorted(ASKED_FOR.keys() - {"COOPLEDGER_AUDITOR_PASSWORD"}))
def test_compose_refuses_to_start_without_what_is_asked_for(name: str) -> None:
    with pytest.raises(Refused, match=name):
        services({one: value for one, value in ASKED_FOR.items() if one != name})


def test_every_variable_reaches_web_or_worker_and_a_secret_as_a_file_too() -> None:
    names = {one.name for group in variable_groups() for one in group.variables} - _SET_BY_THE_FILE
    given = {name: f"value of {name}" for name in names}
    reached = {name for service in services(given).values() for name in service.environment.items() if name[0] in names}
    assert {name for name, _ in reached} == names
    assert {name: value for name, value in reached if value != given[name]} == {}
    files = {f"{name}_FILE": f"/here/{name}" for name in secret_names() - _SET_BY_THE_FILE}
    told = services({"COOPLEDGER_PUBLIC_URL": "https://coop.example"} | files).values()
    found = {
        (name, str(service.secrets[Path(service.environment[name]).name]))
        for service in told
        for name in files.keys() & service.environment.keys()
    }
    assert found == set(files.items())


def test_web_and_worker_know_the_same_of_what_both_read_and_each_has_only_its_own_passwords() -> None:
    told = services(ASKED_FOR)
    passwords = {name: {one for one in told[name].environment if one.endswith("_PASSWORD")} for name in told}
    assert passwords["web"] == {f"COOPLEDGER_{role}_PASSWORD" for role in ("APP", "VAULT", "WORKER")}
    assert passwords["worker"] - passwords["web"] == {"COOPLEDGER_PROJECTOR_PASSWORD", "COOPLEDGER_SMTP_PASSWORD"}
    assert passwords["verify"] == {"COOPLEDGER_AUDITOR_PASSWORD"}
    assert passwords["caddy"] == set()


def test_the_key_of_one_association_reaches_web_and_worker(tmp_path: Path) -> None:
    (tmp_path / ".env.vault-keys").write_text("# of one\nCOOPLEDGER_VAULT_KEY_AD06=abc=\n", encoding="utf-8")
    told = services(ASKED_FOR, tmp_path)
    reached = {name for name in told if told[name].environment.get("COOPLEDGER_VAULT_KEY_AD06") == "abc="}
    assert reached == {"web", "worker"}


def test_trusted_are_the_gateway_of_the_own_network_and_the_proxy_of_the_file_and_nobody_else() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    trusted = services(ASKED_FOR)["web"].environment["COOPLEDGER_TRUSTED_PROXIES"].split(",")
    assert trusted == [*re.findall(r"gateway: ([\d.]+)", text), *re.findall(r"ipv4_address: ([\d.]+)", text)]
    assert services(ASKED_FOR)["web"].ports == ("127.0.0.1:8000:8000",)


def test_every_database_address_says_how_it_is_reached_and_no_password() -> None:
    told = services(ASKED_FOR)
    addresses = [told[name].environment["COOPLEDGER_DATABASE_URL"] for name in ("migrate", "web", "worker", "verify")]
    assert [one for one in addresses if not one.endswith(" sslmode=disable") or "password" in one] == []


def test_values_are_put_in_as_compose_does_it() -> None:
    given = {"A": "a", "E": ""}
    texts = ["${A:-b}", "x${E:-b}y", "${A:+${E:-c}}", "${E:+c}", "${E:-${A:?}}"]
    assert [interpolate(text, given) for text in texts] == ["a", "xby", "c", "", "a"]
