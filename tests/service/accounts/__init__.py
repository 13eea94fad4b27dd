"""Accounts of families, below their pages."""
