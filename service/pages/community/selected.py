"""The rows of the list of participants that a form chose: those that were ticked, or all that fit its filters.

What is done with a selection (a file, badges, a message) is asked for by POST: what was searched for is a name.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from projections.figures.lists.participant_list import ChildKey
from service.pages.community.choices import Choices, read_choices
from service.pages.community.errors import NothingChosen
from service.pages.community.participant_rows import ListedChild, keys_of, read_chosen, read_lines
from service.pages.frame.visit import CampaignVisit

FILTERS: Final = ("etat", "moyen", "classe", "inscrit", "nomme")
"""The filters by their names in addresses: state, means, class, whether the child still takes part, and has a name."""
SORTS: Final = ("prenom", "nom", "montant", "formule", "etat", "moyen", "classe", "payeur", "date")
"""The columns that the list is sorted by, by their words in addresses."""
LINE: Final = "ligne"
"""The name of the boxes of rows: each says ``contribution_id.line``."""
EVERYTHING: Final = "toutes"
"""The name of the box that stands for all rows that fit the filters."""
_LONGEST: Final = 60
"""Characters of what stands for a row, at most."""
_DIGITS: Final = 6
"""Of the number of a line."""


class ChosenLines(NamedTuple):
    """What a form chose, as the next form has to say it again: ticked rows, or ``everything`` that fits the choices."""

    lines: tuple[str, ...]
    everything: bool
    choices: Choices


def read_selection(form: FormData) -> ChosenLines:
    """Read what was chosen; a text that stands for no row is left out."""
    told = (value for value in form.getlist(LINE) if isinstance(value, str))
    lines = tuple(dict.fromkeys(value for value in told if 0 < len(value) <= _LONGEST))
    return ChosenLines(lines, form.get(EVERYTHING) == "1", read_choices(form, FILTERS, SORTS))


async def read_selected(visit: CampaignVisit, form: FormData) -> tuple[ListedChild, ...]:
    """Return the children that a form chose, by name: of this campaign, and of baskets that stand.

    The caller notes that their names are read.

    Raises:
        NothingChosen: there is none.

    """
    selection = read_selection(form)
    if selection.everything:
        found = await run_in_threadpool(read_chosen, visit.opened, visit.campaign, selection.choices)
    else:
        ticked = list(filter(None, map(_key, selection.lines)))
        found = await run_in_threadpool(read_lines, visit.opened, visit.campaign, ticked)
    if not found:
        raise NothingChosen(ticked=len(selection.lines))
    return found


def _key(line: str) -> ChildKey | None:
    """Return the child that a box stands for; None where it is none of ours."""
    basket, _, number = line.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
        return None
    try:
        return UUID(basket), int(number)
    except ValueError:
        return None


async def read_keys(visit: CampaignVisit, form: FormData) -> tuple[ChildKey, ...]:
    """Return the same children by basket and line, without opening the names of all of them.

    Raises:
        NothingChosen: there is none.

    """
    selection = read_selection(form)
    if not selection.everything:
        return tuple((child.contribution_id, child.line) for child in await read_selected(visit, form))
    found = await run_in_threadpool(keys_of, visit.opened, visit.campaign, selection.choices)
    if not found:
        raise NothingChosen(ticked=len(selection.lines))
    return found
