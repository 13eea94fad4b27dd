"""The read model of money that other platforms collect for coops (account 4678)."""
