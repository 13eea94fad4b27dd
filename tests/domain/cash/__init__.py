"""Tests of cash that is counted coin by coin."""
