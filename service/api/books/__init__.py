"""Routes of the books of a coop: its closings."""
