"""The service, tested from outside."""
