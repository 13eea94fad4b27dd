"""Reminders of a collection: whom they go to, how often, and that nobody learns it."""
