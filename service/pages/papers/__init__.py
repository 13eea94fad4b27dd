"""The papers of a coop, to print again; and how each class stands, for colleagues."""
