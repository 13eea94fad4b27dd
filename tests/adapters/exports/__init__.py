"""Tests of the files that members asked for."""
