"""Reading what people type as texts: a line, several lines, a name. Too long is refused before anything else."""

from __future__ import annotations

from typing import Final

from adapters.fields.errors import FieldError
from domain.texts.visible import is_blank, visible_line, visible_lines

MAX_NAME: Final = 100
"""Characters of a first or last name."""
MAX_TITLE: Final = 200
"""Characters of the title of a campaign, the name of a coop, a school or a tariff."""
MAX_TEXT: Final = 300
"""Characters of a line of free text, a postal address for example."""
MAX_LONG_TEXT: Final = 10_000
"""Characters of a text of several lines: a description, terms, a message."""
MAX_CHARTER: Final = 20_000
"""Characters of a charter of collections: eight printed pages, which a form without files can send."""
_MISSING: Final = "Cette information est obligatoire."


def clean_text(text: str, longest: int = MAX_TEXT) -> str:
    """Return a text on one line, composed, without what does not show; what lies far beyond ``longest`` is cut."""
    return visible_line(text, longest)


def read_text(text: str, longest: int = MAX_TEXT) -> str:
    """Read a line of text, possibly empty.

    Raises:
        FieldError: too long.

    """
    return _within(visible_line(text, longest) if len(text) <= longest else text, longest)


def read_long_text(text: str, longest: int = MAX_LONG_TEXT) -> str:
    """Read a text of several lines, possibly empty.

    Raises:
        FieldError: too long.

    """
    return _within(visible_lines(text, longest) if len(text) <= longest else text, longest)


def read_charter(text: str) -> str:
    """Read the text of a charter: several lines of which something is seen.

    Raises:
        FieldError: nothing would be seen of it, or too long.

    """
    charter = read_long_text(text, MAX_CHARTER)
    if is_blank(charter):
        raise FieldError(_MISSING)
    return charter


def read_title(text: str, longest: int = MAX_TITLE) -> str:
    """Read a line of text of which something is seen.

    Raises:
        FieldError: nothing would be seen of it, or too long.

    """
    title = read_text(text, longest)
    if is_blank(title):
        raise FieldError(_MISSING)
    return title


def read_name(text: str) -> str:
    """Read a first or last name (S-73, S-182): some letter, no digit-only or empty text.

    Raises:
        FieldError: empty, too long, or without any letter.

    """
    name = read_title(text, MAX_NAME)
    if not any(c.isalpha() for c in name):
        raise FieldError("Ce nom ne contient aucune lettre.")
    return name


def _within(text: str, longest: int) -> str:
    """Return a text that is short enough; composing may have made it longer, so that it is asked twice."""
    if len(text) > longest:
        raise FieldError(f"Ce texte est trop long\u00a0: {longest} caractères au plus.")
    return text
