"""Commands for money that people move themselves: the bank's lines, the cash box, decisions of two people."""
