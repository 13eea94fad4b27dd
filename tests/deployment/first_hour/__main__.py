"""``python -m tests.deployment.first_hour FOLDER``: what README and docs tell to type and to open, in a fresh clone.

FOLDER is the clone, made of this repository's HEAD where it does not exist. ``./dev demo`` is started in it on a free
port, then every address is opened and every command typed, in the order of the pages; `typed.py`, `addresses.py` and
`elsewhere.py` say how, or who does it instead. A line for each, with its seconds; at the end the sums. Ends with 1 on a
traceback, a status that no page names, a link or an address that is dead, or something that is in none of the tables.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from pathlib import Path

import httpx2

from tests.deployment.first_hour import addresses, documents, typed
from tests.deployment.first_hour.clone import TRACEBACK, Clone, Done
from tests.deployment.first_hour.documents import Named
from tests.deployment.first_hour.elsewhere import ADDRESSES_ELSEWHERE, elsewhere
from tests.deployment.first_hour.facts import Facts
from tests.deployment.first_hour.files import write_files
from tests.deployment.first_hour.typed import SPECIAL, Typing, filled


class FirstHour:
    """One run, which says each thing as it is done, and counts."""

    def __init__(self, clone: Clone) -> None:
        """Begin in a clone."""
        self.clone = clone
        self.facts = Facts(clone.folder, clone.address)
        self.sums: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.variables: dict[str, str] = {}

    def say(self, kind: str, what: str, seconds: float, *, good: bool = True, more: str = "") -> None:
        """Say one thing, and remember what is wrong."""
        self.sums[kind] += 1
        line = f"{'ok  ' if good else 'WRONG'} {kind:10} {seconds:6.1f} s  {what}"
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        if not good:
            self.wrong.append(f"{line}\n{more}")

    def follow_links(self) -> None:
        """Follow every link between documents."""
        for link in documents.links():
            dead = documents.is_dead(link)
            self.sums["dead links"] += dead
            self.say("link", f"{link.place} → {link.text}", 0, good=not dead)

    def open_addresses(self) -> None:
        """Open every address, each once."""
        for one in first_of_each(documents.addresses()):
            if other := ADDRESSES_ELSEWHERE.get(one.text):
                self.say("elsewhere", f"{one.place}  {one.text}  ({other.by or 'nobody'}: {other.why})", 0)
                continue
            began = time.monotonic()
            done = addresses.opened(one.text, self.facts)
            what = f"{one.place}  {done.request} as {done.as_whom}: {done.status}"
            self.sums["dead links"] += not done.good
            self.say("address", what, time.monotonic() - began, good=done.good)

    def type_commands(self, commands: list[Named]) -> None:
        """Type every command, each once."""
        for one in commands:
            if other := elsewhere(one):
                self.say("elsewhere", f"{one.place}  {one.text.splitlines()[0]}  ({other.by}: {other.why})", 0)
            elif one.text == typed.SERVED:
                self.say("command", f"{one.place}  {one.text}: serves", 0)
            elif variable := re.fullmatch(r"([A-Z]+)=(\S+)", one.text):
                self.variables[variable[1]] = filled(variable[2], self.facts)
                self.say("command", f"{one.place}  {one.text}: a variable", 0)
            else:
                self._type(one, SPECIAL.get(one.text, Typing()))

    def _type(self, one: Named, how: Typing) -> None:
        if how.before:
            how.before(self.clone.folder, self.facts.today)
        given = "".join(f"{name}={value}; " for name, value in self.variables.items() if f"${name}" in one.text)
        done = self.clone.type(given + filled(one.text, self.facts), how.answers)
        if how.note and (found := re.search(how.note[1], done.said, re.MULTILINE)):
            self.facts.noted[how.note[0]] = found[1]
        good = done.status in how.statuses and not self._traced(done)
        self.say("command", f"{one.place}  {one.text}: {done.status}", done.seconds, good=good, more=done.said)
        for link in re.findall(rf"{re.escape(self.facts.address)}/\S+", done.said):
            self._follow_printed(one, link)

    def _follow_printed(self, one: Named, link: str) -> None:
        """Open an address that a command printed, as whoever was handed it does."""
        began = time.monotonic()
        status = httpx2.get(link, follow_redirects=True, timeout=60).status_code
        dead = status >= httpx2.codes.BAD_REQUEST
        self.sums["dead links"] += dead
        self.say("printed", f"{one.place}  {link}: {status}", time.monotonic() - began, good=not dead)

    def _traced(self, done: Done) -> bool:
        found = done.said.count(TRACEBACK)
        self.sums["tracebacks"] += found
        return found > 0


def first_of_each(named: list[Named]) -> list[Named]:
    """Each text once, where it stands first."""
    found: dict[str, Named] = {}
    for one in named:
        found.setdefault(one.text, one)
    return list(found.values())


def main(folder: Path) -> int:
    """Do it all; return 0 when everything was as the documents say."""
    began = time.monotonic()
    hour = FirstHour(Clone(folder))
    hour.follow_links()
    commands = first_of_each(documents.commands())
    with hour.clone.served() as seconds:
        hour.say("served", f"./dev demo --port {hour.clone.port}, from nothing to the first answer", seconds)
        write_files(folder, hour.facts.today)
        hour.open_addresses()
        hour.type_commands([one for one in commands if one.text not in typed.AFTER_ALL])
        hour.type_commands([one for one in commands if one.text == typed.AFTER_ALL[0]])
    hour.type_commands([one for one in commands if one.text in typed.AFTER_ALL[1:]])
    hour.sums["tracebacks"] += hour.clone.tracebacks()
    sums = ", ".join(
        f"{hour.sums[kind]} {name}"
        for kind, name in (
            ("command", "commands run"),
            ("address", "addresses opened"),
            ("printed", "printed addresses opened"),
            ("link", "links followed"),
            ("elsewhere", "done elsewhere"),
            ("tracebacks", "tracebacks"),
            ("dead links", "dead links"),
        )
    )
    sys.stdout.write("\n".join([*hour.wrong, f"{sums}, {(time.monotonic() - began) / 60:.1f} minutes", ""]))
    return 1 if hour.wrong or hour.sums["tracebacks"] else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
