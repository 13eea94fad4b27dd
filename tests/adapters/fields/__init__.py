"""Tests of the readers of fields."""
