"""Tests of the read model of closings."""
