"""Whom a class's reminders may go to: a list that was fixed once, and what only the sender of letters asks of it."""

from adapters.reminder_vault.reminders import FixedContact, ListedContact, ListSize, ReminderVault

__all__ = ["FixedContact", "ListSize", "ListedContact", "ReminderVault"]
