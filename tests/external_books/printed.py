"""The comparison as a person reads it: a table a date, the reconciliation statement line by line, then a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from domain.calendar import french_date
from domain.chart_of_accounts import Account
from domain.money import euros
from tests.external_books.comparison import Compared
from tests.external_books.export import account_name

_WIDTH = 58


def printed(found: Sequence[Compared], reader: str) -> str:
    """Lay out what was compared, and end with what does not hold."""
    lines = [line for one in found for line in _date(one, reader)]
    faults = [fault for one in found for fault in one.faults]
    lines += [f"FAUX : {fault}" for fault in faults]
    accounts = sum(len(one.accounts) for one in found)
    verdict = f"{len(faults)} écart(s)" if faults else f"aucun écart sur {accounts} soldes à {len(found)} dates"
    return "\n".join([*lines, f"Livre C relu par {reader} : {verdict}."])


def _date(one: Compared, reader: str) -> Iterator[str]:
    yield f"Au {french_date(one.day)}"
    yield from _row("Compte", "Coopledger", reader)
    for name, (ours, theirs) in one.accounts.items():
        if ours or theirs:
            yield from _row(name, euros(ours), euros(theirs), "" if ours == theirs else "  <-- écart")
    yield "  État de rapprochement"
    yield from _sums("Solde du relevé de la banque", [(one.bank, "")])
    yield from _sums("", ((-line.cents, f"{line.reference} {line.why}") for line in one.differences))
    yield from _sums("= " + account_name(Account.BANK), [(one.of(Account.BANK), "")])
    yield "  En route"
    yield from _sums("Parti, pas encore à la banque, ou revenu", [(one.on_its_way, "")])
    yield from _sums("", ((line.cents, f"{line.reference} {line.why}") for line in one.differences if line.payout))
    yield from _sums("= " + account_name(Account.PAYOUT_TRANSFERS), [(one.of(Account.PAYOUT_TRANSFERS), "")])
    yield ""


def _row(name: str, ours: str, theirs: str, mark: str = "") -> Iterator[str]:
    yield f"  {name:{_WIDTH}} {ours:>14} {theirs:>14}{mark}"


def _sums(name: str, items: Iterable[tuple[int, str]]) -> Iterator[str]:
    for cents, why in items:
        yield f"    {name or why:{_WIDTH + 12}} {euros(cents):>16}"
