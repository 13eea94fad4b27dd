"""Imports of payments files into a campaign."""
