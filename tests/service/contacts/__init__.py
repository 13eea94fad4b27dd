"""Contacts, groups and fields of a coop."""
