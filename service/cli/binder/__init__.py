"""Commands of the binder."""
