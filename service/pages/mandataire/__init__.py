"""The pages of the mandate holder: the live balance of a campaign."""
