"""Subjects of the ledger alone: the command bus, the read models, rebuilding, verifying."""
