"""The pages of cash: the teacher, the slips, the count, the box and the bank."""
