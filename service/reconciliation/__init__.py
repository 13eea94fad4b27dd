"""The daily crawl: every account at the provider read and compared with the ledgers, to the cent."""
