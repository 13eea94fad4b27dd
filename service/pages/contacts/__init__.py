"""The address book of a coop: contacts that it writes down itself, groups of them, fields of its own (S-29, S-38…)."""
