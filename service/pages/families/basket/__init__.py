"""The basket of a family, one question a page: children, account, information, recap, payment (S-180…S-213)."""
