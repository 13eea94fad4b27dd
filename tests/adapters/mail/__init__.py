"""The post against a real SMTP server, with its certificate, its moods and its losses."""
