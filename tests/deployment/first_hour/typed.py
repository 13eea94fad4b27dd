"""How each command is typed here: what stands for each placeholder, what it is told, which statuses are documented."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from tests.deployment.first_hour.facts import SLUG, Facts
from tests.deployment.first_hour.files import write_later_export

PLACEHOLDERS: Final[Mapping[str, Callable[[Facts], str]]] = {
    "SLUG": lambda _: SLUG,
    "COOP": lambda facts: facts.coop,
    "CAMPAIGN": lambda facts: facts.campaign,
    "CONTRIBUTION": lambda facts: str(facts.contribution["contribution_id"]),
    "PERSON": lambda facts: str(facts.contribution["payer_id"]),
    "ACTOR": lambda facts: facts.treasurer,
    "MEMBER": lambda facts: facts.noted.get("MEMBER", facts.treasurer),
    "ROLE": lambda facts: facts.noted["ROLE"],
    "TOKEN": lambda facts: facts.noted["TOKEN"],
    "IMPORT": lambda facts: facts.noted["IMPORT"],
    "PAYOUT": lambda facts: facts.noted["PAYOUT"],
    "PAYMENT": lambda facts: facts.external_payment,
    "HEAD": lambda facts: facts.noted["HEAD"],
    "CODE": lambda facts: facts.code("mandataire"),
    "FOLDER": lambda _: ".cache/first_hour",
}
"""What stands in the place of each word in capitals."""

REPLACED: Final[Mapping[str, Callable[[Facts], str]]] = {
    "http://localhost:8000": lambda facts: facts.address,
    "http://127.0.0.1:8000": lambda facts: facts.address,
    "/usr/local/bin/coopledger": lambda _: "coopledger",
    "/var/lib/coopledger/backups": lambda _: ".cache/first_hour",
    "/somewhere/else/": lambda _: "var/",
    "/opt/coopledger": lambda facts: str(facts.folder),
    "2024-08-31T21:59:59Z": lambda facts: f"{facts.now:%Y-%m-%dT%H:%M:%SZ}",
    "2024-08-31": lambda facts: str(facts.today),
    "2024-07-12": lambda facts: str(facts.today),
    "first_day=2024-07-01": lambda facts: f"first_day={facts.month}-01",
    "--month 2024-07": lambda facts: f"--month {facts.month}",
    "year=2024": lambda facts: f"year={facts.month[:4]}",
}
"""The examples that are another installation's: its address, its folders, its days."""
_WORD: Final = re.compile(r"(?<![$\w\"{-])[A-Z]{4,}(?:_[A-Z]+)*(?![\w=])")
_METHODS: Final = frozenset({"POST", "DELETE", "PATCH"})


class Typing(NamedTuple):
    """What is special about a command: its statuses, what its questions are answered, what happens before it."""

    statuses: frozenset[int] = frozenset({0})
    answers: str = ""
    before: Callable[[Path, date], None] | None = None
    note: tuple[str, str] | None = None
    """A placeholder, and where its value stands in what the command says."""


_FINDS: Final = Typing(frozenset({0, 1}))
"""Its page says of status 1 what it means."""
SPECIAL: Final[Mapping[str, Typing]] = {
    "coopledger doctor": _FINDS,
    "coopledger doctor --json": _FINDS,
    "coopledger closings preview ad06 --coop COOP --month 2024-07": _FINDS,
    "coopledger closings close ad06 --coop COOP --month 2024-07": _FINDS,
    "coopledger verify ad06": Typing(note=("HEAD", r"([0-9a-f]{64}@\d+)")),
    "coopledger member invite ad06": Typing(
        answers="Noa\nESSAI\nnoa.essai@example.org\n", note=("MEMBER", r"Membre : (\S+)")
    ),
    "coopledger role grant ad06 MEMBER teacher --coop COOP --class CE1": Typing(note=("ROLE", r"^(\S{36})$")),
    "coopledger token create ad06 --program notifications --may read": Typing(note=("TOKEN", r"^(\S{36})$")),
    "coopledger import ad06 CAMPAIGN paiements.xlsx": Typing(note=("IMPORT", r"^Import (\S{36})")),
    "coopledger import ad06 CAMPAIGN paiements.xlsx --decide 12=correct --decide 15=refund": Typing(
        before=write_later_export
    ),
    "coopledger external payout ad06 COOP --platform helloasso --reference V-31 --cents 4800 --fee-cents 70"
    " --day 2024-07-12": Typing(note=("PAYOUT", r"^(\S{36})$")),
}
AFTER_ALL: Final = ("coopledger member require-passkeys ad06", "./dev demo --check")
"""What changes the demonstration for whoever comes next: codes no longer do everything, another one is played."""
SERVED: Final = "./dev demo"
"""What is typed first of all, and serves until the end."""


def placeholders(text: str) -> set[str]:
    """The words in capitals that stand for something."""
    return set(_WORD.findall(text)) - _METHODS


def filled(text: str, facts: Facts) -> str:
    """A command with values in the place of words and examples."""
    for example, value in REPLACED.items():
        if example in text:
            text = text.replace(example, value(facts))
    return _WORD.sub(lambda word: word[0] if word[0] in _METHODS else PLACEHOLDERS[word[0]](facts), text)
