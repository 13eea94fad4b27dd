"""The departmental association: the legal person that decides what its coops may do."""
