"""A pathology planted in sound rows: what is called, and what the gate must say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analysis.models.result import Result


@dataclass(frozen=True)
class Planted:
    """One pathology.

    Attributes
    ----------
    name : str
        What is wrong.
    fit : callable
        Fits the model.
    code : str
        Of the fatal finding.
    where : str
        Column or term that the finding names; '' where it is about the whole fit.
    vi, en : str
        Words of it that the reader of each language must see.
    """

    name: str
    fit: Callable[[], Result]
    code: str
    where: str = ""
    vi: str = ""
    en: str = ""
