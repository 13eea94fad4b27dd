"""Pages of families' accounts: opening one, signing in, what is in it."""
