"""One atomic append to a log: what goes in, the connection that sends it, and what may be refused or stay unknown."""

from adapters.log.append.contents import (
    Append,
    AppendRefusedError,
    AppendUncertainError,
    End,
    Fact,
    KeyUse,
    Landed,
    Refusal,
)
from adapters.log.append.writer import Writer

__all__ = [
    "Append",
    "AppendRefusedError",
    "AppendUncertainError",
    "End",
    "Fact",
    "KeyUse",
    "Landed",
    "Refusal",
    "Writer",
]
