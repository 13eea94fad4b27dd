"""Open pages, against a running service."""
