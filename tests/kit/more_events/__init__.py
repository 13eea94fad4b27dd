"""Realistic instances of the events that people write down themselves, or that other platforms told."""
