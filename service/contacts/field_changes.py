"""Changing the fields of a coop: on what was shown, and never under a form that asks for them (S-39, S-43…S-46)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from psycopg import Connection

from adapters.contact_vault import PersonFieldsChanged
from domain.errors import Conflict, InvalidInput
from domain.people.person_fields import PersonFields
from projections import directory, storefront
from service.runtime.open_ledger import OpenLedger


class FieldAsked(Conflict):
    """A field is to be deleted that the form of a collection asks for."""

    code = "person-field-asked"
    sentence = (
        "Le formulaire de la collecte «\u00a0{campaign}\u00a0» demande cette information\u00a0: "
        "choisissez d’abord «\u00a0Ne pas demander\u00a0» dans son étape «\u00a0Formulaire\u00a0». "
        "Rien n’a été supprimé."
    )


def change_fields(
    opened: OpenLedger, coop_id: UUID, shown: str, change: Callable[[PersonFields], PersonFields]
) -> None:
    """Carry a change out on the fields as they were shown; one that changes nothing is stored nowhere.

    Raises:
        PersonFieldsChanged: they were changed since.
        LedgerError: what the change refuses.

    """
    fields = opened.contacts.fields.read(coop_id)
    changed = change(fields)
    if changed == fields:
        return
    if shown != str(fields.version):
        raise PersonFieldsChanged(coop=coop_id, version=fields.version)
    opened.contacts.fields.change(coop_id, changed)


def check_unasked(opened: OpenLedger, coop_id: UUID, deleted: str) -> None:
    """Refuse to delete a field, or a category with one, that the form of a collection asks for.

    Raises:
        FieldAsked: a collection that is not archived asks for it.

    """
    fields = opened.contacts.fields.read(coop_id)
    ids = {field.field_id for one in fields.categories if one.category_id == deleted for field in one.fields}
    asked = opened.read(fields_asked, coop_id)
    for field_id in (deleted, *sorted(ids)):
        if field_id in asked:
            raise FieldAsked(campaign=asked[field_id])


def check_known(opened: OpenLedger, coop_id: UUID, own: Iterable[str]) -> None:
    """Refuse questions that are fields of no coop, or of another.

    Raises:
        InvalidInput: one of them.

    """
    names = set(own)
    if not names <= {field.field_id for field in opened.contacts.fields.read(coop_id)}:
        raise InvalidInput(fields=sorted(names))


def fields_asked(connection: Connection[Any], coop_id: UUID) -> Mapping[str, str]:
    """Return the questions that the coop's collections ask, each with the title of one; archived ones ask nothing."""
    found: dict[str, str] = {}
    for campaign in directory.campaigns_of(connection, coop_id):
        shown = storefront.find(connection, campaign.campaign_id)
        if shown is not None and campaign.status != "archived":
            found |= {field.name: campaign.title for field in shown.fields if field.state != "hidden"}
    return found
