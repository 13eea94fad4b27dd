"""Subjects of an installation as a whole: how it starts, how many associations it carries."""
