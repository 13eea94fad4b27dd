"""One atomic append to a log: what goes in, the connection that sends it, and what may be refused or stay unknown."""

from adapters.log.append.contents import (
    Append,
    AppendNotSentError,
    AppendRefusal,
    AppendRefusedError,
    AppendUncertainError,
    Count,
    KeyUse,
    LogHead,
    NewEvent,
    StoredBatch,
    booking_key,
)
from adapters.log.append.writer import Writer

__all__ = [
    "Append",
    "AppendNotSentError",
    "AppendRefusal",
    "AppendRefusedError",
    "AppendUncertainError",
    "Count",
    "KeyUse",
    "LogHead",
    "NewEvent",
    "StoredBatch",
    "Writer",
    "booking_key",
]
