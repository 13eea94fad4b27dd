"""Tests of papers on paper."""
