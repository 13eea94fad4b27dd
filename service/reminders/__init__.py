"""Reminders of a collection to the families of a class, of which nobody may learn whom they went to (ADR 73)."""
