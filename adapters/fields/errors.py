"""Why something that a person typed cannot be taken."""

from __future__ import annotations

from domain.errors import InvalidInput


class FieldError(InvalidInput):
    """What was typed cannot be taken; ``sentence`` says what to do, and never repeats what was typed."""

    code = "typed-invalid"

    def __init__(self, sentence: str) -> None:
        """Keep the sentence."""
        super().__init__(kind="typed")
        self._sentence = sentence

    @property
    def french(self) -> str:
        """The sentence for the person."""
        return self._sentence
