"""Signing webhooks as the provider does, with the standard library: independent of the SDK that checks them."""

from __future__ import annotations

import hashlib
import hmac


def sign(body: str, secret: str, at: int) -> str:
    """Return the signature header of a body sent at an instant (seconds since 1970)."""
    code = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={code}"
