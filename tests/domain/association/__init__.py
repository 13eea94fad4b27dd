"""The association."""
