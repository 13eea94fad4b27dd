"""The economy of one school, worked by hand."""
