"""Reports about chosen participants."""
