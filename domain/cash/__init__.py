"""Cash of the coop's box, counted coin by coin: what a class brought, and what is taken to the bank."""
