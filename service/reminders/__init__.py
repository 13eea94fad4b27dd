"""Reminders of a collection to the families of a class, which tell no one whom they went to (ADR 73)."""
