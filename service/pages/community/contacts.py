"""Communauté: the families of a coop with what reaches them, and its classes as groups of them (S-09, S-16, S-133)."""

from __future__ import annotations

from typing import Annotated, Any, Final, NamedTuple

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.association.anonymity import group_classes
from domain.calendar import fiscal_year, fiscal_year_label
from service.auth.actions import Action
from service.contacts.groups import MOST_GROUPS, all_groups
from service.http.forms import FormBody
from service.http.trail import note
from service.pages.community.choices import LONGEST, Choices, one_page, read_choices
from service.pages.community.families import Families, FamilyKey, ListedFamily, name_families, read_families
from service.pages.frame.visit import CoopVisit, coop_visit
from service.trail import TrailKind

router = APIRouter()
CoopRunner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
_CONTACTS: Final = "/{association}/coops/{coop_id}/contacts"
FILTERS: Final = ("annee", "classe", "collecte")
"""The filters by their names in addresses: school year, class, campaign."""


class ClassGroup(NamedTuple):
    """A class as a group; ``families`` how many take part, None where that would say too much."""

    code: str
    label: str
    families: int | None


@router.get(_CONTACTS)
async def contacts(visit: CoopRunner) -> Response:
    """List the families of a coop."""
    return await _show(visit, read_choices(visit.request.query_params, FILTERS))


@router.post(_CONTACTS)
async def search(visit: CoopRunner, form: FormBody) -> Response:
    """List those who are searched for; what is chosen without a name leads to its address."""
    choices = read_choices(form, FILTERS)
    if choices.search:
        return await _show(visit, choices)
    return visit.go(choices.address(f"{visit.coop_base}/contacts"))


async def _show(visit: CoopVisit, choices: Choices) -> Response:
    families = await _families(visit)
    found = [family for family in families.listed if _chosen(families, family, choices)]
    page, pages = one_page(found, choices)
    rows = await run_in_threadpool(name_families, visit.opened, page, families.words)
    return await visit.show(
        "mandataire/contacts.html",
        "contacts",
        choices=choices,
        longest_search=LONGEST,
        years={str(year): fiscal_year_label(year) for year in families.years},
        classes=_classes(families, choices),
        campaigns={str(row.campaign_id): row.title for row in families.campaigns.values()},
        rows=rows,
        pages=pages,
        number=len(found),
    )


@router.get("/{association}/coops/{coop_id}/groupes")
async def groups(visit: CoopRunner) -> Response:
    """Show the classes of a school year as groups of families."""
    families, policy = await _families(visit), (await visit.policy_of()).policy
    asked = visit.request.query_params.get("annee", "")
    latest = next(iter(families.years), fiscal_year(visit.today))
    year = next((year for year in families.years if str(year) == asked), latest)
    shown, together = class_groups(families, year, policy.anonymity_threshold)
    return await visit.show(
        "mandataire/groups.html",
        "groupes",
        year=year,
        year_label=fiscal_year_label(year),
        years={one: fiscal_year_label(one) for one in families.years},
        groups=shown,
        together=together,
        threshold=policy.anonymity_threshold,
        own=await run_in_threadpool(all_groups, visit.opened, visit.coop.coop_id),
        most_own=MOST_GROUPS,
    )


def class_groups(families: Families, year: int, threshold: int) -> tuple[list[ClassGroup], int | None]:
    """Return the classes of a school year, each with its families where these are enough to be counted alone.

    With it comes how many families the others have together, None where there are none or that would say too much.
    """
    labels = families.classes_of(year)
    keys = {code: families.by_class.get((year, code), frozenset()) for code in labels}
    alike = {code: families.alike.get((year, code), frozenset()) for code in labels}
    counts = {code: len(found) for code, found in alike.items() if found}
    small = [alike[code] for code, count in counts.items() if count < threshold]
    shown = group_classes(counts, threshold, len(frozenset[str]().union(*small)))
    together = frozenset[FamilyKey]().union(*(keys[code] for code in shown.together))
    rows = [
        ClassGroup(code, label, len(keys[code]) if code in shown.alone else None if code in counts else 0)
        for code, label in labels.items()
    ]
    return rows, len(together) if shown.together else None


async def _families(visit: CoopVisit) -> Families:
    """Read the families of the coop, once it is written down that names are read."""
    await note(visit.request, TrailKind.NAMES_READ)
    return await run_in_threadpool(read_families, visit.opened, visit.coop.coop_id)


def _chosen(families: Families, family: ListedFamily, choices: Choices) -> bool:
    """Tell whether a family fits the filters: one child fits all of them.

    A child is in the list of a class as it is in its number: while it takes part.
    """
    fits = any(
        choices.fits("annee", str(families.campaigns[child.campaign_id].school_year))
        and choices.fits("classe", child.class_code)
        and choices.fits("collecte", str(child.campaign_id))
        and (child.takes_part or not choices.filters["classe"])
        for child in family.children
    )
    return fits and (not choices.search or choices.finds(families.text_of(family)))


def _classes(families: Families, choices: Choices) -> dict[str, Any]:
    """Return the classes that can be chosen: of the school year that is, else of all."""
    years = [year for year in families.years if choices.fits("annee", str(year))]
    return {code: label for year in reversed(years) for code, label in families.classes_of(year).items()}
