"""Lists of people as the database filters and pages them: it has no names, and is given their order."""
