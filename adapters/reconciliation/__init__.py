"""What was read of the provider and what the ledgers expect of it, side by side, and the breaks between them."""
