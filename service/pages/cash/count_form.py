"""Counting the cash of a class: slips and coins typed by two people, the difference shown, all of it sent once.

The page works without a script, line by line checked by the service. With one it adds up as one types, keeps numbers
and amounts on the device while there is no network, and sends them when it is back (``cash-count.js``, ADR 70).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from psycopg import Connection
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from domain.cash.class_counts import MAX_SLIPS
from domain.errors import Conflict, InvalidInput, NotFound, PolicyForbids
from domain.events.association import Policy
from domain.events.base import Tariff
from domain.money import MAX_WRITTEN
from domain.vocabulary.pieces import PIECES, WITNESSES
from projections import storefront
from projections.by_hand import cash_slips, class_counts
from service.cash.counts import CountPlace, write_down
from service.cash.typed_counts import MAX_NUMBER, ReadCount, TypedCount, TypedSlip, read_count
from service.http.forms import FieldErrors, FormBody, text
from service.pages.cash.class_space import PATH
from service.pages.frame.class_visit import ClassCampaignVisit, TheClassCampaign

router = APIRouter()
_COUNT: Final = f"{PATH}/collectes/{{campaign_id}}/compter"
_LINES: Final = 10
"""Lines that the form begins with, and that are added at a time."""
_KEY: Final = 40
_KEY_LEAST: Final = 12
_TAKEN: Final = "Un de ces bordereaux vient d’être compté ailleurs. Rien n’est enregistré\u00a0: vérifiez les numéros."


@router.get(_COUNT)
async def counting_form(visit: TheClassCampaign) -> Response:
    """Show the form of a count, empty."""
    await _check(visit)
    return await _show(visit, _typed_lines((), _LINES), {}, {"witness": "", "seen": ""})


@router.post(_COUNT)
async def count(visit: TheClassCampaign, form: FormBody) -> Response:
    """Add a count up, take more lines, or write it down: once under the key of its form."""
    policy = await _check(visit)
    key = text(form, "cle", _KEY)
    typed = _read_form(form)
    count_id = visit.new_id(key, "count") if len(key) >= _KEY_LEAST else None
    if count_id is not None and await visit.read(class_counts.find, visit.coop.coop_id, count_id) is not None:
        return _sent(visit, count_id)
    tariffs, taken = await visit.read(_known, visit)
    read = read_count(typed, visit.class_code, tariffs, taken)
    if text(form, "action") != "envoyer" or count_id is None:
        more = _LINES if text(form, "action") == "lignes" else 0
        lines = _typed_lines(typed.slips, len(typed.slips) + more)
        return await _show(visit, lines, typed.pieces, _chosen(typed), read=read, key=key)
    if read.errors:
        return await _show(visit, typed.slips, typed.pieces, _chosen(typed), errors=read.errors, read=read, key=key)
    coop = await visit.coop_state()
    place = CountPlace(visit.coop.coop_id, visit.campaign.campaign_id, visit.class_code, coop.classes)
    try:
        position = await run_in_threadpool(
            write_down,
            visit.opened,
            place,
            read,
            policy,
            visit.stamp,
            lambda name: visit.new_id(key, name),
            visit.key(key),
        )
    except (Conflict, InvalidInput) as refusal:
        if await visit.read(class_counts.find, visit.coop.coop_id, count_id) is not None:
            return _sent(visit, count_id)
        errors = FieldErrors({"number-1": _TAKEN if isinstance(refusal, Conflict) else refusal.french})
        return await _show(visit, typed.slips, typed.pieces, _chosen(typed), errors=errors, read=read, key=key)
    await visit.shown(position)
    return _sent(visit, count_id)


def _sent(visit: ClassCampaignVisit, count_id: UUID) -> Response:
    return visit.go(f"{visit.class_base}/comptages/{count_id}?fait=envoye")


async def _check(visit: ClassCampaignVisit) -> Policy:
    """Return the association's policy, for a campaign that takes cash.

    Raises:
        NotFound: the campaign takes none.
        PolicyForbids: the association has cash recorded nowhere.

    """
    visit.check_takes_cash()
    policy = (await visit.policy_of()).policy
    if not policy.cash_recording:
        raise PolicyForbids(means="cash")
    return policy


def _known(connection: Connection[Any], visit: ClassCampaignVisit) -> tuple[dict[str, Tariff], set[str]]:
    """Read the tariffs of the campaign, and the numbers of its slips."""
    shown = storefront.find(connection, visit.campaign.campaign_id)
    if shown is None:
        raise NotFound(campaign=visit.campaign.campaign_id)
    taken = {one.slip for one in cash_slips.of_campaign(connection, visit.campaign.campaign_id)}
    return {one.tariff_id: one for one in shown.tariffs}, taken


def _read_form(form: FormData) -> TypedCount:
    lines = sum(1 for name in form if name.startswith("number-"))
    slips = tuple(
        TypedSlip(text(form, f"number-{line}", MAX_NUMBER), text(form, f"amount-{line}", MAX_WRITTEN))
        for line in range(1, min(lines, MAX_SLIPS) + 1)
    )
    pieces = {value: text(form, f"piece-{value}", MAX_NUMBER) for value in PIECES}
    return TypedCount(slips, pieces, text(form, "witness", MAX_WRITTEN), text(form, "seen", MAX_WRITTEN))


def _typed_lines(slips: tuple[TypedSlip, ...], lines: int) -> tuple[TypedSlip, ...]:
    """Return lines for a form: those that were typed, then blank ones."""
    return (*slips, *(TypedSlip("", "") for _ in range(min(lines, MAX_SLIPS) - len(slips))))


def _chosen(typed: TypedCount) -> dict[str, str]:
    return {"witness": typed.witness, "seen": typed.seen}


async def _show(
    visit: ClassCampaignVisit,
    lines: tuple[TypedSlip, ...],
    pieces: Mapping[int, str],
    chosen: dict[str, str],
    *,
    errors: FieldErrors | None = None,
    read: ReadCount | None = None,
    key: str = "",
) -> Response:
    tariffs, _ = await visit.read(_known, visit)
    kept = {"form_key": key} if len(key) >= _KEY_LEAST else {}
    return await visit.show(
        "cash/count_form.html",
        visit.place,
        422 if errors else 200,
        help_key="compter",
        lines=lines,
        typed_pieces=pieces,
        values=PIECES,
        witnesses=WITNESSES,
        chosen=chosen,
        errors=errors or FieldErrors(),
        read=read,
        tariffs=tuple(tariffs.values()),
        most=MAX_SLIPS,
        most_number=MAX_NUMBER,
        **kept,
    )
