"""« Paramètres » of a coop: its classes, its means of payment, who may do what, and where the rest is set (S-37)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from domain.association.state import Association
from domain.calendar import fiscal_year, fiscal_year_label
from domain.coop.registration import DefineSchoolClasses, SetPaymentMeans
from domain.coop.state import Coop
from domain.errors import InvalidInput
from domain.school_classes import MAX_LABEL, class_code
from domain.vocabulary.means import CARD, MEANS
from service.auth.actions import Action
from service.coops.overview import mandate_lines
from service.fields import clean_text
from service.http.forms import FormBody, text
from service.pages.campaign.words import MEANS as MEANS_LABELS
from service.pages.coop_profile.rights import rights_of
from service.pages.frame.typed_form import TypedForm
from service.pages.frame.visit import CoopVisit, coop_visit

router = APIRouter()
Reader = Annotated[CoopVisit, Depends(coop_visit(Action.READ))]
Runner = Annotated[CoopVisit, Depends(coop_visit(Action.RUN))]
ClassLister = Annotated[CoopVisit, Depends(coop_visit(Action.DEFINE_CLASSES))]
_PATH: Final = "/{association}/coops/{coop_id}/parametres"
_DONE: Final = {
    "classes": "La liste des classes est enregistrée.",
    "moyens": "Les moyens de paiement sont enregistrés.",
}
_MOST: Final = 60
"""Classes that a school has; the largest group of schools under one coop has half as many."""
_LONGEST: Final = _MOST * (MAX_LABEL + 2)
_EXAMPLE: Final = (
    "écrivez par exemple «\u00a0CP\u00a0», «\u00a0CE2-CM1\u00a0», «\u00a0CM2 A\u00a0» ou «\u00a0Petite section\u00a0»."
)


@router.get(_PATH)
async def settings(visit: Reader, fait: str = "") -> Response:
    """Show the settings of a coop."""
    return await _show(visit, done=_DONE.get(fait, ""))


@router.post(f"{_PATH}/classes")
async def define_classes(visit: ClassLister, form: FormBody) -> Response:
    """Set the list of classes of the school year that runs or of the next one."""
    typed, this_year = text(form, "classes", _LONGEST), fiscal_year(visit.today)
    chosen = text(form, "annee")
    year = int(chosen) if chosen in {str(this_year), str(this_year + 1)} else this_year
    labels = [label for line in typed.replace(";", "\n").splitlines() if (label := clean_text(line, MAX_LABEL))]
    wrong = next((label for label in labels if not _is_class(label)), None)
    error = ""
    if not labels:
        error = f"Écrivez une classe par ligne\u00a0: {_EXAMPLE}"
    elif len(labels) > _MOST:
        error = f"Une coopérative liste {_MOST} classes au plus."
    elif wrong is not None:
        error = f"«\u00a0{wrong}\u00a0» n’est pas un nom de classe\u00a0: {_EXAMPLE}"
    if error:
        return await _show(visit, classes=typed, year=year, error=error)
    command = DefineSchoolClasses(
        stream_id=visit.coop.coop_id, stamp=visit.stamp, school_year=year, labels=tuple(labels)
    )
    try:
        await visit.do(command)
    except InvalidInput as refusal:
        return await _show(visit, classes=typed, year=year, error=refusal.french)
    return visit.go(f"{visit.coop_base}/parametres?fait=classes")


@router.post(f"{_PATH}/moyens")
async def set_means(visit: Runner, form: FormBody) -> Response:
    """Choose which means of payment the coop's collections may offer (S-30)."""
    typed, policy = TypedForm(form), (await visit.policy_of()).policy
    chosen = typed.chosen("means")
    means = tuple(one for one in MEANS if one == CARD or (one in chosen and one in policy.means))
    if set(chosen) - set(policy.means):
        return await _show(visit, means_error="Votre association n’autorise pas ce moyen de paiement.")
    await visit.do(SetPaymentMeans(stream_id=visit.coop.coop_id, stamp=visit.stamp, means=means, policy=policy))
    return visit.go(f"{visit.coop_base}/parametres?fait=moyens")


def _is_class(label: str) -> bool:
    """Tell whether a label is what a class is called; a teacher's name is none."""
    try:
        class_code(label)
    except InvalidInput:
        return False
    return True


async def _show(
    visit: CoopVisit,
    *,
    classes: str | None = None,
    year: int | None = None,
    error: str = "",
    means_error: str = "",
    done: str = "",
) -> Response:
    coop, association = await visit.coop_state(), await visit.policy_of()
    this_year = fiscal_year(visit.today)
    listed = {one: list(coop.class_labels.get(one, ())) for one in (this_year, this_year + 1)}
    names = {
        line.holder_id: line.name for line in await run_in_threadpool(mandate_lines, visit.opened, coop, visit.today)
    }
    asked = this_year if year is None else year
    return await visit.show(
        "coop_profile/settings.html",
        "parametres",
        422 if error or means_error else 200,
        years=[(one, fiscal_year_label(one), labels) for one, labels in listed.items()],
        year=asked,
        classes="\n".join(listed[asked]) if classes is None else classes,
        longest_classes=_LONGEST,
        error=error,
        done=done,
        means=_means(association, coop),
        means_error=means_error,
        cash=association.policy.cash_recording,
        rights=await run_in_threadpool(rights_of, visit.opened, association, coop, names, visit.today),
    )


def _means(association: Association, coop: Coop) -> list[dict[str, Any]]:
    """Return the means of payment, with whether the association locks them and whether the coop chose them."""
    allowed = association.policy.means
    return [
        {"label": MEANS_LABELS[name], "name": name, "allowed": name in allowed, "chosen": name in coop.means}
        for name in MEANS
    ]
