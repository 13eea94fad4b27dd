"""The reconciliation with the provider, against the sandbox and a real database."""
