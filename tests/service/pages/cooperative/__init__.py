"""Tests of the pages about a coop itself."""
