"""Marks stand where the data say: what a figure draws is what its CSV holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis.figures import style
from analysis.processed import Processed
from tests.figures.test_drawings import OF_A_PROVINCE, OF_ALL, of
from tests.figures.test_register_figures import FROM

PUBLISHED: dict[str, tuple[str, ...]] = {
    "attainment": ("percent", "limit_low", "limit_high"),
    "rates": ("rate", "rate_low", "rate_high"),
    "composition": ("share", "share_low", "share_high"),
    "members": ("members",),
    "process": ("trained", "admitted"),
    "forest": ("ratio",),
    "funnel": ("target", "ratio"),
    "early": ("elapsed", "percent"),
    "trends": ("share", "share_low", "share_high"),
}
REGISTERS: dict[str, tuple[str, ...]] = {
    "trend": ("year", "rate", "low", "high"),
    "pyramid": ("admitted_share", "members_share"),
    "rates_by": ("rate", "low", "high"),
    "target_against_admitted": ("target", "admitted"),
    "funnel_plot": ("response%", "expected"),
    "shrunken": ("response%", "response_low%", "response_high%", "raw%"),
    "heaping_histogram": ("difference", "observed", "expected"),
    "process_funnel": ("share", "low", "high"),
    "recognition_curve": ("time", "incidence%"),
    "waiting_curve": ("time", "survival%"),
    "components": ("response", "response_low", "response_high"),
    "forest": ("response", "response_low", "response_high"),
    "standardised_rates": ("crude", "rate", "rate_low", "rate_high"),
    "segmented_series": ("admitted", "fitted", "counterfactual"),
}
"""Figure → columns of its data that are places on it; with %, a hundred times."""


def _places(figure: Figure) -> Iterator[Any]:
    """Yield where lines, dots and bars of a figure stand and end."""
    for axes in figure.axes:
        for line in axes.lines:
            yield from (line.get_xdata(), line.get_ydata())
        for marks in axes.collections:
            yield np.ma.getdata(marks.get_offsets())
        for bar in (patch for patch in axes.patches if isinstance(patch, Rectangle)):
            yield [bar.get_width(), bar.get_height(), bar.get_x() + bar.get_width()]


def astray(figure: Figure, data: pd.DataFrame, columns: tuple[str, ...]) -> list[tuple[str, float]]:
    """Return what the data of a figure hold that is nowhere on it."""
    drawn = np.concatenate([np.asarray(found, dtype=float).ravel() for found in _places(figure)])
    missing = []
    for column in columns:
        factor = 100 if column.endswith("%") else 1
        values = data[column.removesuffix("%")].dropna().astype(float).unique()
        assert len(values), column
        missing += [(column, v) for v in values if not np.isclose(drawn, factor * v, atol=1e-9).any()]
    return missing


@pytest.mark.parametrize("name", PUBLISHED)
def test_marks_of_published_figures_stand_where_the_data_say(name: str, tables: Processed) -> None:
    with style.at(style.WIDTHS["column-2"]) as kept:
        drawing = OF_ALL[name](tables) if name in OF_ALL else OF_A_PROVINCE[name](of(tables, "Nghệ An"))
    assert drawing is not None
    assert astray(kept[0], drawing.data, PUBLISHED[name]) == []


def test_bars_of_the_histogram_count_every_result(tables: Processed) -> None:
    with style.at(style.WIDTHS["column-2"]) as kept:
        drawing = OF_ALL["histogram"](tables)
    assert drawing is not None
    bars = [bar for axes in kept[0].axes for bar in axes.patches if isinstance(bar, Rectangle)]
    assert sum(bar.get_height() for bar in bars) == len(drawing.data)


@pytest.mark.parametrize("name", REGISTERS)
def test_marks_of_register_figures_stand_where_the_data_say(name: str) -> None:
    with style.at(style.WIDTHS["column-2"]) as kept:
        drawing = FROM[name]([False])
    assert drawing is not None
    assert astray(kept[0], drawing.data, REGISTERS[name]) == []
