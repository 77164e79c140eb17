"""A sound fit, and what its estimates should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.models.result import Result


@dataclass(frozen=True)
class Sound:
    """One fit that the gate must let through.

    Attributes
    ----------
    name : str
        What is unusual about it, and sound.
    fit : callable
        Fits the model.
    truth : callable
        Returns estimates on the link scale by their terms, from another source than the model.
    tolerance : float
        Distance within which they agree, relative to the larger of them and 1.
    """

    name: str
    fit: Callable[[], Result]
    truth: Callable[[], Mapping[str, float]] = dict
    tolerance: float = 1e-6
