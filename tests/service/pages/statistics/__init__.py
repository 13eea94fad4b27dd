"""Tests of the three pages of statistics."""
