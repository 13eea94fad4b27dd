"""Tests of the routes of the association itself."""
