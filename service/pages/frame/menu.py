"""The menu beside every page of a member's space, as the guide has it (S-05…S-14)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple
from uuid import UUID

from service.auth.actions import Action

MayDo = Callable[[Action], bool]


class MenuEntry(NamedTuple):
    """One line of the menu; with ``entries`` it opens a sub-menu instead of leading somewhere."""

    key: str
    label: str
    href: str
    entries: tuple[MenuEntry, ...] = ()

    def holds(self, place: str) -> bool:
        """Tell whether a place is this entry or below it."""
        return place == self.key or any(entry.key == place for entry in self.entries)


class Planned(NamedTuple):
    """An entry before it is known who looks: its address is below the coop's, or below the association's."""

    key: str
    label: str
    below: str
    action: Action
    entries: tuple[Planned, ...] = ()


COOP: Final = (
    Planned("accueil", "Accueil", "", Action.READ),
    Planned(
        "communaute",
        "Communauté",
        "",
        Action.RUN,
        (
            Planned("contacts", "Contacts", "/contacts", Action.RUN),
            Planned("carnet", "Carnet d’adresses", "/carnet", Action.RUN),
            Planned("groupes", "Groupes", "/groupes", Action.RUN),
        ),
    ),
    Planned(
        "paiements",
        "Paiements",
        "",
        Action.READ,
        (
            Planned("suivi", "Suivi des paiements", "/paiements", Action.RUN),
            Planned("compte", "Compte en ligne", "/compte", Action.READ),
            Planned("virements", "Virements", "/virements", Action.READ),
            Planned("pieces", "Pièces", "/pieces", Action.READ),
            Planned("especes", "Espèces", "/especes", Action.READ),
        ),
    ),
    Planned(
        "formulaires",
        "Formulaires",
        "",
        Action.READ,
        (
            Planned("collectes", "Collectes", "/collectes", Action.READ),
            Planned("nouvelle", "Créer une collecte", "/collectes/nouvelle", Action.RUN),
        ),
    ),
    Planned(
        "statistiques",
        "Statistiques",
        "",
        Action.READ,
        (
            Planned("generales", "Générales", "/statistiques", Action.READ),
            Planned("ventes", "Ventes", "/statistiques/ventes", Action.READ),
            Planned("communautes", "Communauté", "/statistiques/communaute", Action.READ),
        ),
    ),
    Planned("exports", "Exports", "/exports", Action.READ),
    Planned("parametres", "Paramètres", "/parametres", Action.READ),
)
"""The menu of a coop, in the guide's order."""
ASSOCIATION: Final = (
    Planned("accueil", "Accueil", "/accueil", Action.READ),
    Planned("coops", "Coopératives", "/coops", Action.READ),
    Planned("inscrire", "Inscrire", "/coops/inscrire", Action.ADMINISTER),
    Planned("regles", "Règles", "/regles", Action.SET_RULES),
    Planned("charte", "Charte", "/charte", Action.READ),
)
"""The menu of a person before a coop is chosen."""


def coop_menu(association: str, coop_id: UUID, may: MayDo) -> tuple[MenuEntry, ...]:
    """Return the menu of a coop for a member, without what the member may not do there."""
    return tuple(_entries(COOP, f"/{association}/coops/{coop_id}", may))


def association_menu(association: str, may: MayDo) -> tuple[MenuEntry, ...]:
    """Return the menu of a member who has not chosen a coop; who may only count for a class is led there."""
    if may(Action.COUNT_CASH) and not may(Action.READ):
        return (MenuEntry("accueil", "Ma classe", f"/{association}/accueil"),)
    return tuple(_entries(ASSOCIATION, f"/{association}", may))


def _entries(planned: tuple[Planned, ...], base: str, may: MayDo) -> Iterator[MenuEntry]:
    """Yield what the member may open; a sub-menu of which nothing is left is left out."""
    for one in planned:
        entries = tuple(_entries(one.entries, base, may))
        if (entries or not one.entries) and may(one.action):
            yield MenuEntry(one.key, one.label, f"{base}{one.below}", entries)
