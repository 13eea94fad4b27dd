"""Cash: the space of a teacher, slips to cut off, the count of a class by two people, the cash box and the bank."""
