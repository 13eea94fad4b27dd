"""The charter of collections: its versions with their texts, and what publishes the next one."""

from service.charters.texts import CharterText, charter_in_force, charter_publication, charter_versions

__all__ = ["CharterText", "charter_in_force", "charter_publication", "charter_versions"]
