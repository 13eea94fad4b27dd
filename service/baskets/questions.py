"""The questions that a campaign may ask about each child (S-75…S-82), and how each answer is read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from adapters.files import PictureRefused
from domain.calendar import french_date
from domain.errors import ClassInvalid
from domain.people.person_fields import FieldKind, PersonField
from domain.school_classes import MAX_LABEL, class_code
from service.contacts.person_fields import answers_of, longest_value, read_value, shown_value
from service.fields import (
    FRANCE,
    MAX_DAY,
    MAX_EMAIL,
    MAX_PHONE,
    MAX_TEXT,
    FieldError,
    clean_text,
    read_birth_date,
    read_email,
    read_phone,
    read_text,
)
from service.public_campaigns import PublicCampaign

CLASS: Final = "class"
PHOTO: Final = "photo"
REFUSED: Final = "!"
"""What stands before the answer to a photo when the last file given was none; what follows is the photo before it."""
_LONGEST: Final = {
    CLASS: MAX_LABEL,
    "birth_date": MAX_DAY,
    "landline": MAX_PHONE,
    "mobile": MAX_PHONE,
    "email": MAX_EMAIL,
}
_ANSWER: Final = "Répondez à cette question, dont la coopérative a besoin."


class Question(NamedTuple):
    """A question as families read it: the kind of its field, a hint, what browsers may fill in by themselves.

    ``own`` is the field of the coop that it asks, ``options`` what can be chosen for it.
    """

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    mode: str = ""
    own: PersonField | None = None
    options: tuple[str, ...] = ()


QUESTIONS: Final = (
    Question(CLASS, "Classe de l’enfant", hint="Exemple\u00a0: CP ou CE2-CM1"),
    Question("birth_date", "Date de naissance", hint="Exemple\u00a0: 03/07/2016", mode="numeric"),
    Question("address", "Adresse postale", hint="Rue, code postal et ville"),
    Question("landline", "Téléphone fixe", "tel", "Exemple\u00a0: 04 93 00 00 00", "tel"),
    Question("mobile", "Téléphone mobile", "tel", "Exemple\u00a0: 06 12 34 56 78", "tel"),
    Question("email", "Adresse e-mail", "email", mode="email"),
    Question(PHOTO, "Photo de l’enfant", "file", "Image JPEG, PNG ou WebP, 8\u00a0Mo au plus"),
)


class AskedQuestion(NamedTuple):
    """A question of one campaign, and if it must be answered."""

    question: Question
    required: bool


def asked_by(campaign: PublicCampaign) -> tuple[AskedQuestion, ...]:
    """Return what a campaign asks about each child, in the order of its form; fields of the coop come last."""
    questions = (*QUESTIONS, *map(question_of, campaign.own))
    states = {question: campaign.shown.asked(question.name) for question in questions}
    return tuple(
        AskedQuestion(question, state == "required") for question, state in states.items() if state != "hidden"
    )


def question_of(field: PersonField) -> Question:
    """Ask a field of the coop as families read it."""
    hints = {FieldKind.DAY: "Exemple\u00a0: 03/07/2016"}
    modes = {FieldKind.DAY: "numeric", FieldKind.NUMBER: "decimal"}
    hint, mode = hints.get(field.kind, ""), modes.get(field.kind, "")
    return Question(field.field_id, field.name, hint=hint, mode=mode, own=field, options=answers_of(field))


def longest_answer(question: Question) -> int:
    """Return how many characters of an answer are looked at, and kept until they are corrected."""
    if question.own is not None:
        return longest_value(question.own)
    return _LONGEST.get(question.name, MAX_TEXT)


def read_answer(
    asked: AskedQuestion, typed: str, classes: Mapping[str, str], today: date, phone_region: str = FRANCE
) -> str:
    """Read an answer into the form that is kept; none is the empty text. ``classes`` are codes and labels.

    Raises:
        FieldError: missing though required, or not what the question asks for.

    """
    name = asked.question.name
    if name == PHOTO and typed.startswith(REFUSED):
        raise FieldError(PictureRefused.sentence)
    if not (typed if name == PHOTO else clean_text(typed, longest_answer(asked.question))):
        if asked.required:
            raise FieldError(_ANSWER)
        return ""
    if name == PHOTO:
        return typed
    if name == CLASS:
        return _read_class(typed, classes)
    return _read_other(asked.question, typed, today, phone_region)


def _read_other(question: Question, typed: str, today: date, phone_region: str) -> str:
    """Read an answer that is there, to a question about neither the class nor a photo."""
    name = question.name
    if question.own is not None:
        return read_value(question.own, typed)
    if name == "birth_date":
        return read_birth_date(typed, today)
    if name in ("landline", "mobile"):
        return read_phone(typed, phone_region)
    return read_email(typed) if name == "email" else read_text(typed)


def _read_class(typed: str, classes: Mapping[str, str]) -> str:
    """Read a class: one of the coop's list where it has one, else what a class is called; no person (S-82, AN-5)."""
    try:
        code = class_code(typed, classes)
    except ClassInvalid as error:
        raise FieldError(error.french) from None
    return classes.get(code, clean_text(typed))


def shown_answer(question: Question, answer: str) -> str:
    """Write an answer as a recap shows it."""
    if question.own is not None:
        return shown_value(question.own, answer)
    if question.name == "birth_date":
        return french_date(date.fromisoformat(answer))
    return "jointe" if question.name == PHOTO else answer
