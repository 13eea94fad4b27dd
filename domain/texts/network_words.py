"""What texts call what families give and who gives it: one table, a row for each wording of a network (S-25).

Pages, letters and receipts take their words from here. Both words are feminine and begin a sentence alike, so that
« votre », « cette » and « une » suit either; what changes with the first letter has an entry of its own.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Wording(NamedTuple):
    """The words that differ between networks, in the form that a sentence needs."""

    gift: str
    """What a family gives: « contribution »."""
    gifts: str
    a_gift: str
    of_gift: str
    the_gift: str
    my_gift: str
    giver: str
    """Who takes part: « participant »."""
    givers: str
    to_give: str
    """What a family does: « contribuer »."""
    they_give: str
    have_given: str
    for_whom: str
    """The question of the first page of a basket (S-181)."""
    call: str
    """What the button of the public page says (S-172)."""
    tariffs: str
    """The title of step 2 (S-63)."""
    givers_tab: str
    """The third tab of a campaign (S-113)."""
    opening: str
    """The title of the opening window on the public page (S-177)."""


CONTRIBUTION: Final = Wording(
    gift="contribution",
    gifts="contributions",
    a_gift="une contribution",
    of_gift="de contribution",
    the_gift="la contribution",
    my_gift="ma contribution",
    giver="participant",
    givers="participants",
    to_give="contribuer",
    they_give="contribuent",
    have_given="contribué",
    for_whom="Pour qui contribuez-vous\u00a0?",
    call="Je contribue",
    tariffs="Tarifs et formules de contribution",
    givers_tab="Participants",
    opening="Ouverture des contributions",
)
"""A coop collects voluntary contributions."""
ADHESION: Final = Wording(
    gift="adhésion",
    gifts="adhésions",
    a_gift="une adhésion",
    of_gift="d’adhésion",
    the_gift="l’adhésion",
    my_gift="mon adhésion",
    giver="adhérent",
    givers="adhérents",
    to_give="adhérer",
    they_give="adhèrent",
    have_given="adhéré",
    for_whom="Pour qui adhérez-vous\u00a0?",
    call="J’adhère\u00a0!",
    tariffs="Tarifs et formules d’adhésion",
    givers_tab="Adhérents",
    opening="Ouverture des adhésions",
)
"""An association collects memberships."""
WORDINGS: Final = {"contribution": CONTRIBUTION, "adhesion": ADHESION}
"""By ``Policy.wording``."""


def wording_of(name: str) -> Wording:
    """Return the words of a network, by the ``wording`` of its policy."""
    return WORDINGS[name]
