"""What visitors may do without signing in, and how often: sized for a school behind one address."""

from service.rate_limits.visitor import Visitor, VisitorAction

__all__ = ["Visitor", "VisitorAction"]
