"""The emails as families and mandate holders read them."""
