"""Papers that a school prints and cuts: flyers with a code, badges, slips for cash and the bank's deposit."""
