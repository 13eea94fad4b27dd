"""What an operator does by hand has two doors, a route of the API and a command, and both lead to the same function.

The table below says which, row by row; which door leads where is read from the code, never from the table.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, Final, NamedTuple

import pytest
import typer
from fastapi.routing import APIRoute

from service.api.routes import ROUTERS
from service.cli.main import app
from tests.house.doors.test_doors import module_of
from tests.house.sources import ROOT, Function, files_in, tree
from tests.kit.example_commands import command_classes


class Doors(NamedTuple):
    """The route, by its method and its path below the association, and the command that lead to something."""

    route: str
    command: str


_COOP: Final = "/coops/{coop_id}"
_CAMPAIGN: Final = f"{_COOP}/campaigns/{{campaign_id}}"
_ONE: Final = f"{_CAMPAIGN}/contributions/{{contribution_id}}"
_LINE: Final = f"{_COOP}/bank-lines/{{line}}"
TABLE: Final[dict[str, dict[str, Doors]]] = {
    "preview and close a period": {
        "preview": Doors(f"GET {_COOP}/closings/preview", "closings preview"),
        "closing_of": Doors(f"POST {_COOP}/closings", "closings close"),
    },
    "record a bank statement by hand and match or unmatch its lines": {
        "ImportBankStatement": Doors(f"POST {_COOP}/bank-statements", "bank statement"),
        "MatchBankLine": Doors(f"PUT {_LINE}/payout", "bank match"),
        "MatchBankReturn": Doors(f"PUT {_LINE}/return", "bank match"),
        "MatchCashDeposit": Doors(f"PUT {_LINE}/deposit", "bank match"),
        "UnmatchBankLine": Doors(f"POST {_LINE}/withdrawal", "bank unmatch"),
    },
    "count, deposit, return and correct cash": {
        "RecordCashCounted": Doors(f"POST {_COOP}/cash-counts", "cash count"),
        "DepositCash": Doors(f"POST {_COOP}/cash-deposits", "cash deposit"),
        "WithdrawCashDeposit": Doors(f"POST {_COOP}/cash-deposits/{{deposit_id}}/withdrawal", "cash withdraw-deposit"),
        "ReturnCash": Doors(f"POST {_ONE}/cash-returns", "cash return"),
        "CorrectCashSlip": Doors(f"POST {_CAMPAIGN}/cash-slips/{{slip}}/correction", "cash correct"),
    },
    "approve and reverse an adjustment": {
        "ApproveAdjustment": Doors(f"PUT {_COOP}/adjustments/{{adjustment_id}}", "decision adjust"),
        "ReverseAdjustment": Doors(f"PUT {_COOP}/adjustments/{{adjustment_id}}/reversal", "decision reverse"),
    },
    "clear suspense": {
        "ClearSuspense": Doors(f"PUT {_COOP}/movements/{{movement_id}}/explanation", "decision explain"),
        "ClearPlatformSuspense": Doors("PUT /movements/{movement_id}/explanation", "decision explain"),
        "ClearDispute": Doors(f"PUT {_CAMPAIGN}/disputes/{{dispute_id}}/explanation", "decision dispute"),
        "disputes_of": Doors(f"GET {_COOP}/disputes", "decision disputes"),
    },
    "money that waits": {
        "AllocateExternalRefund": Doors(
            f"POST {_CAMPAIGN}/external-refunds/{{refund_id}}/allocation", "refund allocate"
        ),
        "SettleReturnedRefund": Doors(f"POST {_CAMPAIGN}/external-refunds/{{made_id}}/settlement", "refund settle"),
        "ClearContributionSuspense": Doors(
            f"PUT {_ONE}/payments/{{payment_id}}/explanation", "decision explain-payment"
        ),
        "suspense.waiting": Doors("GET /suspense", "decision waiting"),
    },
    "refund by the coop": {
        "PayRefundOutOfBand": Doors(f"POST {_ONE}/refunds-by-hand", "refund pay"),
        "RepayFailedRefund": Doors(f"POST {_CAMPAIGN}/refunds/{{refund_id}}/repayment", "refund repay"),
        "WithdrawPaymentToFamily": Doors(f"POST {_CAMPAIGN}/refunds/{{refund_id}}/withdrawal", "refund withdraw"),
    },
    "another platform's payout": {
        "EnterExternalPayout": Doors(f"POST {_COOP}/external-payouts", "external payout"),
        "WithdrawExternalPayout": Doors(
            f"POST {_COOP}/external-payouts/{{external_payout_id}}/withdrawal", "external withdraw-payout"
        ),
        "EnterExternalPayment": Doors(f"POST {_ONE}/external-payments", "external payment"),
        "EnterExternalPaymentRefund": Doors(
            f"POST {_CAMPAIGN}/external-payments/{{external_payment_id}}/refunds", "external refund"
        ),
        "WithdrawExternalPayment": Doors(
            f"POST {_CAMPAIGN}/external-payments/{{external_payment_id}}/withdrawal", "external withdraw-payment"
        ),
        "in_hand": Doors(f"GET {_COOP}/external-funds", "external list"),
    },
    "list, print and reprint papers": {
        "papers.of_coop": Doors(f"GET {_COOP}/papers", "papers list"),
        "issue_papers": Doors(f"POST {_COOP}/papers", "papers issue"),
        "PaperPrinter": Doors(f"GET {_COOP}/papers/{{position}}.{{form}}", "papers print"),
        "original_print": Doors(f"GET {_COOP}/papers/{{position}}/original.pdf", "papers print"),
        "archived_names": Doors("GET /campaigns/{campaign_id}/archived-family-voucher.{form}", "papers annex"),
    },
    "withdraw an import": {
        "WithdrawImport": Doors(f"POST {_CAMPAIGN}/imports/{{import_id}}/withdrawal", "external withdraw-import"),
    },
}
"""What is done by hand, and its doors. A name is a command's, or that of the function which both doors run."""
ROWS: Final = {name: doors for rows in TABLE.values() for name, doors in rows.items()}
_MODULES: Final = {module_of(path): tree(path) for path in files_in("service")}
_PACKAGES: Final = ("domain.coop.by_hand", "domain.campaign.by_hand", "domain.campaign.held", "domain.external")
"""Where the commands live of money that people move themselves: each must have its row."""
_NOT_BY_HAND: Final = dict.fromkeys(
    ("RecordAdjustmentTransferReversed", "RecordOnHoldPaymentReturned", "RecordOnHoldReturnFailed"),
    "a fact of the provider, which the worker records",
)


class Place(NamedTuple):
    """A function of the service."""

    module: str
    name: str


@cache
def _functions(module: str) -> dict[str, Function]:
    found = {node.name: node for node in _MODULES[module].body if isinstance(node, Function)}
    for node in _MODULES[module].body:
        if isinstance(node, ast.ClassDef):
            found |= {one.name: one for one in node.body if isinstance(one, Function)}
    return found


def _imports(node: ast.AST) -> dict[str, Place]:
    """What a function or a module calls by a name of its own, and where that is; an empty name is a whole module."""
    found: dict[str, Place] = {}
    for one in ast.walk(node):
        if isinstance(one, ast.ImportFrom) and one.module:
            for alias in one.names:
                whole = f"{one.module}.{alias.name}"
                found[alias.asname or alias.name] = (
                    Place(whole, "") if whole in _MODULES else Place(one.module, alias.name)
                )
    return found


@cache
def leads_to(place: Place) -> frozenset[str]:
    """The names that a function uses, and those that the functions of the service use which it calls.

    A name behind a module is told with it too: ``papers.of_coop``.
    """
    names: set[str] = set()
    waiting, seen = [place], set[Place]()
    while waiting:
        at = waiting.pop()
        if at in seen or at.module not in _MODULES or at.name not in _functions(at.module):
            continue
        seen.add(at)
        node = _functions(at.module)[at.name]
        known = _imports(_MODULES[at.module]) | _imports(node)
        for one in ast.walk(node):
            if isinstance(one, ast.Name):
                names.add(one.id)
                waiting.append(known.get(one.id, Place(at.module, one.id)))
            elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
                names |= {one.attr, f"{one.value.id}.{one.attr}"}
                if one.value.id in known:
                    waiting.append(Place(known[one.value.id].module, one.attr))
    return frozenset(names)


def routes() -> dict[str, Place]:
    """Every route of the API below its association, and the function behind it."""
    found: dict[str, Place] = {}
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            path = route.path.removeprefix("/{association}")
            found |= {f"{method} {path}": _place(route.endpoint) for method in route.methods or ()}
    return found


def commands(group: typer.Typer = app, words: tuple[str, ...] = ()) -> Iterator[tuple[str, Place, str | None]]:
    """Every command as it is typed, the function behind it, and its help."""
    for one in group.registered_commands:
        assert one.callback is not None
        yield " ".join((*words, one.name or one.callback.__name__)), _place(one.callback), one.help
    for below in group.registered_groups:
        assert below.typer_instance is not None
        yield from commands(below.typer_instance, (*words, str(below.name)))


def _place(function: Callable[..., Any]) -> Place:
    return Place(function.__module__, function.__name__)


def through(door: Place | None, name: str) -> bool:
    """Whether a door is there and leads to a command or a function."""
    return door is not None and name in leads_to(door)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_what_is_done_by_hand_has_its_route_and_its_command(name: str) -> None:
    typed = {words: place for words, place, _ in commands()}
    doors = ROWS[name]
    assert through(routes().get(doors.route), name), doors.route
    assert through(typed.get(doors.command), name), doors.command


def test_every_command_of_money_moved_by_hand_is_in_the_table() -> None:
    by_hand = {one.__name__ for one in command_classes() if one.__module__.startswith(_PACKAGES)}
    assert by_hand - ROWS.keys() == set(_NOT_BY_HAND)


def test_a_door_that_leads_elsewhere_is_found_out() -> None:
    typed = {words: place for words, place, _ in commands()}
    assert not through(typed["cash count"], "ReturnCash")
    assert not through(routes()[f"POST {_COOP}/cash-counts"], "DepositCash")
    assert not through(typed.get("cash steal"), "ReturnCash")
    assert through(routes()[f"POST {_COOP}/closings"], "ClosePeriod")
    assert through(typed["closings close"], "ClosePeriod")


def test_every_command_says_in_french_what_it_does() -> None:
    assert [words for words, _, told in commands() if not told] == []
    english = {"the", "of", "an", "what", "is", "and", "to"}
    assert [words for words, _, told in commands() if told and english & set(told.lower().split())] == []


def test_every_command_of_a_recipe_is_one() -> None:
    typed = {words for words, _, _ in commands()}
    first = {words.split()[0] for words in typed}
    wrong = []
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for line in page.read_text(encoding="utf-8").split("coopledger ")[1:]:
            words = line.split("`")[0].split()[:2]
            if words and words[0] in first and not {words[0], " ".join(words)} & typed:
                wrong.append(f"{page.relative_to(ROOT)}: coopledger {' '.join(words)}")
    assert wrong == []
