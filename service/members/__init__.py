"""People who work with the service: inviting them, signing in by letter or passkey, how long that lasts."""
