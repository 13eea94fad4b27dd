"""The sandbox, driven by the official SDK over HTTP."""
