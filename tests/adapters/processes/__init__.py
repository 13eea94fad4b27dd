"""Tests of the processes with limits."""
