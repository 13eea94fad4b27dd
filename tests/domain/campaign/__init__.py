"""Campaigns, and the contributions in them."""
