"""Tests of what the API and the pages of a campaign's settings share."""
