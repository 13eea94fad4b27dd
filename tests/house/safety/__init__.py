"""Rules of the house about what strangers send, and what must never change."""
