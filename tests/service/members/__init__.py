"""People who work with the service."""
