"""The crawl over a town's money, against the sandbox and a real database."""
