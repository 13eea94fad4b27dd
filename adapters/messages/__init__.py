"""Messages of coops to families: their words, sealed, and who wants no more of them."""

from adapters.messages.store import FamilyMessage, MessageStore, SentMessage

__all__ = ["FamilyMessage", "MessageStore", "SentMessage"]
