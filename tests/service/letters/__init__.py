"""The letters as families and mandate holders read them."""
