"""One request of a member about the cash of a class: for who runs the coop any of its classes, for a teacher the own.

Another class of the same coop is not found, as if it did not exist: what a teacher may not see tells nothing (ADR 70).
"""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Path

from domain.calendar import fiscal_year
from domain.errors import ClassInvalid, NotFound
from domain.school_classes import MAX_LABEL, class_code, is_same_class
from projections import directory
from projections.directory import CampaignRow
from service.auth.actions import Action
from service.pages.frame.menu import MenuEntry
from service.pages.frame.visit import CoopVisit, coop_visit

CASH_STATUSES: Final = frozenset(("published", "suspended"))
"""The statuses in which a campaign takes slips: families have seen it, and it is not archived."""
ClassCode = Annotated[str, Path(max_length=MAX_LABEL)]
_Counter = Annotated[CoopVisit, Depends(coop_visit(Action.COUNT_CASH))]


class ClassVisit(CoopVisit):
    """One request about a class of a coop."""

    def __init__(self, visit: CoopVisit, code: str, label: str, own: tuple[tuple[str, str], ...]) -> None:
        """Take over the request; ``own`` are the person's classes by code and label, none where it is any class."""
        super().__init__(visit, visit.coop)
        self.class_code = code
        self.class_label = label
        self.own = own

    @property
    def class_base(self) -> str:
        """The address below which the class's pages are, without the association's."""
        return f"{self.coop_base}/classes/{self.class_code}"

    @property
    def place(self) -> str:
        """Where in the menu the class's pages are: a teacher's class is the home, who runs the coop has a cash box."""
        return "especes" if self.may(Action.READ) else "accueil"

    def menu(self) -> tuple[MenuEntry, ...]:
        """Return the coop's menu; a teacher's is the own class."""
        if self.may(Action.READ):
            return super().menu()
        base = f"{self.base}{self.coop_base}/classes"
        return tuple(MenuEntry("accueil", f"Classe {label}", f"{base}/{code}") for code, label in self.own)

    def subject(self) -> dict[str, Any]:
        """Return the class, for the frame and its page."""
        return {**super().subject(), "class_code": self.class_code, "class_label": self.class_label}


class ClassCampaignVisit(ClassVisit):
    """One request about the cash of a class for a campaign."""

    def __init__(self, visit: ClassVisit, campaign: CampaignRow) -> None:
        """Take over the request."""
        super().__init__(visit, visit.class_code, visit.class_label, visit.own)
        self.campaign = campaign

    def check_takes_cash(self) -> None:
        """Refuse a campaign that takes no slips: a draft, or one that is archived.

        Raises:
            NotFound: it takes none.

        """
        if self.campaign.status not in CASH_STATUSES:
            raise NotFound(campaign=self.campaign.campaign_id)

    def subject(self) -> dict[str, Any]:
        """Return the class and the campaign."""
        return {**super().subject(), "campaign": self.campaign}


async def class_visit(visit: _Counter, class_code: ClassCode) -> ClassVisit:
    """Find the class of an address.

    Raises:
        NotFound: the coop has no such class, or the person may not count for it.

    """
    year = fiscal_year(visit.today)
    labels: dict[str, str] = await visit.read(directory.class_labels, visit.coop.coop_id, year)
    code = listed_class(class_code, labels)
    allowed = visit.principal.classes(Action.COUNT_CASH, visit.coop.coop_id)
    own = sorted(allowed or ())
    if code is None or (allowed is not None and not any(_same(one, code) for one in own)):
        raise NotFound(school_class=len(class_code))
    named = tuple((listed, labels.get(listed, listed)) for one in own if (listed := listed_class(one, labels)))
    return ClassVisit(visit, code, labels.get(code, code), named)


async def class_campaign_visit(
    visit: Annotated[ClassVisit, Depends(class_visit)], campaign_id: UUID
) -> ClassCampaignVisit:
    """Find the campaign of an address, for its class.

    Raises:
        NotFound: the coop has no such campaign.

    """
    campaign: CampaignRow | None = await visit.read(directory.find_campaign, campaign_id)
    if campaign is None or campaign.coop_id != visit.coop.coop_id:
        raise NotFound(campaign=campaign_id)
    return ClassCampaignVisit(visit, campaign)


def listed_class(code: str, labels: dict[str, str]) -> str | None:
    """Return the code of a class as the coop's list has it, or any class where there is no list; None for no class."""
    if labels:
        return next((listed for listed in labels if _same(listed, code)), None)
    try:
        return code if class_code(code) == code else None
    except ClassInvalid:
        return None


def _same(one: str, other: str) -> bool:
    try:
        return is_same_class(one, other)
    except ClassInvalid:
        return False


TheClass = Annotated[ClassVisit, Depends(class_visit)]
TheClassCampaign = Annotated[ClassCampaignVisit, Depends(class_campaign_visit)]
