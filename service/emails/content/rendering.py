"""Rendering e-mails: one template for each, rendered twice, so that the text and the HTML cannot say different things.

A template calls the pieces of a kit (paragraph, row, button). There are two kits, one that writes HTML and escapes, one
that writes plain text. Templates are written with plain spaces: French no-break spaces are put in here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.email import Email
from domain.calendar import french_date
from domain.money import NBSP, euros
from service.emails.content.values import EmailEnvelope

_TEMPLATES: Final = Path(__file__).parent / "templates"
_BLANKS: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
"""Whatever ends a line, hides or is a plain space; no-break spaces stay."""
_TIED: Final = re.compile(r" (?=[:;!?»€])|(?<=«) ")
"""The spaces that French never breaks a line at."""


def flow(text: str) -> str:
    """Put a text on one line with French spaces; what is marked as HTML stays so."""
    return type(text)(_TIED.sub(NBSP, _BLANKS.sub(" ", text).strip(" ")))


def _said(value: object) -> object:
    """Refuse to write nothing: a missing fact must not leave as « None »."""
    if value is None:
        raise ValueError("a letter lacks a fact")
    return value


def _environment(kind: str) -> Environment:
    """An environment whose kit writes ``html`` or ``text``."""
    environment = Environment(
        loader=FileSystemLoader([_TEMPLATES / kind, _TEMPLATES / "messages"]),
        autoescape=kind == "html",  # noqa: S701 - plain text has nothing to escape
        undefined=StrictUndefined,
        finalize=_said,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters |= {"euros": euros, "french_date": french_date, "flow": flow}
    return environment


_TEXT: Final = _environment("text")
_HTML: Final = _environment("html")


def compose(template: str, envelope: EmailEnvelope, **facts: object) -> Email:
    """Render the e-mail ``template`` for an envelope.

    Raises:
        EmailInvalid: the envelope's addresses are none, or its key is empty.

    """
    values = {"envelope": envelope, "words": envelope.words, **facts}
    plain = _TEXT.get_template(f"{template}.jinja").make_module(values)
    return Email(
        to=envelope.to,
        subject=flow(str(vars(plain)["subject"])),
        text=str(plain),
        html=_HTML.get_template(f"{template}.jinja").render(values),
        key=envelope.key,
        sender_name=flow(envelope.coop),
        reply_to=envelope.reply_to,
    )
