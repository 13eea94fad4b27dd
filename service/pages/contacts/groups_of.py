"""The groups that a coop's contacts can be in, as forms and filters name them: its classes, and those that it made."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from starlette.concurrency import run_in_threadpool

from adapters.contact_vault import ClassOfYear, ContactGroup
from domain.calendar import fiscal_year
from projections import directory
from service.contacts.address_book import Group
from service.contacts.groups import all_groups
from service.pages.frame.visit import CoopVisit

_CLASS: Final = "classe-"


class KnownGroups(NamedTuple):
    """The classes of this school year by code, and the coop's own groups."""

    year: int
    classes: dict[str, str]
    own: list[ContactGroup]

    @property
    def options(self) -> dict[str, str]:
        """What a form or a filter offers: values and what they are called."""
        named = {f"{_CLASS}{code}": f"Classe {label}" for code, label in self.classes.items()}
        return {**named, **{str(group.group_id): group.name for group in self.own}}

    def chosen(self, value: str) -> Group | None:
        """Return the group of a value of a form; None for nothing, or for what is no group of the coop."""
        if value not in self.options:
            return None
        if value.startswith(_CLASS):
            return ClassOfYear(self.year, value.removeprefix(_CLASS))
        return UUID(value)

    def called(self, group: Group) -> str:
        """Return what a group is called."""
        if isinstance(group, ClassOfYear):
            return self.classes.get(group.class_code, group.class_code)
        return next((one.name for one in self.own if one.group_id == group), "")


async def known_groups(visit: CoopVisit) -> KnownGroups:
    """Read the groups of the visit's coop as they are now."""
    year, coop_id = fiscal_year(visit.today), visit.coop.coop_id
    classes: dict[str, str] = await visit.read(directory.class_labels, coop_id, year)
    return KnownGroups(year, dict(classes), await run_in_threadpool(all_groups, visit.opened, coop_id))
