"""Who may do what for a coop, in words: its mandate holders and the roles of the association (S-37)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from domain.association.state import Association
from domain.coop.state import Coop
from domain.rights.roles import MemberRole
from service.runtime.open_ledger import OpenLedger

MANDATE: Final = "Mandataire"
_MAY: Final = {
    MANDATE: "Crée et conduit les collectes, voit et rembourse les familles, demande les virements vers la banque.",
    MemberRole.STAFF: "Inscrit les coopératives, nomme les mandataires, confirme les IBAN. Ne voit pas les familles.",
    MemberRole.TREASURER: "Contrôle tous les comptes, agit aussi à la place d’un mandataire.",
    MemberRole.AUDITOR: "Lit les comptes et les pièces, note ses constats. Ne change rien.",
    MemberRole.TEACHER: "Compte les espèces de sa seule classe et en voit la participation, sans aucun nom.",
}
_ROLES: Final = {
    MemberRole.STAFF: "Gestion de l’association",
    MemberRole.TREASURER: "Trésorerie de l’association",
    MemberRole.AUDITOR: "Contrôle",
    MemberRole.TEACHER: "Enseignant",
}


class RightsLine(NamedTuple):
    """What some people are for the coop, who they are, and what that lets them do."""

    role: str
    people: tuple[str, ...]
    may: str


def rights_of(
    opened: OpenLedger, association: Association, coop: Coop, names: Mapping[UUID, str], today: date
) -> list[RightsLine]:
    """Return who may do what for a coop today; ``names`` are those of its mandate holders."""
    holders = [names[holder] for holder, first, last in coop.mandates.values() if first <= today <= last]
    lines = [RightsLine(MANDATE, tuple(dict.fromkeys(holders)), _MAY[MANDATE])]
    for role, label in _ROLES.items():
        held = [one for one in association.roles.values() if one.role is role and one.holds_on(today)]
        ids = dict.fromkeys(one.member_id for one in held if one.coop_id in (None, coop.id))
        found = [opened.members.members.by_id(member_id) for member_id in ids]
        people = tuple(f"{one.profile.first_name} {one.profile.last_name}" for one in found if one is not None)
        if people:
            lines.append(RightsLine(label, people, _MAY[role]))
    return lines
