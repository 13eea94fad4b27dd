"""Tests of erasures and of their list."""
