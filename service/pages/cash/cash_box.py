"""The cash box of a coop: what it holds with its rows, the counts of classes, what went to the bank, its own count.

It is never mixed with the online account (S-24). A difference is shown, never absorbed.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from psycopg import Connection
from starlette.datastructures import FormData

from domain.calendar import fiscal_year
from domain.cash.pieces import total_of
from domain.coop.closing import RecordCashCounted
from domain.errors import NotFound
from domain.vocabulary.bank_lines import MatchKind
from domain.vocabulary.pieces import PIECES
from projections import directory
from projections.by_hand import class_counts
from projections.by_hand.cash_difference import found_difference
from projections.by_hand.class_counts import BoxCountRow, ClassCountRow, DepositRow
from projections.figures import cash_rows
from service.auth.actions import Action
from service.cash.typed_counts import MAX_NUMBER, read_pieces
from service.http.forms import FieldErrors, FormBody, text
from service.pages.cash.class_space import show_count
from service.pages.coop.selection import LinkedFigure, RowKind, RowSelection, linked
from service.pages.frame.visit import CoopVisit, coop_visit

router = APIRouter()
CashReader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
CashRunner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
PATH: Final = "/{association}/coops/{coop_id}/especes"
_NOTHING: Final = "Indiquez les billets et les pièces\u00a0; pour une caisse vide, écrivez 0 sur une ligne."


class CountedClass(NamedTuple):
    """A count of a class, with the words of the page."""

    made: ClassCountRow
    label: str
    campaign: str


class CashSheet(NamedTuple):
    """What the page of the cash box shows; ``held`` is what it holds by what counts found, where that differs."""

    balance: LinkedFigure
    is_empty: bool
    difference: int
    held: int
    counts: tuple[CountedClass, ...]
    deposits: tuple[DepositRow, ...]
    box_counts: tuple[BoxCountRow, ...]


@router.get(PATH)
async def cash_page(visit: CashReader, fait: str = "") -> Response:
    """Show the cash box."""
    done = {"arrete": "L’arrêté de caisse est enregistré.", "remise": "La remise est enregistrée."}.get(fait, "")
    return await _show(visit, {}, done=done)


@router.get(f"{PATH}/comptages/{{count_id}}")
async def count_of_box(visit: CashReader, count_id: UUID) -> Response:
    """Show a count of a class, for who looks at the whole box.

    Raises:
        NotFound: the coop has no such count.

    """
    count: ClassCountRow | None = await visit.read(class_counts.find, visit.coop.coop_id, count_id)
    if count is None:
        raise NotFound(count=count_id)
    return await show_count(visit, count, "especes", ("Espèces", f"{visit.coop_base}/especes"))


@router.post(f"{PATH}/arrete")
async def count_box(visit: CashRunner, form: FormBody) -> Response:
    """Record what the whole box holds, note by note and coin by coin, beside what its book expects."""
    typed, errors = typed_pieces(form), FieldErrors()
    pieces = read_pieces(typed, errors)
    if not any(word.strip() for word in typed.values()):
        errors[f"piece-{PIECES[0]}"] = _NOTHING
    if errors:
        return await _show(visit, typed, errors, key=text(form, "cle"))
    command = RecordCashCounted(stream_id=visit.coop.coop_id, stamp=visit.stamp, counted=total_of(pieces))
    await visit.do(command, key=text(form, "cle"))
    return visit.go(f"{visit.coop_base}/especes?fait=arrete")


def typed_pieces(form: FormData) -> dict[int, str]:
    """Return how many notes and coins of each value were typed, as they were typed."""
    return {value: text(form, f"piece-{value}", MAX_NUMBER) for value in PIECES}


def read_counts(connection: Connection[Any], coop_id: UUID) -> tuple[CountedClass, ...]:
    """Read the counts of a coop's classes, the latest first."""
    campaigns = {one.campaign_id: one for one in directory.campaigns_of(connection, coop_id)}
    years = {one.school_year for one in campaigns.values()}
    labels = {year: directory.class_labels(connection, coop_id, year) for year in years}
    return tuple(
        CountedClass(
            one,
            labels[campaigns[one.campaign_id].school_year].get(one.class_code, one.class_code),
            campaigns[one.campaign_id].title,
        )
        for one in class_counts.of_coop(connection, coop_id)
    )


def _read(connection: Connection[Any], visit: CoopVisit) -> CashSheet:
    coop_id = visit.coop.coop_id
    balance = cash_rows.balance(connection, coop_id)
    difference = found_difference(connection, coop_id)
    held = max(balance + difference, 0)
    return CashSheet(
        linked(f"{visit.base}{visit.coop_base}", balance, RowSelection(RowKind.CASH)),
        balance <= 0 or held <= 0,
        difference,
        held,
        read_counts(connection, coop_id),
        tuple(class_counts.deposits_of(connection, coop_id)),
        tuple(class_counts.box_counts_of(connection, coop_id)),
    )


async def _show(
    visit: CoopVisit, typed: dict[int, str], errors: FieldErrors | None = None, key: str = "", done: str = ""
) -> Response:
    sheet: CashSheet = await visit.read(_read, visit)
    coop = await visit.coop_state()
    kept = {"form_key": key} if key else {}
    return await visit.show(
        "cash/box.html",
        "especes",
        422 if errors else 200,
        help_key="especes",
        sheet=sheet,
        seen={one.deposit_id for one in sheet.deposits if coop.is_matched(MatchKind.DEPOSIT, one.deposit_id)},
        classes=await visit.read(directory.class_labels, visit.coop.coop_id, fiscal_year(visit.today)),
        values=PIECES,
        typed_pieces=typed,
        errors=errors or FieldErrors(),
        done=done,
        **kept,
    )
