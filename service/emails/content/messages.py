"""What a coop writes to families itself (S-137): its words as they are, in a letter like the others."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.email import Email
from service.emails.content.rendering import compose
from service.emails.content.values import EmailEnvelope


@dataclass(frozen=True)
class CoopMessage:
    """A message: its subject and text as they were typed, the campaign that it is about, where to ask for no more."""

    title: str
    text: str
    campaign: str
    stop_url: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The lines of the text that say something."""
        return tuple(line for line in map(str.strip, self.text.splitlines()) if line)

    def __repr__(self) -> str:
        """Say nothing: a message may name people, and must not reach a log or a traceback."""
        return "CoopMessage(…)"


def family_message(envelope: EmailEnvelope, facts: CoopMessage) -> Email:
    """Write what a coop says to one family."""
    return compose("family_message", envelope, facts=facts)
