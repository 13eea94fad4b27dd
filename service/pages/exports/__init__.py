"""What can be taken away of a coop: files at once, files that the worker prepares, all receipts of a campaign."""
