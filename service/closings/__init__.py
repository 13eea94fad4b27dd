"""Closing periods: how far the provider's books are read, closing on request, and closing what is due."""
