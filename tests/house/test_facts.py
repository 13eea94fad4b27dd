"""A fact of the provider is never refused: its command may wait for an earlier one, or say what it is instead."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

import pytest

from tests.house.sources import files_in, tree

_WAITS: Final = "NotFound"
"""What it speaks of was not heard of yet: the notification is looked into again, then the money is in suspense."""
FACTS: Final[dict[str, frozenset[str]]] = {
    "RecordAdjustmentTransfer": frozenset({"Conflict"}),
    "RecordAdjustmentTransferReversed": frozenset({"Conflict"}),
    "RecordCertificationRevoked": frozenset(),
    "RecordCertified": frozenset(),
    "RecordDisputeLost": frozenset({_WAITS}),
    "RecordDisputeOpened": frozenset({_WAITS}),
    "RecordDisputePlaced": frozenset(),
    "RecordDisputeWon": frozenset({_WAITS}),
    "RecordExternalRefund": frozenset({_WAITS}),
    "RecordInstalmentFailed": frozenset({"Conflict"}),
    "RecordMovementOnHold": frozenset(),
    "RecordOnHoldPaymentReturned": frozenset({_WAITS}),
    "RecordOnHoldReturnFailed": frozenset({_WAITS}),
    "RecordPaymentCaptured": frozenset({"Conflict"}),
    "RecordPaymentFailed": frozenset(),
    "RecordPaymentOnHold": frozenset({"Conflict"}),
    "RecordPayoutFailed": frozenset({_WAITS}),
    "RecordPayoutPaid": frozenset({_WAITS, "Conflict"}),
    "RecordPayoutSent": frozenset({_WAITS, "Conflict"}),
    "RecordPlatformMovement": frozenset(),
    "RecordProviderFee": frozenset({_WAITS}),
    "RecordRefundFailed": frozenset({_WAITS}),
    "RecordRefundSettled": frozenset({_WAITS, "Conflict"}),
    "RecordTransfer": frozenset({_WAITS}),
    "RecordTransferReversed": frozenset({_WAITS}),
}
"""What each fact of the provider may raise. A conflict says that it is another fact than it was taken for."""
ANSWERED: Final[dict[str, str]] = {
    "RecordAdjustmentTransfer": "the platform asked for it itself, once it had approved it",
    "RecordAdjustmentTransferReversed": "the platform asked for it itself, once it had moved",
    "RecordInstalmentFailed": "the instalment was collected or cancelled meanwhile: nothing is due that could fail",
    "RecordPaymentCaptured": "the payment is put on hold and given back",
    "RecordPaymentOnHold": "it was captured after all: nothing waits",
    "RecordPayoutPaid": "another payout under this id: waits, then the reconciliation books it",
    "RecordPayoutSent": "another payout under this id: waits, then the reconciliation books it",
    "RecordRefundSettled": "another refund under this id: booked as made elsewhere",
}
"""What becomes of a conflict."""
OF_PEOPLE: Final = frozenset({"RecordCashCounted", "RecordCashReceived", "RecordFinding"})
"""What people type, who are told in a sentence what does not fit."""


def commands() -> dict[str, set[str]]:
    """Every command that records something, with the errors that it raises itself or by a function of its module."""
    found = {}
    for path in files_in("domain"):
        module = tree(path)
        functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
        for node in module.body:
            if not isinstance(node, ast.ClassDef) or not node.name.startswith("Record"):
                continue
            if any("Command" in ast.unparse(base) for base in node.bases):
                found[node.name] = set(raised(node, functions))
    return found


def raised(node: ast.AST, functions: dict[str, ast.FunctionDef]) -> Iterator[str]:
    """The names of the errors raised in a node, and in the functions that it calls."""
    for one in ast.walk(node):
        if isinstance(one, ast.Raise) and isinstance(one.exc, ast.Call):
            yield ast.unparse(one.exc.func)
        elif isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in functions:
            yield from raised(functions[one.func.id], {k: v for k, v in functions.items() if k != one.func.id})


def test_every_command_that_records_is_a_fact_of_the_provider_or_of_people() -> None:
    assert set(commands()) == set(FACTS) | OF_PEOPLE


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_of_the_provider_raises_nothing_but_that_it_waits_or_is_another_one(name: str) -> None:
    assert commands()[name] == FACTS[name]


def test_each_conflict_has_an_answer() -> None:
    assert {name for name, errors in FACTS.items() if "Conflict" in errors} == set(ANSWERED)


def test_a_planted_refusal_is_found() -> None:
    planted = ast.parse(
        "def check(cents):\n    raise RefundTooLarge(cents=cents)\n"
        "class RecordIt(Command):\n    def decide(self, state):\n        check(self.cents)\n"
    )
    functions = {node.name: node for node in planted.body if isinstance(node, ast.FunctionDef)}
    assert list(raised(planted.body[1], functions)) == ["RefundTooLarge"]
