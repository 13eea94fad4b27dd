"""Papers of the cash box, before they are set."""
