"""Tests of the five steps of a campaign, and of the pages about it as a whole."""
