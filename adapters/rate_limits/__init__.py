"""How often visitors may do something: buckets in Postgres, so that several processes count as one."""

from adapters.rate_limits.errors import TooManyAttempts
from adapters.rate_limits.limiter import Charge, RateLimit, RateLimiter

__all__ = ["Charge", "RateLimit", "RateLimiter", "TooManyAttempts"]
