"""Read models of what people write down by hand."""
