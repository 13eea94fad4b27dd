"""The pages about a campaign as a whole: the list of them, what is set, its history, its preview."""
