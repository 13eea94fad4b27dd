"""The provider's spelling stays in its adapter: no prefix of its ids and no type of its events anywhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.house.sources import PACKAGES, ROOT, files_in

# Of the objects that the adapter asks for, and of Stripe's keys and secrets.
PREFIXES: Final = "acct|ba|bt|ch|cs|cus|dp|du|evt|pi|pm|po|py|pyr|re|rk|seti|sk|tr|trr|txn|whsec"
FAMILIES: Final = (
    r"account|balance|charge|checkout\.session|customer|payment_intent|payment_method|payout|refund|setup_intent"
    r"|topup|transfer|v2\.core"
)
WORDS: Final = re.compile(
    rf"""(?<![\w/.-]) (?:{PREFIXES})_ (?=[\w{{%*…"'`])        # an id, or how ids begin
    | ["'`] (?:{FAMILIES})\. (?!html["']) [\w.\[\]]* [%*…]? ["'`]  # a type of events, or how types begin
    | \b resource_missing \b""",
    re.VERBOSE,
)
TOPIC: Final = re.compile(r"""["'`][a-z_.]+\.\d+["'`]""")
"""How the ledger names its own events: always with a version."""
OWN_ADAPTERS: Final = ("stripe_provider", "stripe_sandbox")
EXCEPTIONS: Final = {
    "service/demo/bank.py": "the sandbox that the demonstration starts wants a key and secrets of Stripe's shape",
}
CODE: Final = (".py", ".sql", ".html", ".js", ".typ")


def words(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold a word of the provider, with their numbers."""
    for number, line in enumerate(text.splitlines(), 1):
        if WORDS.search(TOPIC.sub("", line)):
            yield number, line.strip()


def is_own(path: Path) -> bool:
    """Whether a file is of an adapter that speaks the provider's language."""
    return path.relative_to(ROOT).parts[1] in OWN_ADAPTERS


def test_no_word_of_the_provider_stands_outside_its_adapter() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{number} {line}"
        for path in files_in(*PACKAGES, suffixes=CODE)
        if not is_own(path) and str(path.relative_to(ROOT)) not in EXCEPTIONS
        for number, line in words(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_every_exception_is_still_needed() -> None:
    assert [name for name in EXCEPTIONS if not list(words((ROOT / name).read_text(encoding="utf-8")))] == []


def test_one_module_of_the_adapter_knows_how_ids_of_payments_and_disputes_begin() -> None:
    beginning = re.compile(r"""["'](?:ch|py|du|dp)_["']""")
    adapter = [path for path in files_in("adapters") if path.relative_to(ROOT).parts[1] == "stripe_provider"]
    knowing = [path.name for path in adapter if beginning.search(path.read_text(encoding="utf-8"))]
    assert knowing == ["identifiers.py"]


@pytest.mark.parametrize(
    "planted",
    [
        '_MADE_AT_PROVIDER: Final = ("ch_", "py_")',
        'payment_id = f"ch_{name}"',
        '"""A coop\'s account (``acct_…``)."""',
        'provider_account="acct_demo_174"',
        "if transfer.startswith('tr_'):",
        "WHERE object_id LIKE 'po_%'",
        'if kind == "charge.succeeded":',
        'kind.startswith("payment_intent.")',
        'kind in ("checkout.session.completed", "payout.paid")',
        "WHERE kind LIKE 'refund.%'",
        '"v2.core.account[requirements].updated"',
        'misuse.values.get("status") == "resource_missing"',
    ],
)
def test_a_planted_word_is_found(planted: str) -> None:
    assert [number for number, _ in words(f"first line\n{planted}\n")] == [2]


@pytest.mark.parametrize(
    "ours",
    [
        'TOPIC: ClassVar[str] = "payout.paid.1"',
        'LABELS = {"account.opened.1": "Compte ouvert", "refund.requested.2": "Remboursement demandé"}',
        'return holding.visit.show("account.html", status)',
        "dispute.fee_cents, reference.match(text), search_term",
        '"""Look at a payout."""',
    ],
)
def test_our_own_words_are_left_alone(ours: str) -> None:
    assert list(words(ours)) == []
