"""Tests of what pages add up."""
