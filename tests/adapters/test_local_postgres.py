"""The private Postgres starts, stops, survives being killed and is adopted, under any account and in any folder."""

import os
import pwd
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from adapters.local_postgres import LocalPostgres
from adapters.local_postgres_binaries import BINARIES_VARIABLE, SYSTEM_HOME, LocalPostgresError

as_root = os.geteuid() == 0


@pytest.fixture
def root() -> Iterator[Path]:
    """An empty folder that every account can reach."""
    with tempfile.TemporaryDirectory(prefix="coopledger pg ") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "cluster"


def ask(server: LocalPostgres, question: str) -> str:
    """Return the single value that a query gives."""
    with psycopg.connect(server.dsn()) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return str(row[0])


def test_a_server_starts_stops_and_starts_again_with_its_rows(root: Path) -> None:
    server = LocalPostgres(root)
    with server, psycopg.connect(server.dsn()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert server.pid() is None
    assert not server.socket_folder.exists()
    with server:
        assert ask(server, "SELECT answer FROM kept") == "42"
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700
    server.stop()


def test_the_last_of_those_who_use_a_server_stops_it_even_if_another_was_killed(root: Path) -> None:
    first, second = LocalPostgres(root), LocalPostgres(root)
    first.start()
    second.start()
    second.stop()
    assert ask(first, "SELECT 1") == "1"
    program = "import sys; from pathlib import Path; from adapters.local_postgres import LocalPostgres as P;"
    program += "P(Path(sys.argv[1])).start(); print('started', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", program, str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "started\n"
        killed.kill()
    first.stop()
    assert first.pid() is None


def test_the_server_listens_to_no_port_and_checks_its_pages(postgres: LocalPostgres) -> None:
    assert ask(postgres, "SHOW listen_addresses") == ""
    assert ask(postgres, "SHOW data_checksums") == "on"
    assert ask(postgres, "SHOW jit") == "off"
    assert ask(postgres, "SELECT datcollate || pg_encoding_to_char(encoding) FROM pg_database LIMIT 1") == "CUTF8"


def test_only_a_durable_server_waits_for_the_disk(root: Path, postgres: LocalPostgres) -> None:
    assert ask(postgres, "SHOW fsync") == "off"
    with LocalPostgres(root) as durable:
        assert ask(durable, "SHOW fsync") == "on"
        assert ask(durable, "SHOW synchronous_commit") == "on"


def test_committed_rows_survive_kill_minus_nine_under_the_same_address(root: Path) -> None:
    with LocalPostgres(root) as server:
        address = server.dsn()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (number int)")
            for number in range(50):
                connection.execute("INSERT INTO kept VALUES (%s)", [number])
            server.kill()
        assert server.pid() is None
        server.start()
        assert server.dsn() == address
        assert ask(server, "SELECT count(*) FROM kept") == "50"


def test_there_is_nothing_to_kill_where_no_server_runs(root: Path) -> None:
    with pytest.raises(LocalPostgresError, match="no server to kill"):
        LocalPostgres(root).kill()


def test_a_server_whose_parent_was_killed_is_adopted_and_stopped(root: Path) -> None:
    program = (
        "import sys, pathlib, adapters.local_postgres as a;"
        "s = a.LocalPostgres(pathlib.Path(sys.argv[1])); s.start(); print(s.pid(), flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    with LocalPostgres(root) as server:
        assert server.pid() == pid
        assert ask(server, "SELECT 1") == "1"
    assert server.pid() is None


def test_whoever_uses_a_server_last_stops_it(root: Path) -> None:
    first, second = LocalPostgres(root), LocalPostgres(root)
    first.start()
    second.start()
    first.stop()
    assert ask(second, "SELECT 1") == "1"
    second.stop()
    assert first.pid() is None
    assert first.exists
    first.stop()


def test_asking_whether_a_cluster_exists_makes_nothing(root: Path) -> None:
    assert not LocalPostgres(root).exists
    assert not root.exists()


def test_a_number_left_by_a_dead_server_is_not_taken_for_a_live_one(root: Path) -> None:
    with LocalPostgres(root) as server:
        pid_file = server.data / "postmaster.pid"
        left = pid_file.read_text(encoding="utf-8").splitlines()
        server.kill()
        # The number now belongs to another process: as after a reboot, our own parent stands in.
        pid_file.write_text("\n".join([str(os.getppid()), *left[1:]]) + "\n", encoding="utf-8")
        assert server.pid() is None
        server.start()
        assert ask(server, "SELECT 1") == "1"


def test_a_folder_of_somebody_else_in_place_of_the_socket_is_refused(root: Path) -> None:
    server = LocalPostgres(root)
    server.socket_folder.mkdir(mode=0o755)
    server.socket_folder.chmod(0o777)
    try:
        with pytest.raises(LocalPostgresError, match="not a private folder"):
            server.start()
    finally:
        server.socket_folder.rmdir()


def test_a_broken_cluster_says_what_its_log_says(root: Path) -> None:
    server = LocalPostgres(root, durable=False)
    server.start()
    server.stop()
    (server.data / "postgresql.conf").write_text("no_such_setting = 1\n", encoding="utf-8")
    with pytest.raises(LocalPostgresError, match="no_such_setting"):
        server.start()
    server.stop()


def test_other_binaries_can_be_chosen(
    root: Path, postgres: LocalPostgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(BINARIES_VARIABLE, str(tmp_path))
    with pytest.raises(LocalPostgresError, match=BINARIES_VARIABLE):
        LocalPostgres(root).start()
    monkeypatch.setenv(BINARIES_VARIABLE, str(postgres.binaries))
    with LocalPostgres(root, durable=False) as server:
        assert ask(server, "SELECT 1") == "1"


if as_root:

    def test_root_serves_a_closed_folder_from_elsewhere_and_leaves_it_closed(tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        server = LocalPostgres(closed / "cluster", durable=False)
        with server:
            assert server.home.parent == SYSTEM_HOME
            assert ask(server, "SELECT 1") == "1"
            assert LocalPostgres(closed / "cluster").home == server.home
        assert closed.stat().st_mode & 0o777 == 0o700
        server.destroy()
        assert not server.home.exists()

    def test_root_runs_closed_binaries_from_a_copy(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("adapters.local_postgres_binaries.SYSTEM_HOME", root.parent / "system")
        monkeypatch.setattr("adapters.local_postgres_binaries.reachable", lambda path, _: path.name != "postgres")
        with LocalPostgres(root, durable=False) as server:
            assert (root.parent / "system") in server.binaries.parents
            assert ask(server, "SELECT 1") == "1"

    def test_an_ordinary_user_runs_the_server_as_himself(root: Path) -> None:
        nobody = pwd.getpwnam("nobody")
        root.mkdir()
        os.chown(root, nobody.pw_uid, nobody.pw_gid)
        program = (
            "import os, sys, pathlib, psycopg, adapters.local_postgres as a\n"
            # The interpreter itself may lie in a folder closed to the user: he only takes over once it is loaded.
            "os.setgroups([]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[2]))\n"
            "with a.LocalPostgres(pathlib.Path(sys.argv[1]), durable=False) as s:\n"
            "    print(psycopg.connect(s.dsn()).execute('SELECT 1').fetchone()[0], s.account)"
        )
        command = [sys.executable, "-c", program, str(root), str(nobody.pw_uid), str(nobody.pw_gid)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        assert done.stdout.split() == ["1", "None"]
