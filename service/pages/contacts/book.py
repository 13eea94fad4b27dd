"""« Carnet d'adresses »: the contacts that a coop wrote down, searched and filtered by group (S-16, S-29)."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from adapters.contact_vault import ClassOfYear, Contact
from service.auth.actions import Action
from service.contacts.address_book import MOST_CONTACTS, Group, all_contacts
from service.http.forms import FormBody
from service.http.trail import note
from service.pages.community.choices import LONGEST, Choices, one_page, read_choices
from service.pages.contacts.groups_of import KnownGroups, known_groups
from service.pages.frame.visit import CoopVisit, coop_visit
from service.trail import TrailKind

router = APIRouter()
CoopRunner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
_BOOK: Final = "/{association}/coops/{coop_id}/carnet"
FILTERS: Final = ("groupe",)
"""The filter by its name in addresses."""
DONE: Final = {
    "efface": "Le contact est effacé, avec tout ce que le carnet savait de lui.",
    "enregistre": "Le contact est enregistré.",
}
"""What was done on the page before, by the word of the address."""
_DIGITS: Final = 4


@router.get(_BOOK)
async def address_book(visit: CoopRunner, fait: str = "", nouveaux: str = "", connus: str = "") -> Response:
    """List the contacts of a coop."""
    done = DONE.get(fait, "") if fait != "ajoute" else _added(_number(nouveaux), _number(connus))
    return await _show(visit, read_choices(visit.request.query_params, FILTERS), done)


@router.post(_BOOK)
async def search(visit: CoopRunner, form: FormBody) -> Response:
    """List those who are searched for; what is chosen without a name leads to its address."""
    choices = read_choices(form, FILTERS)
    if choices.search:
        return await _show(visit, choices)
    return visit.go(choices.address(f"{visit.coop_base}/carnet"))


def _number(given: str) -> int:
    """Read a number of an address; what is none counts nothing."""
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _DIGITS else 0


def _added(fresh: int, known: int) -> str:
    """Say how many contacts were added."""
    said = f"{fresh} contact{'s' if fresh > 1 else ''} ajouté{'s' if fresh > 1 else ''}"
    if known:
        said += f", {known} {'étaient déjà connus' if known > 1 else 'était déjà connu'}"
    return f"{said}."


async def _show(visit: CoopVisit, choices: Choices, done: str = "") -> Response:
    await note(visit.request, TrailKind.NAMES_READ)
    groups = await known_groups(visit)
    contacts = await run_in_threadpool(all_contacts, visit.opened, visit.coop.coop_id)
    found = [one for one in contacts if _chosen(one, choices, groups)]
    rows, pages = one_page(found, choices)
    return await visit.show(
        "contacts/book.html",
        "carnet",
        choices=choices,
        longest_search=LONGEST,
        groups=groups.options,
        rows=[(one, groups_of(one, groups)) for one in rows],
        pages=pages,
        number=len(found),
        total=len(contacts),
        most=MOST_CONTACTS,
        done=done,
    )


def _chosen(contact: Contact, choices: Choices, groups: KnownGroups) -> bool:
    """Tell whether a contact is in the chosen group and has what is searched for."""
    group = groups.chosen(choices.filters["groupe"])
    profile = contact.profile
    return (group is None or _is_in(contact, group)) and choices.finds(
        profile.first_name, profile.last_name, profile.email
    )


def _is_in(contact: Contact, group: Group) -> bool:
    return group in contact.classes if isinstance(group, ClassOfYear) else group in contact.groups


def groups_of(contact: Contact, groups: KnownGroups) -> list[str]:
    """Return the classes of this school year and the own groups of a contact, as they are called."""
    classes = [groups.called(one) for one in sorted(contact.classes) if one.school_year == groups.year]
    return classes + [group.name for group in groups.own if group.group_id in contact.groups]
