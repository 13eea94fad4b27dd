"""Taking cash to the bank: which counts, in which notes and coins, under which slip; one line of the bank later."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response
from psycopg import Connection
from starlette.datastructures import FormData

from domain.calendar import french_moment
from domain.cash.deposits import DepositCounts
from domain.cash.pieces import total_of
from domain.coop.by_hand.deposits import WithdrawCashDeposit
from domain.errors import Conflict, InvalidInput, NotFound
from domain.vocabulary.bank_lines import MatchKind
from domain.vocabulary.pieces import PIECES
from domain.vocabulary.reasons import EntryReason, french_reason
from domain.vocabulary.references import LONGEST_REFERENCE, check_reference
from projections.by_hand import class_counts
from projections.by_hand.cash_difference import found_difference
from projections.by_hand.class_counts import DepositRow
from projections.figures import cash_rows
from reports.on_demand import rendered_deposit
from reports.parts.report import slug
from reports.sheets.cash import DepositSlip
from service.cash.typed_counts import read_pieces
from service.http.bounds.cpu_bound import DOCUMENT, run_limited
from service.http.documents import handed_over
from service.http.forms import FormBody, text
from service.pages.cash.cash_box import PATH, CashReader, CashRunner, CountedClass, read_counts, typed_pieces
from service.pages.frame.typed_form import TypedForm
from service.pages.frame.visit import CoopVisit

router = APIRouter()
_DEPOSIT: Final = f"{PATH}/remise"
_ONE: Final = f"{PATH}/remises/{{deposit_id}}"
_REASONS: Final = {
    reason.value: french_reason(reason)
    for reason in (EntryReason.MISTAKE, EntryReason.NEVER_HAPPENED, EntryReason.OTHER)
}
_MATCHED: Final = "Le relevé de la banque montre cette remise\u00a0: annulez d’abord son rapprochement."
_NOTHING: Final = "Indiquez les billets et les pièces que vous remettez."
_SLIP: Final = "Indiquez le numéro du bordereau de la banque, en chiffres et majuscules, par exemple R-2026-12."
_TAKEN: Final = "Ce numéro de bordereau, ou l’un de ces comptages, est déjà dans une remise."


@router.get(_DEPOSIT)
async def deposit_form(
    visit: CashRunner, compte: Annotated[list[UUID] | None, Query(description="The counts that are taken")] = None
) -> Response:
    """Ask what is taken to the bank; notes and coins are those of the chosen counts to begin with."""
    counts = await _left(visit)
    chosen = [one.made.count_id for one in counts if compte is None or one.made.count_id in compte]
    pieces: dict[int, int] = await visit.read(class_counts.pieces_of, chosen)
    typed = {value: str(number) for value, number in pieces.items()}
    return await _show(visit, counts, chosen, typed, {"slip": "", "day": visit.today.isoformat()})


@router.post(_DEPOSIT)
async def deposit(visit: CashRunner, form: FormBody) -> Response:
    """Write the deposit down, once under the key of its form."""
    typed, key = TypedForm(form), text(form, "cle")
    counts = await _left(visit)
    deposit_id = visit.new_id(key, "deposit")
    if await visit.read(_find, visit.coop.coop_id, deposit_id) is not None:
        return visit.go(f"{visit.coop_base}/especes/remises/{deposit_id}")
    known = {str(one.made.count_id): one.made.count_id for one in counts}
    chosen = [known[one] for one in typed.chosen("compte") if one in known]
    pieces = read_pieces(typed_pieces(form), typed.errors)
    day = typed.day("day", visit.today)
    slip = typed.read("slip", _reference, "", LONGEST_REFERENCE, missing=_SLIP)
    if not pieces and not typed.errors:
        typed.refuse(f"piece-{PIECES[0]}", _NOTHING)
    if not typed.errors:
        command = DepositCounts(
            stream_id=visit.coop.coop_id,
            stamp=visit.stamp,
            deposit_id=deposit_id,
            slip=slip,
            counts=tuple(chosen),
            pieces=pieces,
            deposited_on=day,
        )
        try:
            await visit.do(command, key=key)
        except (Conflict, InvalidInput) as refusal:
            typed.refuse("slip", _TAKEN if refusal.code == "already-exists" else refusal.french)
    if typed.errors:
        return await _show(visit, counts, chosen, typed_pieces(form), typed.typed, typed, key)
    return visit.go(f"{visit.coop_base}/especes/remises/{deposit_id}")


@router.get(f"{_ONE}.pdf")
async def deposit_file(visit: CashReader, deposit_id: UUID) -> Response:
    """Give the paper that goes with the cash.

    Raises:
        NotFound: the coop has no such deposit.

    """
    found, pieces, counts = await _detail(visit, deposit_id)
    slip = DepositSlip(
        name=f"remise-{slug(found.slip)}",
        coop=visit.coop.name,
        identification=visit.coop.identification((await visit.policy_of()).name),
        slip=found.slip,
        deposited_on=found.deposited_on,
        pieces=tuple(pieces.items()),
        counts=tuple(_said(one) for one in counts),
        cents=found.cents,
        demo=visit.coop.demo,
        produced_at=visit.now,
    )
    return handed_over(await run_limited(DOCUMENT, rendered_deposit, slip))


@router.get(_ONE)
async def deposit_page(visit: CashReader, deposit_id: UUID) -> Response:
    """Show a deposit: its notes and coins, its counts, whether the bank's statement shows it.

    Raises:
        NotFound: the coop has no such deposit.

    """
    return await _show_one(visit, deposit_id)


@router.post(_ONE)
async def withdraw_deposit(visit: CashRunner, deposit_id: UUID, form: FormBody) -> Response:
    """Take back a deposit that was written down wrong, for a reason: its counts are in the box again.

    Raises:
        NotFound: the coop has no such deposit.

    """
    reason = text(form, "reason")
    if reason not in _REASONS:
        return await _show_one(visit, deposit_id, "Choisissez le motif de l’annulation.")
    command = WithdrawCashDeposit(stream_id=visit.coop.coop_id, stamp=visit.stamp, deposit_id=deposit_id, reason=reason)
    try:
        await visit.do(command)
    except Conflict:
        return await _show_one(visit, deposit_id, _MATCHED)
    return visit.go(f"{visit.coop_base}/especes/remises/{deposit_id}")


async def _show_one(visit: CoopVisit, deposit_id: UUID, error: str = "") -> Response:
    found, pieces, counts = await _detail(visit, deposit_id)
    coop = await visit.coop_state()
    return await visit.show(
        "cash/deposit.html",
        "especes",
        422 if error else 200,
        help_key="remise",
        error=error,
        reasons=_REASONS,
        deposit=found,
        pieces=pieces,
        counts=counts,
        counted=sum(one.made.counted for one in counts),
        expected=sum(one.made.expected for one in counts),
        seen=coop.is_matched(MatchKind.DEPOSIT, deposit_id),
    )


def _said(one: CountedClass) -> str:
    """Name a count on the paper."""
    return f"{one.label}, {one.campaign}, compté le {french_moment(one.made.counted_at)}"


def _reference(typed: str) -> str:
    return check_reference(typed.strip().upper())


async def _left(visit: CoopVisit) -> list[CountedClass]:
    """Return the counts that no deposit took."""
    counts: tuple[CountedClass, ...] = await visit.read(read_counts, visit.coop.coop_id)
    return [one for one in counts if one.made.deposit_id is None]


def _find(connection: Connection[Any], coop_id: UUID, deposit_id: UUID) -> DepositRow | None:
    return next((one for one in class_counts.deposits_of(connection, coop_id) if one.deposit_id == deposit_id), None)


async def _detail(visit: CoopVisit, deposit_id: UUID) -> tuple[DepositRow, dict[int, int], list[CountedClass]]:
    found: DepositRow | None = await visit.read(_find, visit.coop.coop_id, deposit_id)
    if found is None:
        raise NotFound(deposit=deposit_id)
    pieces: dict[int, int] = await visit.read(class_counts.pieces_of, (deposit_id,))
    counts: tuple[CountedClass, ...] = await visit.read(read_counts, visit.coop.coop_id)
    return found, pieces, [one for one in counts if one.made.deposit_id == deposit_id]


async def _show(
    visit: CoopVisit,
    counts: list[CountedClass],
    chosen: list[UUID],
    pieces: dict[int, str],
    fields: dict[str, str],
    form: TypedForm | None = None,
    key: str = "",
) -> Response:
    errors = TypedForm(FormData()).errors if form is None else form.errors
    kept = {"form_key": key} if key else {}
    return await visit.show(
        "cash/deposit_new.html",
        "especes",
        422 if errors else 200,
        help_key="remise",
        counts=counts,
        chosen=chosen,
        typed=fields,
        typed_pieces=pieces,
        difference=await visit.read(found_difference, visit.coop.coop_id),
        balance=await visit.read(cash_rows.balance, visit.coop.coop_id),
        total=total_of(read_pieces(pieces, TypedForm(FormData()).errors)),
        values=PIECES,
        longest_slip=LONGEST_REFERENCE,
        errors=errors,
        **kept,
    )
