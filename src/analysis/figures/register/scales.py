"""Axes that hold every estimate, and do not stretch for one wide interval."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from analysis.language import plain

Floats = npt.NDArray[np.float64]

_DIGITS = (1.0, 2.0, 5.0)
_MANY_DIGITS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
_MOST_TICKS = 7


def reach(values: npt.ArrayLike, highs: npt.ArrayLike) -> float:
    """Return where an axis from 0 ends: beyond every estimate, but not far beyond for one wide interval.

    Examples
    --------
    >>> reach([2.0, 4.0], [3.0, 4.5]), reach([2.0, 4.0], [3.0, 90.0]), reach([0.0], [3.7])
    (4.725, 6.0, 3.885)
    """
    middles, ends = (np.asarray(part, dtype=float) for part in (values, highs))
    middles, ends = middles[np.isfinite(middles)], ends[np.isfinite(ends)]
    top = max(middles, default=0.0)
    wanted = 1.05 * max([top, *ends])
    most = 1.5 * top if top > 0 else wanted
    return round(float(min(wanted, most)), 9) or 1.0


def ratio_axis(axes: Axes, middles: npt.ArrayLike, lows: npt.ArrayLike, highs: npt.ArrayLike) -> None:
    """Give the horizontal axis a logarithmic scale that holds every estimate, and 1.

    Intervals that reach more than a factor of four beyond all estimates are cut there.

    Parameters
    ----------
    axes : Axes
    middles, lows, highs : arrays of positive numbers
        Ratios; missing ones are passed over.
    """
    known = _finite(middles, [1.0])
    left = max(_finite(lows, known).min(), known.min() / 4)
    right = min(_finite(highs, known).max(), known.max() * 4)
    left, right = min(left, known.min()) / 1.12, max(right, known.max()) * 1.12
    axes.set_xscale("log")
    axes.set_xlim(left, right)
    axes.xaxis.set_major_locator(FixedLocator(ticks(left, right)))
    axes.xaxis.set_minor_locator(NullLocator())
    written(axes.xaxis)


def difference_axis(axes: Axes, middles: npt.ArrayLike, lows: npt.ArrayLike, highs: npt.ArrayLike) -> None:
    """Give the horizontal axis a linear scale that holds every estimate, and 0.

    Intervals that reach further beyond all estimates than these lie apart, and from 0, are cut there.
    """
    known = np.concatenate([[0.0], _numbers(middles)])
    span = float(known.max() - known.min())
    lows_, highs_ = np.concatenate([_numbers(lows), known]), np.concatenate([_numbers(highs), known])
    if span > 0:
        lows_, highs_ = np.maximum(lows_, known.min() - span), np.minimum(highs_, known.max() + span)
    left, right = float(lows_.min()), float(highs_.max())
    margin = 0.06 * (right - left) or 1.0
    axes.set_xlim(left - margin, right + margin)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    written(axes.xaxis)


def ticks(left: float, right: float) -> list[float]:
    """Return round places on a logarithmic axis, eight at most.

    Examples
    --------
    >>> ticks(0.4, 3.0), ticks(0.9, 1.2)
    ([0.5, 0.7, 1.0, 1.5, 2.0, 3.0], [0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2])
    """
    if right / left < 4 and (even := _even(left, right)):
        return even
    powers = range(math.floor(math.log10(left)), math.ceil(math.log10(right)) + 1)
    for digits in (_MANY_DIGITS, _DIGITS, (1.0,)):
        places = [round(digit * 10.0**power, 12) for power in powers for digit in digits]
        inside = [place for place in places if left <= place <= right]
        if len(inside) <= _MOST_TICKS:
            return inside
    return inside[:: math.ceil(len(inside) / _MOST_TICKS)]


def _even(left: float, right: float) -> list[float]:
    """Return evenly spaced round places of a short stretch."""
    size = math.floor(math.log10((right - left) / _MOST_TICKS))
    step = next(
        s
        for s in (digit * 10.0**power for power in (size, size + 1) for digit in _DIGITS)
        if (right - left) / s <= _MOST_TICKS
    )
    first, last = math.ceil(left / step - 1e-9), math.floor(right / step + 1e-9)
    return [round(place * step, 12) for place in range(first, last + 1)]


def written(axis: Axis) -> None:
    """Write the places of an axis with as many decimals as they need, in the reader's way."""
    axis.set_major_formatter(lambda value, _position: plain(value, 6))


def steps(count: int, most: int = 14) -> int:
    """Return every how many-th of ``count`` places an axis names, so that ``most`` at most are named."""
    return max(1, math.ceil(count / most))


def _numbers(values: npt.ArrayLike) -> Floats:
    array = np.asarray(values, dtype=float).ravel()
    return array[np.isfinite(array)]


def _finite(values: npt.ArrayLike, more: npt.ArrayLike) -> Floats:
    joined = np.concatenate([np.asarray(values, dtype=float).ravel(), np.asarray(more, dtype=float)])
    kept: Floats = joined[np.isfinite(joined) & (joined > 0)]
    return kept
