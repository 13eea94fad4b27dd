"""The pages about reminders: where one is asked for, and where the link of its letter leads."""
