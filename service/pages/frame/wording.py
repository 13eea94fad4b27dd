"""What pages call what families give and who gives it: one table, a row for each wording of a network (S-25)."""

from __future__ import annotations

from typing import Final, NamedTuple


class Wording(NamedTuple):
    """The words that differ between networks, in the form that a sentence needs."""

    gift: str
    """What a family gives: « contribution »."""
    gifts: str
    a_gift: str
    of_gift: str
    giver: str
    """Who takes part: « participant »."""
    givers: str
    call: str
    """What the button of the public page says (S-172)."""
    tariffs: str
    """The title of step 2 (S-63)."""
    givers_tab: str
    """The third tab of a campaign (S-113)."""
    opening: str
    """The title of the opening window on the public page (S-177)."""


WORDINGS: Final = {
    "contribution": Wording(
        gift="contribution",
        gifts="contributions",
        a_gift="une contribution",
        of_gift="de contribution",
        giver="participant",
        givers="participants",
        call="Je contribue",
        tariffs="Tarifs et formules de contribution",
        givers_tab="Participants",
        opening="Ouverture des contributions",
    ),
    "adhesion": Wording(
        gift="adhésion",
        gifts="adhésions",
        a_gift="une adhésion",
        of_gift="d’adhésion",
        giver="adhérent",
        givers="adhérents",
        call="J’adhère\u00a0!",
        tariffs="Tarifs et formules d’adhésion",
        givers_tab="Adhérents",
        opening="Ouverture des adhésions",
    ),
}
"""By ``Policy.wording``: a coop collects voluntary contributions, an association collects memberships."""


def wording_of(name: str) -> Wording:
    """Return the words of a network, by the ``wording`` of its policy."""
    return WORDINGS[name]
