"""What people write down of a coop's money: cash taken to the bank, and what was made good taken back."""
