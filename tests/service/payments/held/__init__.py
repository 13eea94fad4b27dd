"""Money that waits: refunds made elsewhere, payments not expected, ids that come late, other facts that do not fit."""
