"""Adding contacts: addresses pasted or a file, shown before anything is kept, then added (S-29, S-40).

What is shown goes along in the form and is read again when it is confirmed: nothing is kept between the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from adapters.contact_vault import ClassOfYear, ContactProfile
from adapters.imports.files.contact_table import MAX_CONTACTS_FILE, SCHOOL_CLASS, parse_contacts
from adapters.processes import LimitExceeded
from domain.errors import InvalidInput
from domain.money import grouped
from service.auth.actions import Action
from service.contacts.address_book import MOST_AT_ONCE, Added, Group, add_contacts
from service.contacts.contact_list import GivenContact, GivenList, read_given
from service.contacts.pasted import LONGEST_PASTED, Pasted, TypedContact, read_pasted
from service.contacts.records import RECORD
from service.fields import FieldError
from service.http.bounds.cpu_bound import TABLE, run_limited
from service.http.forms import FieldErrors, FormBody, text
from service.pages.contacts.groups_of import KnownGroups, known_groups
from service.pages.frame.visit import CoopVisit, coop_visit

router = APIRouter()
CoopRunner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
_ADD: Final = "/{association}/coops/{coop_id}/carnet/ajouter"
_SHOWN: Final = 100
"""Rows that the preview shows of a long list."""
_NOTHING: Final = "Collez des adresses, ou choisissez un fichier."
_TOO_MANY: Final = f"{grouped(MOST_AT_ONCE)} contacts au plus à la fois\u00a0: donnez la liste en plusieurs parties."
_NO_ADDRESS: Final = "Aucune adresse e-mail dans ce texte. Exemple\u00a0: prenom.nom@courriel.fr."
_TOO_LONG: Final = "Ce fichier ne se lit pas dans un temps raisonnable. Enregistrez-le en CSV, puis recommencez."
_Carried = list[dict[str, str]]


@router.get(_ADD)
async def entry_form(visit: CoopRunner, groupe: str = "") -> Response:
    """Ask for addresses."""
    return await _show(visit, await known_groups(visit), group=groupe)


@router.post(_ADD)
async def take_contacts(visit: CoopRunner, form: FormBody) -> Response:
    """Show what was given, or add what was shown."""
    groups = await known_groups(visit)
    if text(form, "action") == "corriger":
        return await _show(visit, groups, text(form, "adresses", LONGEST_PASTED), group=text(form, "groupe"))
    if text(form, "action") == "ajouter":
        return await _add(visit, groups, form)
    typed, pasted = text(form, "adresses", LONGEST_PASTED), text(form, "groupe")
    try:
        found = await _given(visit, form, typed, groups)
    except LimitExceeded:
        return await _show(visit, groups, typed, FieldErrors({"fichier": _TOO_LONG}), pasted)
    except InvalidInput as refusal:
        place = "fichier" if _file(form) else "adresses"
        return await _show(visit, groups, typed, FieldErrors({place: refusal.french}), pasted)
    return await _preview(visit, groups, found, typed, pasted)


async def _given(visit: CoopVisit, form: FormData, typed: str, groups: KnownGroups) -> GivenList:
    """Read the file that was chosen, else what was pasted.

    Raises:
        FieldError: nothing can be taken of it, or it is too much at once; FileRefused: the file cannot be read.

    """
    upload = _file(form)
    if upload is not None:
        content = await upload.read(MAX_CONTACTS_FILE + 1)
        rows = await run_limited(TABLE, parse_contacts, content, MOST_AT_ONCE)
        pasted = Pasted([TypedContact(row.line, row.values) for row in rows], [])
    else:
        pasted = await run_in_threadpool(read_pasted, typed)
        if not pasted.contacts:
            raise FieldError(_NO_ADDRESS if pasted.unread else _NOTHING)
    if len(pasted.contacts) > MOST_AT_ONCE or len(typed) > LONGEST_PASTED:
        raise FieldError(_TOO_MANY)
    return await run_in_threadpool(_read, visit, groups, pasted)


def _read(visit: CoopVisit, groups: KnownGroups, pasted: Pasted) -> GivenList:
    return read_given(pasted.contacts, pasted.unread, visit.today, groups.classes, visit.opened.phone_region)


def _file(form: FormData) -> UploadFile | None:
    given = form.get("fichier")
    return given if isinstance(given, UploadFile) and given.filename else None


async def _add(visit: CoopVisit, groups: KnownGroups, form: FormData) -> Response:
    """Add what the preview showed; what its form carries is read once more."""
    try:
        carried = msgspec.json.decode(text(form, "liste", LONGEST_PASTED * 2), type=_Carried)
    except msgspec.MsgspecError:
        carried = []
    typed = [TypedContact(at, values) for at, values in enumerate(carried[:MOST_AT_ONCE], start=1)]
    found = await run_in_threadpool(_read, visit, groups, Pasted(typed, []))
    group = groups.chosen(text(form, "groupe"))
    try:
        added = await run_in_threadpool(_keep, visit, groups, found.contacts, group)
    except InvalidInput as refusal:
        return await _show(visit, groups, errors=FieldErrors({"adresses": refusal.french}))
    return visit.go(f"{visit.coop_base}/carnet?fait=ajoute&nouveaux={added.fresh}&connus={added.known}")


def _keep(visit: CoopVisit, groups: KnownGroups, contacts: list[GivenContact], group: Group | None) -> Added:
    """Keep the contacts, in the chosen group and each in the class that its own line names."""
    coop_id = visit.coop.coop_id
    together = [group] if group is not None else []
    added = add_contacts(visit.opened, coop_id, [one.profile for one in contacts], visit.today, together)
    for code in {one.class_code for one in contacts if one.class_code}:
        of_class = [one.profile for one in contacts if one.class_code == code]
        add_contacts(visit.opened, coop_id, of_class, visit.today, [ClassOfYear(groups.year, code)])
    return added


async def _preview(visit: CoopVisit, groups: KnownGroups, found: GivenList, typed: str, group: str) -> Response:
    addresses = [one.profile.email for one in found.contacts]
    known = await run_in_threadpool(visit.opened.contacts.people.by_addresses, visit.coop.coop_id, addresses)
    chosen = groups.chosen(group)
    return await visit.show(
        "contacts/preview.html",
        "carnet",
        found=found,
        known=known,
        fresh=len(addresses) - len(known),
        shown=_SHOWN,
        classes=groups.classes,
        group=group,
        group_name="" if chosen is None else groups.called(chosen),
        carried=msgspec.json.encode(list(_carried(found.contacts))).decode(),
        typed=typed,
    )


def _carried(contacts: Iterable[GivenContact]) -> Iterable[dict[str, str]]:
    """Write contacts as the form carries them: the fields that are not empty."""
    for one in contacts:
        yield {**_fields(one.profile), **({SCHOOL_CLASS: one.class_code} if one.class_code else {})}


def _fields(profile: ContactProfile) -> dict[str, str]:
    return {field.name: value for field in RECORD if (value := getattr(profile, field.name))}


async def _show(
    visit: CoopVisit, groups: KnownGroups, typed: str = "", errors: FieldErrors | None = None, group: str = ""
) -> Response:
    shown: dict[str, Any] = {"typed": typed, "errors": errors or FieldErrors(), "group": group}
    return await visit.show(
        "contacts/entry.html",
        "carnet",
        422 if errors else 200,
        groups=groups.options,
        record=RECORD,
        most=MOST_AT_ONCE,
        **shown,
    )
