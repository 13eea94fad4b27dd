"""When the work asked for is more than one request may have."""

from __future__ import annotations

from domain.errors import InvalidInput


class LimitExceeded(InvalidInput):
    """The work took too long, too much of the processor or too much memory, and was ended; its kind says how."""

    code = "limit-exceeded"
    sentence = (
        "Cette opération demande trop de temps ou de mémoire. Essayez avec un fichier plus petit, "
        "ou une période plus courte. Rien n’a été enregistré."
    )
