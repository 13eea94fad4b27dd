"""Making the pandas frames of tables; apart, so that pandas is loaded only where one is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd


def frame_of(columns: Mapping[str, tuple[bool, Sequence[Any]]]) -> pd.DataFrame:
    """Return columns as a frame; those that are numbers become 64-bit integers, the others stay as they are.

    Each column is given its type as it is made: pandas need not guess it first.
    """
    return pd.DataFrame(
        {
            label: np.array(values, dtype=np.int64) if numbers else pd.Series(values, dtype=object)
            for label, (numbers, values) in columns.items()
        }
    )
