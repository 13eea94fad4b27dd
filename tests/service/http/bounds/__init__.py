"""Tests of what a request may take."""
