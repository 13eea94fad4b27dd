"""What is refused about contacts, by name: the values given to these errors are identifiers, never a person's data."""

from __future__ import annotations

from domain.errors import AlreadyExists, StaleVersion


class ContactExists(AlreadyExists):
    """The address is another contact's of the same coop."""

    code = "contact-exists"
    sentence = "Cette adresse est déjà celle d’un autre contact de la coopérative."


class PersonFieldsChanged(StaleVersion):
    """The fields were changed since they were shown."""

    code = "person-fields-changed"
    sentence = "Ces champs ont été modifiés entre-temps. Relisez-les, puis recommencez. Rien n’a été enregistré."
