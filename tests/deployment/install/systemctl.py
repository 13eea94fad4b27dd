"""A stand-in for systemctl where no systemd runs (a chroot): starts and stops the units that the manual names.

It reads the units' own lines: who runs what, where, with which environment. Sandboxing is systemd's alone.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

UNITS = (Path("/etc/systemd/system"), Path("/lib/systemd/system"))
RUN = Path("/run/stand-in")


def lines_of(name: str) -> list[str]:
    """The lines of a unit and of what is dropped beside it."""
    unit = next(folder / f"{name}.service" for folder in UNITS if (folder / f"{name}.service").exists())
    dropped = sorted(path for folder in UNITS for path in folder.glob(f"{name}.service.d/*.conf"))
    return [line for path in (unit, *dropped) for line in path.read_text().splitlines()]


def start(name: str) -> None:
    """Start a unit."""
    RUN.mkdir(exist_ok=True)
    told = [line.partition("=")[::2] for line in lines_of(name) if "=" in line and not line.startswith("#")]
    environment: dict[str, str] = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/var/lib/caddy"}
    for key, value in told:
        if key == "EnvironmentFile":
            pairs = (line.partition("=")[::2] for line in Path(value).read_text().splitlines() if line[:1].isalpha())
            environment |= {variable: shlex.split(text)[0] if text else "" for variable, text in pairs}
        if key == "Environment":
            variable, _, text = value.partition("=")
            environment[variable] = text
    settings = dict(told)
    who = [f"--reuid={settings['User']}", f"--regid={settings['User']}", "--init-groups"]
    if "CAP_NET_BIND_SERVICE" in settings.get("AmbientCapabilities", ""):
        who += ["--inh-caps=+net_bind_service", "--ambient-caps=+net_bind_service"]
    command = ["/usr/bin/setpriv", *who, *shlex.split(settings["ExecStart"])]
    with (RUN / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=settings.get("WorkingDirectory", "/"),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    (RUN / f"{name}.pid").write_text(str(process.pid))


def stop(name: str) -> None:
    """Stop a unit, if it runs."""
    path = RUN / f"{name}.pid"
    if not path.exists():
        return
    pid = int(path.read_text())
    path.unlink()
    try:
        os.killpg(pid, signal.SIGTERM)
        while True:
            os.killpg(pid, 0)
            time.sleep(0.1)
    except ProcessLookupError:
        return


def main(order: str, *words: str) -> None:
    """Do what is asked of systemctl."""
    names = [word for word in words if not word.startswith("-")]
    for name in names:
        if order in ("stop", "restart"):
            stop(name)
        if order in ("start", "restart") or (order == "enable" and "--now" in words):
            start(name)


main(*sys.argv[1:])
