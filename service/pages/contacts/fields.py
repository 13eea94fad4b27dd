"""« Propriétés des fiches personnes »: the fields that a coop adds, in categories, within the limits shown (S-38…S-46).

The page may be opened from the form of a campaign, to which it leads back (S-39).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from domain.errors import InvalidInput, LedgerError
from domain.people import person_fields as changes
from domain.people.person_fields import (
    MAX_FIELD_NAME,
    MOST_CATEGORIES,
    MOST_OF_KIND,
    FieldCategory,
    FieldKind,
    PersonField,
    PersonFields,
)
from service.auth.actions import Action
from service.contacts.field_changes import change_fields, check_unasked
from service.contacts.person_fields import HOLDS, KINDS
from service.contacts.records import RECORD
from service.fields import FieldError, clean_text, read_title
from service.http.forms import FormBody, text
from service.pages.frame.visit import CoopVisit, coop_visit

router = APIRouter()
CoopRunner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
_PATH: Final = "/{association}/coops/{coop_id}/parametres/fiches"
_FORM_STEP: Final = re.compile(r"/collectes/[0-9a-f-]{36}/etapes/formulaire(?:\?choix=[a-z0-9_.-]{0,1000})?")
FIRST_CATEGORY: Final = "Informations sur les enfants"
"""The category of the guide, which the page proposes first."""
_OPTIONS: Final = 2_000
_BACK: Final = 1_100
_TYPED: Final = ("nom", "genre", "reponses", "action")
_NO_NAME: Final = "Donnez un nom."
_NO_KIND: Final = "Choisissez ce que le champ contient."
_NO_OPTIONS: Final = "Écrivez de 2 à 20 réponses différentes, une par ligne."
_BY: Final = {"monter": -1, "descendre": 1}
Change = Callable[[PersonFields], PersonFields]


@router.get(_PATH)
async def person_fields(visit: CoopRunner, retour: str = "") -> Response:
    """Show the standard record and the coop's own fields."""
    return await _show(visit, retour)


@router.post(_PATH)
async def change_person_fields(visit: CoopRunner, form: FormBody) -> Response:
    """Add, rename, move or delete a category or a field, as the button that was pressed says."""
    back, place = text(form, "retour", _BACK), text(form, "place")
    try:
        change = await _change(visit, form)
        version = text(form, "version")
        await run_in_threadpool(partial(change_fields, visit.opened, visit.coop.coop_id, version, change))
    except LedgerError as refusal:
        return await _show(visit, back, place, refusal, form)
    query = urlencode({"retour": back}) if _is_form_step(back) else ""
    below = f"{visit.coop_base}/parametres/fiches{f'?{query}' if query else ''}"
    return visit.go(f"{below}#{place}" if re.fullmatch(r"[a-z0-9_-]{1,40}", place) else below)


async def _change(visit: CoopVisit, form: FormData) -> Change:
    """Return what a form asks for.

    Raises:
        InvalidInput: a name or answers that cannot be; FieldAsked: what is to be deleted is asked by a form.

    """
    action, of = text(form, "action"), text(form, "de")
    digits = visit.new_id(text(form, "cle"), "person field").hex[:8]
    if action == "ajouter-categorie":
        category = FieldCategory(f"cat_{digits}", _name(text(form, "nom", MAX_FIELD_NAME)))
        return partial(changes.with_category, category=category)
    if action == "renommer-categorie":
        return partial(changes.renamed_category, category_id=of, name=_name(text(form, "nom", MAX_FIELD_NAME)))
    if action == "ajouter-champ":
        return partial(changes.with_field, category_id=of, field=_field(form, changes.own_id(digits)))
    if action == "modifier-champ":
        return partial(changes.changed_field, field=_field(form, of))
    way, _, what = action.partition("-")
    if way in _BY and what in ("categorie", "champ"):
        move = changes.moved_category if what == "categorie" else changes.moved_field
        return lambda fields: move(fields, of, by=_BY[way])
    if action not in ("supprimer-categorie", "supprimer-champ"):
        raise InvalidInput(action=len(action))
    await run_in_threadpool(check_unasked, visit.opened, visit.coop.coop_id, of)
    remove = changes.without_category if action == "supprimer-categorie" else changes.without_field
    return lambda fields: remove(fields, of)


def _field(form: FormData, field_id: str) -> PersonField:
    kind = text(form, "genre")
    if kind not in {one.value for one in FieldKind}:
        raise FieldError(_NO_KIND)
    name = _name(text(form, "nom", MAX_FIELD_NAME))
    options: tuple[str, ...] = ()
    if kind == FieldKind.CHOICE:
        lines = text(form, "reponses", _OPTIONS).splitlines()
        options = tuple(dict.fromkeys(one for line in lines if (one := clean_text(line, MAX_FIELD_NAME))))
        if not changes.LEAST_OPTIONS <= len(options) <= changes.MOST_OPTIONS or any(
            len(one) > MAX_FIELD_NAME for one in options
        ):
            raise FieldError(_NO_OPTIONS)
    return PersonField(field_id, name, FieldKind(kind), options)


def _name(typed: str) -> str:
    try:
        return read_title(typed, MAX_FIELD_NAME)
    except FieldError as refusal:
        raise FieldError(refusal.french if typed.strip() else _NO_NAME) from refusal


def _is_form_step(back: str) -> bool:
    return _FORM_STEP.fullmatch(back) is not None


async def _show(
    visit: CoopVisit, back: str, place: str = "", refusal: LedgerError | None = None, form: FormData | None = None
) -> Response:
    fields = await run_in_threadpool(visit.opened.contacts.fields.read, visit.coop.coop_id)
    numbers = fields.numbers()
    shown: dict[str, Any] = {
        "typed": {name: "" if form is None else text(form, name, _OPTIONS) for name in _TYPED},
        "place_of_error": place or "ajouter-categorie",
        "error": "" if refusal is None else refusal.french,
    }
    return await visit.show(
        "contacts/fields.html",
        "parametres",
        200 if refusal is None else refusal.status,
        help_key="fiches",
        record=RECORD,
        fields=fields,
        limits=[(kind, KINDS[kind], HOLDS[kind], numbers[kind], most) for kind, most in MOST_OF_KIND.items()],
        kinds=KINDS,
        most_categories=MOST_CATEGORIES,
        longest=MAX_FIELD_NAME,
        back=back if _is_form_step(back) else "",
        first_category="" if fields.categories else FIRST_CATEGORY,
        **shown,
    )
