"""Accounts of families, by their pages: HTTP for the rules, a browser for the journey."""
