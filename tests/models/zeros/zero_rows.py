"""Unit-years for the tests of zeros, and what R says of those in the reference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

REFERENCE = Path(__file__).resolve().parents[2] / "reference"


def reference_rows() -> pd.DataFrame:
    """Return the unit-years that R read."""
    return pd.read_csv(REFERENCE / "data" / "zeros.csv")


def reference(model: str) -> dict[str, Any]:
    """Return what R says of a model."""
    found: dict[str, Any] = json.loads((REFERENCE / "zeros.json").read_text(encoding="utf-8"))[model]
    return found


def unit_years(admitted: object = None, n: int = 60, **columns: object) -> pd.DataFrame:
    """Return sound unit-years of 20 units, with other columns where they are given."""
    generator = np.random.default_rng(7)
    rows = pd.DataFrame(
        {
            "unit_id": [f"u{i % 20:02d}" for i in range(n)],
            "year": [2018 + i // 20 for i in range(n)],
            "locality": [("commune", "township")[i % 20 % 2] for i in range(n)],
            "members": generator.integers(30, 90, n),
            "admitted": generator.poisson(2.5, n) * (generator.random(n) < 0.6),
        }
    )
    given = {} if admitted is None else {"admitted": admitted}
    return rows.assign(**given, **columns)
