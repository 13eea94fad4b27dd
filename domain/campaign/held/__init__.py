"""Money of a family's payments that waits: payments not expected, refunds made at the provider, what came back."""
