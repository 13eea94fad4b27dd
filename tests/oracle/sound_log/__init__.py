"""A small log of raw rows, written by hand from the documents: two campaigns, two accounting years, every hard case."""
