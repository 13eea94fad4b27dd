"""Rights at an association: what people and programs may be, and who holds what now."""
