"""What of a request is wrong, and where: said in every refusal that can say it."""
