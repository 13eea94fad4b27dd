"""Tests of what pandas arranges for the statistics."""
