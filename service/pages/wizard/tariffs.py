"""Step 2, tariffs: rows of a label, amounts by rank of the child, a validity, a group (S-63…S-71)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from secrets import token_hex
from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.datastructures import FormData

from domain.aggregate import Intent
from domain.calendar import fiscal_year_bounds
from domain.campaign.settings import MAX_TARIFFS, SetTariffs
from domain.campaign.state import Campaign
from domain.errors import AmountInvalid, InvalidInput
from domain.events.base import Tariff
from domain.limits.charges import InstalmentsNotChargeable, TariffNotChargeable
from domain.money import MAX_WRITTEN, euros, parse_euros
from service.auth.actions import Action
from service.fields import MAX_NAME, MAX_TITLE, FieldError, read_reference, read_text, read_title
from service.http.dependencies import charge_limits_of
from service.http.forms import FormBody, text
from service.pages.campaign.words import tariff_lines
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.pages.french import tariff_price
from service.pages.wizard.days import read_day
from service.pages.wizard.saves import DIGEST, NewContacts, StepSave, digest_of, read_settings, save_step
from service.pages.wizard.steps import BACK, NEXT, TARIFFS, after, show_step

router = APIRouter()
Runner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
Tariffs = tuple[Tariff, ...]
RANKS: Final = 3
"""Amounts that a row offers: of the first, the second, the third and every further child (S-70)."""
MOST_RANKS: Final = 10
"""Amounts that a tariff may have: by the API it may have more than a row offers."""
PROPOSED: Final = "Par enfant"
"""What the first tariff is called by default."""
_ADD: Final = "ajouter"
_REMOVE: Final = "retirer-"
_ROW: Final = re.compile(r"id-([0-9]{1,3})")
_EXAMPLES: Final = (1, 2, 3)
"""Children of the baskets that are shown as examples."""
_AMOUNT: Final = "Indiquez un montant en euros, par exemple 12,00\u00a0; 0,00 pour un tarif gratuit."
_FIRST: Final = "Indiquez le montant du premier enfant, par exemple 12,00\u00a0; 0,00 pour un tarif gratuit."


class TariffRow(NamedTuple):
    """A tariff as it is typed; ``amounts`` are those of the ranks."""

    tariff_id: str
    label: str = ""
    amounts: tuple[str, ...] = ("",) * RANKS
    free: bool = False
    valid_from: str = ""
    valid_to: str = ""
    group: str = ""


async def _read(_visit: CampaignVisit, campaign: Campaign) -> Tariffs:
    return tuple(campaign.tariffs.values())


async def _commands(
    visit: CampaignVisit, _stored: Tariffs, given: Tariffs, _contacts: NewContacts
) -> list[Intent[Any]]:
    limits = charge_limits_of(visit.request)
    return [SetTariffs(stream_id=visit.campaign.campaign_id, tariffs=given, limits=limits, stamp=visit.stamp)]


SAVE: Final = StepSave(TARIFFS, _read, _commands, tariff_lines)
"""How step 2 is saved."""


@router.get("/{association}/collectes/{campaign_id}/etapes/tarifs")
async def tariffs(visit: Runner) -> Response:
    """Show the tariffs as they are stored; where there are none, a row that waits to be filled in."""
    stored = await _stored(visit)
    rows = [_typed_row(tariff) for tariff in stored] or [_new_row(visit, PROPOSED)]
    return await _show(visit, rows, {}, digest_of(stored))


@router.post("/{association}/collectes/{campaign_id}/etapes/tarifs")
async def change_tariffs(visit: Runner, form: FormBody) -> Response:
    """Save the tariffs, add or take away a row, or show what is wrong."""
    action, digest, rows = text(form, "action") or NEXT, text(form, DIGEST), _rows(form)
    if action == _ADD and len(rows) < MAX_TARIFFS:
        return await _show(visit, [*rows, _new_row(visit)], {}, digest, focus=len(rows))
    if action.startswith(_REMOVE):
        kept = [row for at, row in enumerate(rows) if str(at) != action.removeprefix(_REMOVE)]
        return await _show(visit, kept or [_new_row(visit)], {}, digest)
    if action == BACK and not any(any(row.amounts) or row.group for row in rows) and not await _stored(visit):
        return after(visit, TARIFFS, BACK)
    saves, (given, errors) = action in (NEXT, BACK), _given(rows)
    if errors or not saves:
        return await _show(visit, rows, errors if saves else {}, digest)
    try:
        both = await save_step(visit, SAVE, form, given)
    except AmountInvalid as refusal:
        return await _show(visit, rows, {_place_of(refusal, given): refusal.french}, digest)
    return after(visit, TARIFFS, action) if both is None else both


async def _stored(visit: CampaignVisit) -> Tariffs:
    return (await read_settings(visit, SAVE)).content


def _rows(form: FormData) -> list[TariffRow]:
    """Read the rows of the form as they were typed, in their order."""
    numbers = [found[1] for name in form if (found := _ROW.fullmatch(name))][:MAX_TARIFFS]
    return [
        TariffRow(
            text(form, f"id-{at}"),
            text(form, f"label-{at}", MAX_TITLE),
            tuple(
                text(form, f"amount-{at}-{rank}", MAX_WRITTEN)
                for rank in range(MOST_RANKS)
                if rank < RANKS or f"amount-{at}-{rank}" in form
            ),
            f"free-{at}" in form,
            text(form, f"from-{at}"),
            text(form, f"to-{at}"),
            text(form, f"group-{at}", MAX_NAME),
        )
        for at in numbers
    ]


def _given(rows: Sequence[TariffRow]) -> tuple[Tariffs, dict[str, str]]:
    """Read the rows into tariffs; what is wrong is said at its field."""
    given, errors = [], dict[str, str]()
    for at, row in enumerate(rows):
        wrong: dict[str, str] = {}
        label = _read_into(wrong, f"label-{at}", read_title, row.label)
        if not row.label.strip():
            wrong[f"label-{at}"] = "Donnez un nom à ce tarif, par exemple «\u00a0Par enfant\u00a0»."
        tiers = _tiers(row, at, wrong)
        first, last = (_read_into(wrong, f"{end}-{at}", read_day, typed) for end, typed in _ends(row))
        if isinstance(first, date) and isinstance(last, date) and last < first:
            wrong[f"to-{at}"] = "La fin de validité vient avant son début."
        group = _read_into(wrong, f"group-{at}", lambda typed: read_text(typed, MAX_NAME), row.group)
        tariff_id = _read_into(wrong, f"label-{at}", read_reference, row.tariff_id)
        errors |= wrong
        if not wrong:
            given.append(
                Tariff(
                    tariff_id=tariff_id,
                    label=label,
                    tiers=tiers,
                    valid_from=first,
                    valid_to=last,
                    group=group,
                    free=row.free,
                )
            )
    if len({row.tariff_id for row in rows}) != len(rows) and not errors:
        errors["label-0"] = "Deux de ces tarifs sont le même\u00a0: retirez-en un."
    return tuple(given), errors


def _ends(row: TariffRow) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("from", row.valid_from), ("to", row.valid_to)


def _read_into(wrong: dict[str, str], field: str, read: Any, typed: str) -> Any:  # noqa: ANN401 - what the reader returns
    """Return what a reader makes of a field; what it refuses is said there."""
    try:
        return read(typed)
    except InvalidInput as refusal:
        wrong.setdefault(field, refusal.french)
        return None


def _tiers(row: TariffRow, at: int, wrong: dict[str, str]) -> tuple[int, ...]:
    """Read the amounts of a row: one that is left out is that of the child before, and so is each after it.

    A free amount has one, the least that is taken: nothing where none is typed.
    """
    typed = [amount.strip() for amount in row.amounts]
    if row.free:
        typed = [typed[0] or "0"]
    while len(typed) > 1 and not typed[-1]:
        typed.pop()
    tiers: list[int] = []
    for rank, amount in enumerate(typed):
        if not amount and rank:
            tiers.append(tiers[-1] if tiers else 0)
            continue
        try:
            tiers.append(_cents(amount))
        except FieldError:
            wrong[f"amount-{at}-{rank}"] = _FIRST if not amount else _AMOUNT
    while len(tiers) > 1 and tiers[-1] == tiers[-2]:
        tiers.pop()
    return tuple(tiers)


def _cents(amount: str) -> int:
    """Read an amount that is not below nothing.

    Raises:
        FieldError: it is none.

    """
    try:
        cents = parse_euros(amount)
    except AmountInvalid:
        raise FieldError(_AMOUNT) from None
    if cents < 0:
        raise FieldError(_AMOUNT)
    return cents


def _place_of(refusal: AmountInvalid, given: Tariffs) -> str:
    """Return the field of the amount that the ledger refuses: the first row that asks for it, alone or by adding up."""
    amount = refusal.values.get("amount")
    kind = isinstance(refusal, TariffNotChargeable | InstalmentsNotChargeable)
    for at, tariff in enumerate(given if kind else ()):
        for rank in range(len(tariff.tiers)):
            if euros(sum(tariff.tiers[: rank + 1])) == amount:
                return f"amount-{at}-{rank}"
    return "amount-0-0"


def _typed_row(tariff: Tariff) -> TariffRow:
    written = [f"{cents // 100},{cents % 100:02d}" for cents in tariff.tiers]
    return TariffRow(
        tariff.tariff_id,
        tariff.label,
        (*written, *("",) * (RANKS - len(written))),
        tariff.free,
        tariff.valid_from.isoformat(),
        tariff.valid_to.isoformat(),
        tariff.group,
    )


def _new_row(visit: CampaignVisit, label: str = "") -> TariffRow:
    """Return a row that waits to be filled in, valid for the school year of the campaign (S-65)."""
    first, last = fiscal_year_bounds(visit.campaign.school_year)
    return TariffRow(f"t-{token_hex(4)}", label, valid_from=first.isoformat(), valid_to=last.isoformat())


def _baskets(rows: Sequence[TariffRow]) -> list[tuple[str, list[str]]]:
    """Say what families of one, two and three children pay at each tariff that can be read (S-70)."""
    found = []
    for row in rows:
        given, errors = _given([row])
        if errors:
            continue
        (tariff,) = given
        if tariff.free:
            found.append((tariff.label, [tariff_price(tariff)] * len(_EXAMPLES)))
            continue
        tiers = (*tariff.tiers, *(tariff.tiers[-1],) * RANKS)
        found.append((tariff.label, [euros(sum(tiers[:count])) for count in _EXAMPLES]))
    return found


async def _show(
    visit: CampaignVisit, rows: list[TariffRow], errors: dict[str, str], digest: str, focus: int | None = None
) -> Response:
    return await show_step(
        visit,
        TARIFFS,
        errors,
        rows=rows,
        digest=digest,
        focus=focus,
        full=len(rows) >= MAX_TARIFFS,
        baskets=_baskets(rows),
        proposed=PROPOSED,
        examples=_EXAMPLES,
    )
