"""Tests of texts from outside."""
