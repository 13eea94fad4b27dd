"""Connected accounts: who they are, whether they are certified, their bank, transfers and payouts."""
