"""Links by which colleagues see how each class of a collection stands: secrets that expire and can be cut."""

from adapters.class_links.links import ClassLink, ClassLinks

__all__ = ["ClassLink", "ClassLinks"]
