"""The way to Stripe: the wire, the client upon it, its errors in the port’s words, and how its objects are read."""
