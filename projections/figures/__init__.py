"""What pages add up, and the rows that each of their figures is the sum of: queries over the tables of read models."""
