"""Bounds from outside, as data: what can be charged at once."""
