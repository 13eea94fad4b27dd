"""The address book of a coop, its groups, the fields of its records."""
