"""Reading what people and programs give: each kind of field with its longest, kept safe, refused with a sentence.

One reader for each kind, whoever asks: pages, API, imports and command line. A length is looked at before anything
else, and nothing takes longer than the text is long. ``iban`` is apart: its library is heavy.
"""

from adapters.fields.contact import FRANCE, MAX_EMAIL, MAX_PHONE, french_phone, read_email, read_phone
from adapters.fields.days import MAX_DAY, read_birth_date
from adapters.fields.errors import FieldError
from adapters.fields.identifiers import MAX_REFERENCE, MAX_SITE, read_reference, read_siren, read_site, read_slug
from adapters.fields.texts import (
    MAX_CHARTER,
    MAX_LONG_TEXT,
    MAX_NAME,
    MAX_TEXT,
    MAX_TITLE,
    clean_text,
    read_charter,
    read_long_text,
    read_name,
    read_text,
    read_title,
)

__all__ = [
    "FRANCE",
    "MAX_CHARTER",
    "MAX_DAY",
    "MAX_EMAIL",
    "MAX_LONG_TEXT",
    "MAX_NAME",
    "MAX_PHONE",
    "MAX_REFERENCE",
    "MAX_SITE",
    "MAX_TEXT",
    "MAX_TITLE",
    "FieldError",
    "clean_text",
    "french_phone",
    "read_birth_date",
    "read_charter",
    "read_email",
    "read_long_text",
    "read_name",
    "read_phone",
    "read_reference",
    "read_siren",
    "read_site",
    "read_slug",
    "read_text",
    "read_title",
]
