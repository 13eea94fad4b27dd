"""Commands of who runs an installation: its settings, its backups."""
