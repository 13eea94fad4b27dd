"""Closing a period: which facts it counts, and the figures that they come to."""
