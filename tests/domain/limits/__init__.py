"""Tests of bounds from outside."""
