"""What is printed of a paper, as canonical JSON: figures, dates, and every name that stands beside them.

Names of accounts, classes and movements are written into it, so that the same paper prints the same when they are
called otherwise. It holds no name of a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple

import msgspec

from domain.chart_of_accounts import CHART, Account
from domain.events import EVENT_TYPES
from domain.events.base import SchoolClass
from domain.events.papers.issued import ClassRecap, EntryLine
from domain.papers.drafts import CoopFacts, FinalDraft, PartDraft, PayoutFacts, canonical

TEMPLATE: Final = 3
"""The version of the template that new papers are printed with; older ones keep theirs."""
_CASH_SINCE: Final = 3
"""The template since which the parts of a recap say what they move in the cash box, beside what at the bank."""
MONEY: Final = (Account.BANK, Account.CASH)
_CASH_IN: Final = "cash_in"
_CASH_OUT: Final = "cash_out"
_CASH: Final = frozenset({_CASH_IN, _CASH_OUT})
_OF_EDITION: Final = frozenset({"edition", "trigger", "piece_on", "issued_on"})
_MOVEMENTS: Final = {kind.TOPIC.rpartition(".")[0]: kind.LABEL for kind in EVENT_TYPES}
Carried = tuple[tuple[EntryLine, ...], tuple[ClassRecap, ...]]
"""What the parts of a recap carried: their entry and their classes, added up."""


class RecapPart(NamedTuple):
    """A part as a recap lists it: its name and day, and the cents it adds to the bank and to the cash box, signed."""

    reference: str
    piece_on: date
    bank: int
    cash: int


class PaperHead:
    """What all papers of one command say of themselves: whose they are, when issued, what asked for them.

    ``template`` is the version that prints them, which may need more than an older one.
    """

    def __init__(
        self, coop: CoopFacts, trigger: int, exercise: int, piece_on: date, issued_on: date, template: int = TEMPLATE
    ) -> None:
        """Keep it."""
        self._template = template
        self._values: dict[str, object] = {
            "exercise": exercise,
            "coop": coop.name,
            "affiliation_number": coop.affiliation_number,
            "identification": coop.identification,
            "demo": coop.demo,
            "trigger": trigger,
            "piece_on": piece_on.isoformat(),
            "issued_on": issued_on.isoformat(),
        }

    def statement(
        self, reference: str, payout: PayoutFacts, returns: str, parts: Iterable[tuple[str, PartDraft]], digest: str
    ) -> str:
        """Write a payout statement: each part with what it brings to the bank, or takes from it."""
        return self._written(
            paper="statement",
            reference=reference,
            returns=returns,
            cents=payout.cents,
            iban=payout.iban,
            asked_on=payout.asked_on.isoformat(),
            parts=[
                {"reference": part, "title": draft.title, "in": max(draft.bank, 0), "out": max(-draft.bank, 0)}
                for part, draft in parts
            ],
            lines_sha256=digest,
        )

    def part(
        self,
        reference: str,
        kind: str,
        draft: PartDraft,
        payout: PayoutFacts | None,
        statement: str,
        rectifies: Iterable[str],
    ) -> str:
        """Write a part of a voucher: its entry for the cash book and its classes."""
        return self._written(
            paper="part",
            reference=reference,
            kind=kind,
            series=draft.series,
            own=draft.campaign_id is None,
            title=draft.title,
            rectifies=list(rectifies),
            said=[{"label": one.label, "text": one.text} for one in draft.said],
            statement=statement,
            payout_cents=0 if payout is None else payout.cents,
            entry=_entry(draft.entry, draft.labels),
            classes=_classes(draft.classes, draft.labels),
            names=_names(draft),
            lines_sha256=draft.lines_sha256,
        )

    def final(
        self,
        reference: str,
        edition: int,
        draft: FinalDraft,
        parts: Iterable[RecapPart],
        carried: Carried,
    ) -> str:
        """Write the final recap of an exercise: what its parts ``carried``, entry and classes, and what the books say.

        Without a reference it is the provisional document, which nothing names.
        """
        return self._written(
            paper="final" if reference else "provisional",
            reference=reference,
            edition=edition,
            title=draft.title,
            parts=[self._listed(part) for part in parts],
            entry=_entry(carried[0], draft.labels),
            classes=_classes(carried[1], draft.labels),
            books=_classes(draft.classes, draft.labels),
            to_pay_out=draft.to_pay_out,
            overpaid=draft.overpaid,
            blocked=draft.blocked,
            cash=draft.cash,
            elsewhere=draft.elsewhere,
        )

    def _listed(self, part: RecapPart) -> dict[str, object]:
        """Write what a part moves, each side apart; a deposit takes from the cash box what it brings to the bank."""
        bank, cash = part.bank, part.cash
        listed = {
            "reference": part.reference,
            "piece_on": part.piece_on.isoformat(),
            "in": max(bank, 0),
            "out": max(-bank, 0),
        }
        return listed | ({_CASH_IN: max(cash, 0), _CASH_OUT: max(-cash, 0)} if self._template >= _CASH_SINCE else {})

    def _written(self, **more: object) -> str:
        return canonical(self._values | more)


def same_figures(one: str, other: str) -> bool:
    """Tell whether two recaps say the same, whatever their editions, days, and what only a newer template asks for."""
    first, second = (_without_cash(msgspec.json.decode(printed)) for printed in (one, other))
    return all(first[name] == second[name] for name in first.keys() | second.keys() if name not in _OF_EDITION)


def _without_cash(recap: dict[str, Any]) -> dict[str, Any]:
    """Leave out of the parts what the entry of the recap says too: the cash box."""
    listed = [{name: value for name, value in part.items() if name not in _CASH} for part in recap["parts"]]
    return recap | {"parts": listed}


def _entry(entry: Iterable[EntryLine], labels: Iterable[SchoolClass]) -> list[dict[str, object]]:
    """The lines of an entry with the number and the name of each account, and the name of the class.

    The money that it adds up to stays first; the rest is in the order of the chart and of the coop's list of classes.
    """
    names = {label.code: label.label for label in labels}
    ranks = {code: rank for rank, code in enumerate(names)}

    def place(line: EntryLine) -> tuple[bool, str, int, str, bool]:
        number, rank = CHART[Account(line.account)].number, ranks.get(line.class_code, len(ranks))
        return line is not first, number, rank, line.class_code, not line.debit

    lines = list(entry)
    first = next((line for line in lines[:1] if line.account in MONEY), None)
    return [
        {
            "number": CHART[Account(line.account)].number,
            "label": CHART[Account(line.account)].label,
            "class": names.get(line.class_code, line.class_code),
            "debit": line.debit,
            "credit": line.credit,
        }
        for line in sorted(lines, key=place)
    ]


def _classes(classes: Iterable[ClassRecap], labels: Iterable[SchoolClass]) -> list[dict[str, object]]:
    """The classes in the order of the coop's list, others after them by code."""
    names = {label.code: label.label for label in labels}
    ranks = {code: rank for rank, code in enumerate(names)}
    return [
        {
            "code": row.class_code,
            "label": names.get(row.class_code, row.class_code),
            "children": row.children,
            "children_back": row.children_back,
            "received": row.received,
            "returned": row.returned,
        }
        for row in sorted(classes, key=lambda row: (ranks.get(row.class_code, len(ranks)), row.class_code))
    ]


def _names(draft: PartDraft) -> dict[str, dict[str, str]]:
    """What the words of a part's lines are called: the accounts by key, the classes by code, the movements by kind."""
    accounts = sorted({line.account for line in draft.entry})
    return {
        "accounts": {account: CHART[Account(account)].number for account in accounts},
        "classes": {label.code: label.label for label in draft.labels},
        "movements": {kind: _MOVEMENTS[kind] for kind in draft.kinds},
    }
