"""Every model of any rows: a result, a withheld one, or the package's own error; never a warning, never another error."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest
from any_model import MODELS, drawn
from numbers_left import VIETNAMESE, numbers_left

from analysis.errors import ParameterError

SIZES = (0, 1, 2, 5, 9, 20, 40, 80)
ODD = (0.0, 0.0, 0.02, 0.3)
"""Shares of values that no register should have."""


@pytest.mark.parametrize("name", MODELS)
def test_whatever_the_rows(name: str) -> None:
    for seed in range(10):
        random = np.random.default_rng([seed, len(name)])
        rows = drawn(random, SIZES[seed % len(SIZES)], float(random.choice(ODD)))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                found = MODELS[name](rows)
            except ParameterError:
                continue
            said, told = found.to_markdown("vi") + found.to_latex("vi"), found.to_markdown("en")
        assert not found.withheld or numbers_left(found) == [], seed
        assert "nan" not in re.findall(r"\w+", said + told), seed
        assert VIETNAMESE.findall(told) == [], seed
        assert [finding.what for finding in found.findings if finding.what.startswith(":")] == [], seed


@pytest.mark.parametrize("name", MODELS)
def test_some_rows_without_odd_values_are_read(name: str) -> None:
    """Check that the tables of the test above can be read at all, so that it does not pass by withholding all."""
    for seed in range(40):
        rows = drawn(np.random.default_rng([seed, 7]), 90, 0.0)
        try:
            if not MODELS[name](rows).withheld:
                return
        except ParameterError:
            continue
    pytest.fail("none of 40 tables was read")
