"""Pages and files by which a campaign reaches families."""
