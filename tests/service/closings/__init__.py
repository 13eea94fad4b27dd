"""Tests of closing what is due."""
