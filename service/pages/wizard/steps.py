"""The five steps: their addresses, their titles, and the page that each is shown on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from fastapi.responses import Response

from domain.campaign.state import Campaign
from domain.texts.network_words import CONTRIBUTION, Wording, wording_of
from service.http.forms import FieldErrors
from service.pages.frame.visit import CampaignVisit, CoopVisit


class Step(NamedTuple):
    """A step: its number in the guide, and the last word of its address."""

    number: int
    key: str

    @property
    def address(self) -> str:
        """Its address below the campaign's."""
        return f"/etapes/{self.key}"

    @property
    def following(self) -> str:
        """The address of what comes next below the campaign's: the next step, after the last the configuration."""
        return STEPS[self.number].address if self.number < len(STEPS) else "/configuration"


INFORMATION: Final = Step(1, "informations")
TARIFFS: Final = Step(2, "tarifs")
FORM: Final = Step(3, "formulaire")
PAYMENT: Final = Step(4, "paiement")
PUBLICATION: Final = Step(5, "publication")
STEPS: Final = (INFORMATION, TARIFFS, FORM, PAYMENT, PUBLICATION)
"""In the guide's order."""
NEXT: Final = "suivant"
"""What the button that saves a step sends."""
BACK: Final = "retour"
"""What the button of a draft sends that saves a step and goes back to the one before."""
KEPT_BY_THE_BROWSER: Final = "private, no-cache"
"""How long a browser keeps the answer to a form: « back » shows it again instead of asking to send the form anew."""
SAID: Final = {
    "cree": "Le brouillon est créé. Chaque étape est enregistrée quand vous passez à la suivante.",
    "copie": "C’est dupliqué\u00a0: voici le nouveau brouillon. Les dates d’ouverture sont à choisir.",
    "brouillon": "Le brouillon est enregistré dans «\u00a0Collectes\u00a0». Rien n’est visible des familles.",
}
"""What was done on the page before a step."""


def titles(words: Wording) -> dict[str, str]:
    """Return the guide's title of each step, in the words of the network (S-51, S-63, S-72, S-87, S-102)."""
    return {
        INFORMATION.key: "Informations générales",
        TARIFFS.key: words.tariffs,
        FORM.key: "Formulaire",
        PAYMENT.key: "Paiement et confirmation",
        PUBLICATION.key: "Publication",
    }


def done_in(campaign: Campaign) -> frozenset[str]:
    """Return the steps that were saved, by their keys: a draft is begun by the first, the last puts it on line."""
    saved = {
        INFORMATION.key: True,
        TARIFFS.key: bool(campaign.tariffs),
        FORM.key: bool(campaign.fields),
        PAYMENT.key: campaign.payment_chosen,
        PUBLICATION.key: campaign.responsible_id is not None,
    }
    return frozenset(key for key, is_saved in saved.items() if is_saved)


def first_open(campaign: Campaign) -> Step:
    """Return the first step that was not saved yet, after all of them the last."""
    done = done_in(campaign)
    return next((step for step in STEPS if step.key not in done), PUBLICATION)


async def settings_of(visit: CampaignVisit) -> Campaign:
    """Return the campaign as it is now; it is everybody's: take what is shown before the next await."""
    return await visit.opened.states.current(Campaign, visit.campaign.campaign_id)


def place_of(visit: CoopVisit) -> str:
    """Return the entry of the menu under which a step is: what is there already is no new campaign."""
    return "collectes" if isinstance(visit, CampaignVisit) else "nouvelle"


def in_order(errors: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """Return what is wrong in the order in which a page shows its fields."""
    known = {name: at for at, name in enumerate(names)}
    return dict(sorted(errors.items(), key=lambda error: known.get(error[0], len(known))))


async def show_step(
    visit: CoopVisit,
    step: Step,
    errors: Mapping[str, str],
    status: int | None = None,
    **values: Any,  # noqa: ANN401 - a template takes anything
) -> Response:
    """Show a step, with what is wrong in it; the answer to a form stays in the browser for its « back »."""
    words = wording_of((await visit.policy_of()).policy.wording)
    named = titles(words)
    shown = await visit.show(
        f"wizard/{step.key}.html",
        place_of(visit),
        422 if errors and status is None else status or 200,
        help_key=f"etape-{step.key}",
        step=step,
        steps=[(one, named[one.key]) for one in STEPS],
        step_title=named[step.key],
        errors=FieldErrors(errors),
        **({} if isinstance(visit, CampaignVisit) else {"campaign": None}),
        done_steps=await _done(visit),
        answers=visit.request.method == "POST",
        said=SAID.get(visit.request.query_params.get("fait", ""), ""),
        **values,
    )
    return kept_for_back(visit, shown)


async def _done(visit: CoopVisit) -> frozenset[str]:
    """Return the steps that look done: all of what is on line, since nothing of it is still to be set."""
    if not isinstance(visit, CampaignVisit):
        return frozenset()
    return done_in(await settings_of(visit)) if visit.campaign.status == "draft" else frozenset(titles(CONTRIBUTION))


def kept_for_back(visit: CoopVisit, answer: Response) -> Response:
    """Let the browser keep an answer to a form, which it cannot ask for again by itself."""
    if visit.request.method == "POST":
        answer.headers["Cache-Control"] = KEPT_BY_THE_BROWSER
    return answer


def after(visit: CampaignVisit, step: Step, action: str = NEXT) -> Response:
    """Lead on after a step was saved: a draft to the next one or back, what is on line to its configuration."""
    if visit.campaign.status == "draft":
        if action != BACK:
            return visit.go(f"{visit.campaign_base}{step.following}")
        at = STEPS.index(step)
        return visit.go(f"{visit.campaign_base}{STEPS[at - 1].address}" if at else f"{visit.coop_base}/collectes")
    return visit.go(f"{visit.campaign_base}/configuration?fait=enregistre")
