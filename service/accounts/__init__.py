"""Accounts of families: opening one, signing in, changing it, giving it up."""
