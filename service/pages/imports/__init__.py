"""The pages that take over a file of another platform: give it, read what it would do, decide, import, take back."""
