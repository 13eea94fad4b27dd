"""The wire below the SDK."""
