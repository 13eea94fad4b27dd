"""What an association lets its coops do: shown and changed by its office (S-23…S-26, S-32)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from domain.association.commands import ChangePolicy
from domain.calendar import fiscal_year, fiscal_year_label
from domain.events.association import CutOff
from domain.vocabulary.means import MEANS
from service.auth.actions import Action
from service.http.forms import FieldErrors, FormBody
from service.pages.association.rules_form import NUMBERS, held_rules, read_rules
from service.pages.campaign.words import MEANS as MEANS_LABELS
from service.pages.campaign.words import PURPOSES, purpose_name
from service.pages.frame.visit import MemberVisit, association_visit

router = APIRouter()
RuleSetter = Annotated[MemberVisit, Depends(association_visit(Action.SET_RULES))]
_PATH: Final = "/{association}/regles"
_CUT_OFFS: Final = {
    CutOff.ON_RECEIPT: "Encaissement\u00a0: à l’exercice où elle est reçue",
    CutOff.BY_VALIDITY: "Rattachement\u00a0: aux exercices que le tarif couvre",
}
_WORDINGS: Final = {
    "contribution": "Contribution, participant – pour les coopératives",
    "adhesion": "Adhésion, adhérent – pour les associations",
}


@router.get(_PATH)
async def rules(visit: RuleSetter, fait: str = "") -> Response:
    """Show the rules of the association."""
    return await _show(visit, held_rules((await visit.policy_of()).policy), done=bool(fait))


@router.post(_PATH)
async def change_rules(visit: RuleSetter, form: FormBody) -> Response:
    """Change the rules of the association; what stays the same is no change."""
    typed, shown, policy = read_rules(form, (await visit.policy_of()).policy)
    if typed.errors:
        return await _show(visit, {**shown, "other_purpose": typed.typed["other_purpose"]}, typed.errors)
    association_id = visit.opened.ledger.association_id
    await visit.do(ChangePolicy(stream_id=association_id, stamp=visit.stamp, policy=policy))
    return visit.go("/regles?fait=1")


async def _show(
    visit: MemberVisit, shown: dict[str, Any], errors: FieldErrors | None = None, *, done: bool = False
) -> Response:
    offered = {**PURPOSES, **{code: purpose_name(code) for code in shown["purposes"]}}
    return await visit.show(
        "association/rules.html",
        "regles",
        422 if errors else 200,
        rules={"other_purpose": "", **shown},
        errors=errors or FieldErrors(),
        done=done,
        purposes=offered,
        means={name: MEANS_LABELS[name] for name in MEANS},
        cut_offs=_CUT_OFFS,
        wordings=_WORDINGS,
        bounds=NUMBERS,
        next_year=fiscal_year_label(fiscal_year(visit.today) + 1),
    )
