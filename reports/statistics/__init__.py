"""Statistics: rows that queries grouped, arranged by pandas into months, means, days and hours."""
