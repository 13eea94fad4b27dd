"""The web server: webhooks of the provider."""
