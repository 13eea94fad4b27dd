"""« Fiche de contact »: what a coop wrote down about one contact, its classes and groups, and erasing it (S-40)."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.contact_vault import Contact, ContactExists, ContactProfile
from domain.calendar import french_date
from service.auth.actions import Action
from service.contacts.address_book import change_contact, contact_of, kept_until
from service.contacts.person_fields import field_errors, longest_value, read_values
from service.contacts.records import EMAIL, RECORD, read_record
from service.http.dependencies import runtime_of
from service.http.forms import FieldErrors, FormBody, text
from service.http.trail import note
from service.pages.contacts.groups_of import KnownGroups, known_groups
from service.pages.frame.visit import CoopVisit, coop_visit
from service.retention.erasures import erase_contacts
from service.trail import TrailKind

router = APIRouter()
CoopRunner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
_ONE: Final = "/{association}/coops/{coop_id}/carnet/{contact_id}"


@router.get(_ONE)
async def contact_record(visit: CoopRunner, contact_id: UUID) -> Response:
    """Show a contact.

    Raises:
        NotFound: the coop has no such contact.

    """
    contact = await run_in_threadpool(contact_of, visit.opened, visit.coop.coop_id, contact_id)
    typed = {field.name: getattr(contact.profile, field.name) for field in RECORD} | contact.profile.own
    codes = {one.class_code for one in contact.classes if one.school_year == (await known_groups(visit)).year}
    return await _show(visit, contact, typed, codes, set(map(str, contact.groups)))


@router.post(_ONE)
async def save_contact(visit: CoopRunner, contact_id: UUID, form: FormBody) -> Response:
    """Save a contact, or show what is wrong.

    Raises:
        NotFound: the coop has no such contact.

    """
    contact = await run_in_threadpool(contact_of, visit.opened, visit.coop.coop_id, contact_id)
    fields = await run_in_threadpool(visit.opened.contacts.fields.read, visit.coop.coop_id)
    typed = {field.name: text(form, field.name, field.longest) for field in RECORD}
    typed |= {field.field_id: text(form, field.field_id, longest_value(field)) for field in fields}
    values = read_values(fields, typed)
    profile, errors = read_record(typed, visit.today, visit.opened.phone_region, values)
    errors |= field_errors(fields, typed)
    groups = await known_groups(visit)
    codes = {str(one) for one in form.getlist("classe")} & groups.classes.keys()
    chosen = {str(one) for one in form.getlist("groupe")} & {str(group.group_id) for group in groups.own}
    if not errors:
        try:
            await run_in_threadpool(partial(_save, visit, contact, profile, groups, codes, chosen))
        except ContactExists as refusal:
            errors[EMAIL] = refusal.french
    if errors:
        return await _show(visit, contact, typed, codes, chosen, FieldErrors(errors))
    return visit.go(f"{visit.coop_base}/carnet?fait=enregistre")


@router.post(f"{_ONE}/effacer")
async def erase_contact(visit: CoopRunner, contact_id: UUID) -> Response:
    """Erase a contact for good.

    Raises:
        NotFound: the coop has no such contact.

    """
    contact = await run_in_threadpool(contact_of, visit.opened, visit.coop.coop_id, contact_id)
    erase = partial(erase_contacts, runtime_of(visit.request), visit.opened, [contact.contact_id], visit.now)
    await run_in_threadpool(erase)
    return visit.go(f"{visit.coop_base}/carnet?fait=efface")


def _save(
    visit: CoopVisit,
    contact: Contact,
    profile: ContactProfile,
    groups: KnownGroups,
    codes: set[str],
    chosen: set[str],
) -> None:
    """Save what is known of a contact, then where it is; the address is what may be refused, so it comes first."""
    opened, coop_id = visit.opened, visit.coop.coop_id
    change_contact(opened, coop_id, contact.contact_id, profile, visit.today)
    opened.contacts.people.set_classes(coop_id, contact.contact_id, groups.year, sorted(codes))
    for group in groups.own:
        if str(group.group_id) in chosen:
            opened.contacts.groups.add_members(group.group_id, coop_id, [contact.contact_id])
        else:
            opened.contacts.groups.remove_members(group.group_id, coop_id, [contact.contact_id])


async def _show(
    visit: CoopVisit,
    contact: Contact,
    typed: dict[str, str],
    codes: set[str],
    chosen: set[str],
    errors: FieldErrors | None = None,
) -> Response:
    await note(visit.request, TrailKind.NAMES_READ, subject_id=contact.contact_id)
    fields = await run_in_threadpool(visit.opened.contacts.fields.read, visit.coop.coop_id)
    return await visit.show(
        "contacts/record.html",
        "carnet",
        422 if errors else 200,
        help_key="fiche",
        contact=contact,
        typed=typed,
        errors=errors or FieldErrors(),
        record=RECORD,
        own=fields.categories,
        longest_value=longest_value,
        groups=await known_groups(visit),
        codes=codes,
        chosen=chosen,
        kept_until=french_date(kept_until(visit.today)),
    )
