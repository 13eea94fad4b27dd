"""Giving a person what is kept of them (RGPD art. 15 and 20): a JSON file in French, for their eyes only."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from adapters.people_vault import Person
from reports.parts.wording import ERASED_NAME, MEANS, STATES, payment_reference
from service.retention.person.private_file import write_private_file
from service.retention.person.record import PaidContribution, PersonRecord, find_person
from service.runtime.open_ledger import OpenLedger


def export_person(opened: OpenLedger, person_id: UUID, folder: Path, at: datetime) -> Path:
    """Write what is kept of a person into a folder, readable by its owner alone, and return the file.

    The file's name holds the id only.

    Raises:
        PersonMissing: nobody of that id.
        ReadersBehind: not all that is theirs is known yet.
        ExportUnwritable: there is no such folder, or such a file is in it.

    """
    record = find_person(opened, person_id)
    path = folder / f"personne-{person_id}.json"
    content = msgspec.json.format(msgspec.json.encode(_told(opened, record, at)), indent=2)
    write_private_file(path, content)
    return path


def _told(opened: OpenLedger, record: PersonRecord, at: datetime) -> dict[str, Any]:
    """What the file says; amounts are cents, instants UTC."""
    return {
        "identifiant": str(record.person_id),
        "association": opened.name,
        "remis_le": at.isoformat(),
        "conserve_jusqu_au": record.expires_on.isoformat(),
        "personne": _person(record.person),
        "contributions": [_contribution(opened, record, one) for one in record.contributions],
    }


def _contribution(opened: OpenLedger, record: PersonRecord, one: PaidContribution) -> dict[str, Any]:
    row = one.row
    return {
        "reference": payment_reference(row.contribution_id),
        "identifiant": str(row.contribution_id),
        "collecte": one.title,
        "deposee_le": row.placed_at.isoformat(),
        "moyen": MEANS.get(row.means, row.means),
        "etat": STATES.get(row.status, row.status),
        "centimes": {
            "demande": row.asked,
            "du": row.due,
            "regle": row.paid,
            "rembourse": row.refunded,
            "impaye": row.lost,
            "remboursement_revenu": row.owed,
            "pourboire": row.tip_paid - row.tip_refunded,
        },
        "enfants": [
            {
                "classe": child.class_code,
                "centimes_demandes": child.asked,
                "centimes_du": child.due,
                **_child(opened, record.children.get(child.participant_id), child.participant_id),
            }
            for child in one.children
        ],
    }


def _child(opened: OpenLedger, child: Person | None, participant_id: UUID) -> dict[str, Any]:
    if child is None:
        return {"personne": ERASED_NAME}
    photo = opened.photos.read(participant_id)
    return {"personne": _person(child)} | ({"photo_jpeg_base64": base64.b64encode(photo).decode()} if photo else {})


def _person(person: Person) -> dict[str, Any]:
    return {
        "prenom": person.first_name,
        "nom": person.last_name,
        "courriel": person.email,
        "telephone": person.phone,
        "reponses": person.extra,
    }
