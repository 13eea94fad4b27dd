"""Members of an association, for the tests."""
