"""The groups that a coop makes: a name, the contacts that are chosen for it, renamed or deleted (S-29, S-37)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.contact_vault import ContactGroup
from domain.errors import LedgerError
from service.auth.actions import Action
from service.contacts.address_book import all_contacts
from service.contacts.groups import MAX_GROUP_NAME, choose_members, delete_group, group_of, make_group, rename_group
from service.fields import FieldError, read_title
from service.http.forms import FormBody, text
from service.http.trail import note
from service.pages.community.choices import one_page, read_choices
from service.pages.frame.visit import CoopVisit, coop_visit
from service.trail import TrailKind

router = APIRouter()
CoopRunner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
_NEW: Final = "/{association}/coops/{coop_id}/groupes/nouveau"
_ONE: Final = "/{association}/coops/{coop_id}/groupes/{group_id}"
_NO_NAME: Final = "Donnez un nom au groupe."
_PLACE: Final = "groupes"
_DONE: Final = {"cree": "Le groupe est créé. Cochez ses contacts.", "enregistre": "Le groupe est enregistré."}


@router.get(_NEW)
async def new_group_form(visit: CoopRunner) -> Response:
    """Ask for a name."""
    return await _show_new(visit)


@router.post(_NEW)
async def create_group(visit: CoopRunner, form: FormBody) -> Response:
    """Make a group, and go on to choose its contacts."""
    key, typed = text(form, "cle"), text(form, "nom", MAX_GROUP_NAME)
    group_id = visit.new_id(key, "contact group")
    try:
        name = _name(typed)
        make = partial(make_group, visit.opened, visit.coop.coop_id, group_id, name, visit.today)
        await run_in_threadpool(make)
    except LedgerError as refusal:
        return await _show_new(visit, typed, refusal.french, key)
    return visit.go(f"{visit.coop_base}/groupes/{group_id}?fait=cree")


@router.get(_ONE)
async def group_page(visit: CoopRunner, group_id: UUID, fait: str = "", page: str = "") -> Response:
    """Show a group with its contacts, and those who could join.

    Raises:
        NotFound: the coop has no such group.

    """
    group = await run_in_threadpool(group_of, visit.opened, visit.coop.coop_id, group_id)
    return await _show(visit, group, group.name, done=_DONE.get(fait, ""), page=page)


@router.post(_ONE)
async def save_group(visit: CoopRunner, group_id: UUID, form: FormBody) -> Response:
    """Save the name of a group and which of the contacts shown are in it; then go on to another page of them.

    Raises:
        NotFound: the coop has no such group.

    """
    opened, coop_id = visit.opened, visit.coop.coop_id
    group = await run_in_threadpool(group_of, opened, coop_id, group_id)
    typed, page = text(form, "nom", MAX_GROUP_NAME), text(form, "page")
    shown, chosen = _ids(form.getlist("affiche")), _ids(form.getlist("contact"))
    try:
        await run_in_threadpool(partial(rename_group, opened, coop_id, group_id, _name(typed), visit.today))
    except LedgerError as refusal:
        return await _show(visit, group, typed, refusal.french, chosen, page=text(form, "ici"))
    await run_in_threadpool(partial(choose_members, opened, coop_id, group_id, shown, chosen))
    on = f"&page={page}" if page.isascii() and page.isdigit() else ""
    return visit.go(f"{visit.coop_base}/groupes/{group_id}?fait=enregistre{on}")


@router.post(f"{_ONE}/supprimer")
async def remove_group(visit: CoopRunner, group_id: UUID) -> Response:
    """Delete a group; its contacts stay.

    Raises:
        NotFound: the coop has no such group.

    """
    await run_in_threadpool(delete_group, visit.opened, visit.coop.coop_id, group_id)
    return visit.go(f"{visit.coop_base}/groupes")


def _name(typed: str) -> str:
    try:
        return read_title(typed, MAX_GROUP_NAME)
    except FieldError as refusal:
        raise FieldError(refusal.french if typed.strip() else _NO_NAME) from refusal


def _ids(values: Iterable[object]) -> set[UUID]:
    """Return the contacts that were ticked; what is no id is none."""
    found: set[UUID] = set()
    for value in values:
        try:
            found.add(UUID(str(value)))
        except ValueError:
            continue
    return found


async def _show_new(visit: CoopVisit, typed: str = "", error: str = "", key: str = "") -> Response:
    kept = {"form_key": key} if key else {}
    return await visit.show(
        "contacts/group_new.html",
        _PLACE,
        422 if error else 200,
        help_key="groupe",
        typed=typed,
        error=error,
        longest=MAX_GROUP_NAME,
        **kept,
    )


async def _show(
    visit: CoopVisit,
    group: ContactGroup,
    typed: str,
    error: str = "",
    chosen: set[UUID] | None = None,
    done: str = "",
    page: str = "",
) -> Response:
    await note(visit.request, TrailKind.NAMES_READ)
    contacts = await run_in_threadpool(all_contacts, visit.opened, visit.coop.coop_id)
    inside = {one.contact_id for one in contacts if group.group_id in one.groups} if chosen is None else chosen
    rows, pages = one_page(contacts, read_choices({"page": page}, ()))
    return await visit.show(
        "contacts/group.html",
        _PLACE,
        422 if error else 200,
        help_key="groupe",
        group=group,
        typed=typed,
        error=error,
        longest=MAX_GROUP_NAME,
        inside=inside,
        contacts=rows,
        pages=pages,
        total=len(contacts),
        done=done,
    )
