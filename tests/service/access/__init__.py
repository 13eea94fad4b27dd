"""Who may reach which route."""
