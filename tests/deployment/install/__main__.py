"""``python -m tests.deployment.install FOLDER``: type the manual's pages into the empty Debian 12 of a folder.

As root, with debootstrap's result in FOLDER (``debootstrap --variant=minbase bookworm FOLDER``). The first part, which
fetches programs, uses the network; all others run without one, in a network of their own, so that nothing of this
machine is touched or reached. What a real machine does and a chroot does not: systemd (a stand-in reads the units),
Debian's start of Postgres when it is installed, a public name (``https://localhost``, whose certificate Caddy signs).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from tests.deployment.install.document import Part, parts
from tests.house.sources import ROOT

_ADDRESS: Final = ("https://coop.example", "https://localhost")
_BEFORE: Final = (
    "set -e",
    "export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 HOME=/root SOURCE=/source",
    "export PIP_CERT=/root/authorities.crt",
    "cd /root",
)
_STARTED: Final = ("export CURL_CA_BUNDLE=/run/authorities", "pg_ctlcluster 15 main start")
_CERTIFICATE: Final = "/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"


def main(system: Path) -> int:
    """Type the page; return 0 when each line did what it should."""
    prepare(system)
    first, *others = parts()
    began = time.monotonic()
    done = enter(system, script([first], started=False), network=True)
    if done == 0:
        done = enter(system, script(others, started=True), network=False)
    sys.stdout.write(f"{(time.monotonic() - began) / 60:.1f} minutes, status {done}\n")
    return done


def script(typed: list[Part], *, started: bool) -> str:
    """The lines of parts as one shell types them, each shown first, each part with its time."""
    lines = [*_BEFORE, *_STARTED] if started else [*_BEFORE]
    for part in typed:
        lines.append(f"began=$(date +%s); printf '\\n# %s\\n' {quoted(part.title)}")
        for command in part.commands:
            lines += [f"printf '$ %s\\n' {quoted(command)}", command.replace(*_ADDRESS)]
            if command == "systemctl restart caddy":
                lines += [
                    f"for i in $(seq 100); do test -e {_CERTIFICATE} && break; sleep 0.1; done",
                    f"cat /etc/ssl/certs/ca-certificates.crt {_CERTIFICATE} > /run/authorities",
                ]
        lines.append('echo; echo "# $(( $(date +%s) - began )) s"')
    return "\n".join([*lines, ""])


def quoted(text: str) -> str:
    """A text as a word of the shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _program(name: str) -> str:
    """Where a program is."""
    return shutil.which(name) or name


def prepare(system: Path) -> None:
    """Put the code where it is cloned from, and what a chroot lacks."""
    subprocess.run([_program("git"), "clone", "--quiet", "--bare", str(ROOT), str(system / "source")], check=True)
    (system / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (system / "usr/sbin/policy-rc.d").chmod(0o755)
    stand_in = system / "usr/local/bin/systemctl"
    stand_in.write_text("#!/usr/bin/python3\n" + (Path(__file__).parent / "systemctl.py").read_text())
    stand_in.chmod(0o755)
    (system / "etc/hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
    (system / "root/.gitconfig").write_text("[safe]\n\tdirectory = *\n")
    # Whom this machine trusts: behind a filtering proxy nothing is fetched otherwise.
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", system / "root/authorities.crt")
    shutil.copy("/etc/resolv.conf", system / "etc/resolv.conf")


def enter(system: Path, typed: str, *, network: bool) -> int:
    """Run a script within the system, in namespaces of its own: whatever it starts ends with it."""
    (system / "root/typed.sh").write_text(typed)
    inside = f"mount -t proc proc {system}/proc && mount --rbind /dev {system}/dev"
    up = "" if network else "ip link set lo up && "
    order = f"{inside} && {up}chroot {system} /bin/bash /root/typed.sh"
    spaces = ["--mount", "--pid", "--fork", "--kill-child", *([] if network else ["--net"])]
    return subprocess.run(
        [_program("unshare"), *spaces, "/bin/sh", "-c", order],
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
