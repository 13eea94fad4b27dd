"""The five steps: their addresses, their titles, and the page that each is shown on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from fastapi.responses import Response

from domain.campaign.state import Campaign
from domain.texts.network_words import Wording, wording_of
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


def titles(words: Wording) -> dict[str, str]:
    """Return the guide's title of each step, in the words of the network (S-51, S-63, S-72, S-87, S-102)."""
    return {
        INFORMATION.key: "Informations générales",
        TARIFFS.key: words.tariffs,
        FORM.key: "Formulaire",
        PAYMENT.key: "Paiement et confirmation",
        PUBLICATION.key: "Publication",
    }


async def settings_of(visit: CampaignVisit) -> Campaign:
    """Return the campaign as it is now; it is everybody's: take what is shown before the next await."""
    return await visit.opened.states.current(Campaign, visit.campaign.campaign_id)


def place_of(visit: CoopVisit) -> str:
    """Return the entry of the menu under which a step is: what is on line is no new campaign."""
    return "collectes" if isinstance(visit, CampaignVisit) and visit.campaign.status != "draft" else "nouvelle"


async def show_step(
    visit: CoopVisit,
    step: Step,
    errors: Mapping[str, str],
    status: int | None = None,
    **values: Any,  # noqa: ANN401 - a template takes anything
) -> Response:
    """Show a step, with what is wrong in it."""
    words = wording_of((await visit.policy_of()).policy.wording)
    named = titles(words)
    return await visit.show(
        f"wizard/{step.key}.html",
        place_of(visit),
        422 if errors and status is None else status or 200,
        help_key=f"etape-{step.key}",
        step=step,
        steps=[(one, named[one.key]) for one in STEPS],
        step_title=named[step.key],
        errors=FieldErrors(errors),
        drafted=isinstance(visit, CampaignVisit),
        **({} if isinstance(visit, CampaignVisit) else {"campaign": None}),
        **values,
    )


def after(visit: CampaignVisit, step: Step) -> Response:
    """Lead on after a step was saved: a draft to the next one, what is on line to its configuration."""
    if visit.campaign.status == "draft":
        return visit.go(f"{visit.campaign_base}{step.following}")
    return visit.go(f"{visit.campaign_base}/configuration?fait=enregistre")
