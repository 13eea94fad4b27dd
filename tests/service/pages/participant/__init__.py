"""The pages about one participant: detail, refunds, corrections, entry by hand."""
