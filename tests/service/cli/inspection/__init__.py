"""Tests of the commands that look and change nothing."""
