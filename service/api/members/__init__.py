"""Routes about the members of an association."""
