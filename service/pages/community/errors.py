"""What is refused of lists of people."""

from __future__ import annotations

from domain.errors import InvalidInput


class NothingChosen(InvalidInput):
    """No row was ticked, or none of those that were ticked is in the list any more."""

    code = "nothing-chosen"
    sentence = (
        "Aucune ligne n’est choisie\u00a0: cochez celles qui vous intéressent, ou «\u00a0Toutes les lignes\u00a0»."
        " Rien n’a été fait."
    )


class NothingToPrint(InvalidInput):
    """The rows that were ticked have no name: slips of cash without one, or families that were forgotten."""

    code = "nothing-to-print"
    sentence = "Les lignes choisies n’ont pas de nom\u00a0: il n’y a pas de badge à imprimer."
