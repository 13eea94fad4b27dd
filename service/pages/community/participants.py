"""The third tab of a campaign: its participants with their payments, live, searched and filtered (S-128…S-134)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.errors import LedgerError
from domain.money import euros
from projections.figures.lists.participant_list import ListedWhole
from reports.parts.wording import MEANS
from service.auth.actions import Action
from service.http.forms import FormBody
from service.http.trail import note
from service.pages.community.choices import CHOSEN_STATES, LONGEST, Choices, read_choices
from service.pages.community.participant_rows import read_page
from service.pages.community.selected import FILTERS, SORTS, ChosenLines, read_selection
from service.pages.frame.visit import CampaignVisit, campaign_visit
from service.trail import TrailKind

router = APIRouter()
CampaignRunner = Annotated[CampaignVisit, Depends(campaign_visit(Action.RUN))]
_ROUTE: Final = "/{association}/collectes/{campaign_id}/participants"
HEADS: Final = (
    ("prenom", "Prénom"),
    ("nom", "Nom"),
    ("montant", "Montant"),
    ("formule", "Formules"),
    ("etat", "État paiement"),
    ("moyen", "Moyen de paiement"),
    ("", "Détail"),
    ("classe", "Classe"),
    ("payeur", "Payeur"),
    ("date", "Date"),
)
"""The columns by what they are sorted by: the guide's seven in its order (S-139), then others."""
SORTED: Final = {
    "": "Nom",
    "-nom": "Nom, de Z à A",
    "prenom": "Prénom",
    "-prenom": "Prénom, de Z à A",
    "montant": "Montant croissant",
    "-montant": "Montant décroissant",
    "formule": "Formule",
    "-formule": "Formule, de Z à A",
    "etat": "État",
    "-etat": "État, de Z à A",
    "moyen": "Moyen de paiement",
    "-moyen": "Moyen, de Z à A",
    "classe": "Classe",
    "-classe": "Classe, de Z à A",
    "payeur": "Payeur",
    "-payeur": "Payeur, de Z à A",
    "date": "Date, la plus ancienne d’abord",
    "-date": "Date, la plus récente d’abord",
}
"""How the list may be sorted, as its form offers it."""


@router.get(_ROUTE)
async def participants(visit: CampaignRunner) -> Response:
    """List the participants of a campaign."""
    return await show_list(visit, read_choices(visit.request.query_params, FILTERS, SORTS))


@router.post(_ROUTE)
async def search(visit: CampaignRunner, form: FormBody) -> Response:
    """List those who are searched for; what is chosen without a name leads to its address."""
    choices = read_choices(form, FILTERS, SORTS)
    if choices.search:
        return await show_list(visit, choices)
    return visit.go(choices.address(f"{visit.campaign_base}/participants"))


async def show_refused(visit: CampaignVisit, form: FormBody, refusal: LedgerError) -> Response:
    """Show the list again as it was, with why what was asked of its rows was refused."""
    selection = read_selection(form)
    return await show_list(visit, selection.choices, selection, refusal)


async def show_list(
    visit: CampaignVisit,
    choices: Choices,
    selection: ChosenLines | None = None,
    refusal: LedgerError | None = None,
) -> Response:
    """Show the list under some choices, with what was ticked in it."""
    await note(visit.request, TrailKind.NAMES_READ, coop_id=visit.coop.coop_id)
    seen = await run_in_threadpool(read_page, visit.opened, visit.campaign, choices)
    return await visit.show(
        "mandataire/participants.html",
        "collectes",
        status=422 if refusal else 200,
        refusal=refusal.french if refusal else "",
        help_key="participants",
        tab="adherents",
        tab_title="",
        choices=choices,
        longest_search=LONGEST,
        states=_present(CHOSEN_STATES, seen.whole.states),
        means=_present(MEANS, seen.whole.means),
        classes=seen.classes,
        sorts=SORTED,
        heads=HEADS,
        ticked=frozenset(selection.lines) if selection else frozenset(),
        everything=selection is not None and selection.everything,
        rows=seen.children,
        pages=seen.pages,
        unnamed=seen.whole.unnamed,
        number=seen.number,
        paid=seen.paid,
        held=seen.held,
        live=_live(seen.whole),
    )


def _present(words: Mapping[str, str], codes: Collection[str]) -> dict[str, str]:
    """Return the words of the codes that occur, in the order of their table: nothing else can be chosen."""
    return {code: word for code, word in words.items() if code in codes}


def _live(whole: ListedWhole) -> dict[str, str]:
    """The figures of the whole campaign as its stream tells them: where they differ, the list is not the latest."""
    return {"received": euros(whole.paid), "participants": str(whole.taking_part)}
