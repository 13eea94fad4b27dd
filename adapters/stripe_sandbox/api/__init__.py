"""The API: forms and JSON, keys, versions, idempotency, expansion and pages, and one function per operation."""
