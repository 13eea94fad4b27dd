"""What the reconciliation keeps, on the real database."""
