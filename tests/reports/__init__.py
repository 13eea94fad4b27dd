"""Tests of what is shown on paper and in files."""
