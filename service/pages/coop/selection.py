"""What a figure was added up from: written into the address of its rows, and read from it again.

A page never writes a figure without saying which rows it is the sum of; the page of the rows adds the same rows up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from domain.errors import NotFound
from domain.money import euros
from domain.papers.payout_lines import PayoutFigure
from projections.figures.account_rows import OF_A_MONTH, AccountFigure
from projections.figures.basket_rows import BasketKind
from projections.figures.child_rows import ChildFigure, Span
from reports.parts.wording import MEANS

OTHER_CLASSES: Final = "autres"
"""The classes that are shown as one sum; the code of a class is in capitals."""
NO_TARIFF: Final = "Sans formule connue"
"""How children are called that came by an import, at a price that no tariff has."""
_MONTH: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_YEAR: Final = re.compile(r"20[0-9]{2}")
_SPAN: Final = re.compile(r"([0-9]{1,9})-([0-9]{1,9})?")
_WEEKDAY: Final = re.compile(r"[1-7]")
_DIGITS: Final = 6
"""Of the number of a page."""
_COUNTED: Final = frozenset((ChildFigure.PARTICIPANTS, ChildFigure.FAMILIES, ChildFigure.NAMED, ChildFigure.SLIPS))


class RowKind(StrEnum):
    """The kinds of rows, by the word of their address."""

    ACCOUNT = "compte"
    RECEIPTS = "recettes"
    CHILDREN = "enfants"
    BASKETS = "paniers"
    TO_COME = "a-venir"
    DISPUTED = "contestes"
    INCOMPLETE = "incompletes"
    PAYOUT = "virement"
    CASH = "caisse"


_FIGURES: Final[Mapping[RowKind, frozenset[str]]] = {
    RowKind.ACCOUNT: frozenset(AccountFigure),
    RowKind.CHILDREN: frozenset(ChildFigure),
    RowKind.PAYOUT: frozenset(PayoutFigure),
    RowKind.BASKETS: frozenset(BasketKind),
}
"""Which figures there are of a kind of rows; of others there is one."""
_NARROWED_BY: Final[Mapping[RowKind, frozenset[str]]] = {
    RowKind.RECEIPTS: frozenset(("annee", "jusque", "moyen")),
    RowKind.CHILDREN: frozenset(("annee", "tranche")),
    RowKind.BASKETS: frozenset(("annee", "moyen", "jour", "heures")),
    RowKind.TO_COME: frozenset(("annee",)),
}
"""The words of the statistics that narrow each kind of rows."""


class RowSelection(NamedTuple):
    """The rows of one figure; ``figure`` is a word of its kind, ``group`` a class by its code, or the others.

    ``year`` means all campaigns of a school year, ``until`` the months up to one; ``weekday`` is 1 on Mondays,
    ``hours`` the first and the last whole hour, ``span`` prices in cents, or how many children families have.
    ``day`` is that of a balance, ``payout`` the payout that the rows are of.
    """

    kind: RowKind
    figure: str = ""
    campaign: UUID | None = None
    month: date | None = None
    group: str = ""
    tariff: str = ""
    year: int | None = None
    until: date | None = None
    means: str = ""
    weekday: int | None = None
    hours: Span | None = None
    span: Span | None = None
    day: date | None = None
    payout: UUID | None = None

    @property
    def counts(self) -> bool:
        """Whether children, families or baskets are counted, and not cents."""
        return self.kind is RowKind.BASKETS or (self.kind is RowKind.CHILDREN and self.figure in _COUNTED)

    def query(self, page: int = 1) -> str:
        """Write the selection as an address has it."""
        words = {
            "lignes": self.kind.value,
            "montant": str(self.figure),
            "collecte": "" if self.campaign is None else str(self.campaign),
            "mois": "" if self.month is None else f"{self.month:%Y-%m}",
            "classe": self.group,
            "tarif": self.tariff,
            "annee": "" if self.year is None else str(self.year),
            "jusque": "" if self.until is None else f"{self.until:%Y-%m}",
            "moyen": self.means,
            "jour": "" if self.weekday is None else str(self.weekday),
            "heures": _written(self.hours),
            "tranche": _written(self.span),
            "date": "" if self.day is None else self.day.isoformat(),
            "virement": "" if self.payout is None else str(self.payout),
            "page": "" if page == 1 else str(page),
        }
        return urlencode({name: word for name, word in words.items() if word})


def _written(span: Span | None) -> str:
    return "" if span is None else f"{span[0]}-{'' if span[1] is None else span[1]}"


class LinkedFigure(NamedTuple):
    """A figure as a page writes it: its text, and the address of the rows that it is the sum of."""

    text: str
    href: str


def linked(base: str, value: int, selection: RowSelection) -> LinkedFigure:
    """Write a figure of a coop; ``base`` is the address below which the coop's pages are."""
    text = str(value) if selection.counts else euros(value)
    return LinkedFigure(text, f"{base}/operations?{selection.query()}")


def read_month(word: str) -> date | None:
    """Read a month of an address, ``2024-07``, by its first day; None where there is none, or another word."""
    found = _MONTH.fullmatch(word)
    return None if found is None else date(int(found[1]), int(found[2]), 1)


def read_page(word: str) -> int:
    """Read the number of a page of an address.

    Raises:
        NotFound: there is no such page.

    """
    if not (word.isascii() and word.isdigit() and len(word) <= _DIGITS and int(word)):
        raise NotFound(page=word[:_DIGITS])
    return int(word)


def read_selection(words: Mapping[str, str]) -> RowSelection:
    """Read a selection from the words of an address.

    Raises:
        NotFound: no page wrote these words.

    """
    if any("\x00" in word for word in words.values()):
        raise NotFound(rows=kind_of(words))
    try:
        kind = RowKind(words.get("lignes", ""))
        campaign = UUID(words["collecte"]) if words.get("collecte") else None
        payout = UUID(words["virement"]) if words.get("virement") else None
        day = date.fromisoformat(words["date"]) if words.get("date") else None
    except ValueError:
        raise NotFound(rows=kind_of(words)) from None
    figure, month = words.get("montant", ""), read_month(words.get("mois", ""))
    selection = RowSelection(
        kind,
        figure,
        campaign,
        month,
        words.get("classe", ""),
        words.get("tarif", ""),
        int(words["annee"]) if _YEAR.fullmatch(words.get("annee", "")) else None,
        read_month(words.get("jusque", "")),
        words["moyen"] if words.get("moyen") in MEANS else "",
        int(words["jour"]) if _WEEKDAY.fullmatch(words.get("jour", "")) else None,
        _read_span(words.get("heures", "")),
        _read_span(words.get("tranche", "")),
        day,
        payout,
    )
    if not (_known(selection) and _as_written(selection, words)):
        raise NotFound(rows=kind.value)
    return selection


def _known(selection: RowSelection) -> bool:
    """Tell whether a page writes such a selection: with a figure of its kind, and what that kind is of."""
    kind, figure = selection.kind, selection.figure
    of_kind = figure in _FIGURES[kind] if kind in _FIGURES else not figure
    chosen = selection.campaign is not None or selection.year is not None
    of_campaigns = kind not in (RowKind.CHILDREN, RowKind.BASKETS) or chosen
    dated = kind is not RowKind.ACCOUNT or selection.month is not None or figure not in OF_A_MONTH
    of_day = selection.day is None or (kind, figure, selection.month) == (RowKind.ACCOUNT, AccountFigure.CLOSING, None)
    of_payout = (kind is RowKind.PAYOUT) is (selection.payout is not None)
    return of_kind and of_campaigns and dated and of_day and of_payout


def _read_span(word: str) -> Span | None:
    found = _SPAN.fullmatch(word)
    return None if found is None else (int(found[1]), int(found[2]) if found[2] else None)


def _as_written(selection: RowSelection, words: Mapping[str, str]) -> bool:
    """Whether each word that narrows the rows was understood, and narrows rows of this kind."""
    narrowing = frozenset().union(*_NARROWED_BY.values())
    given = {word for word in narrowing if words.get(word)}
    understood = parse_qs(selection.query())
    exact = all(understood.get(word) == [words[word]] for word in (*given, "mois") if words.get(word))
    both = selection.campaign is not None and selection.year is not None
    return exact and given <= _NARROWED_BY.get(selection.kind, frozenset()) and not both


def kind_of(words: Mapping[str, str]) -> str:
    """Return which rows an address asks for, for a log line: a word of ours, or nothing."""
    return next((kind.value for kind in RowKind if kind.value == words.get("lignes")), "")
