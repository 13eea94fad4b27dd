"""The departmental association: the legal person that decides what its coops may do."""

import domain.association.evolution as evolution  # noqa: PLR0402 - one without its handlers cannot be folded

__all__ = ["evolution"]
