"""What a running process holds open: ledgers with their vaults and read models, and what keeps these true."""
