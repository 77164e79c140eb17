"""Studies as rows, each an estimate with its standard error: what may be pooled, and what may not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _
from analysis.models.gate import MOST_ERROR, Finding
from analysis.models.result import Dropped

LINKS = ("log", "logit", "identity")

_SQUARED = 1e-100, 1e100
"""Standard errors beyond these have no square that a weight can be made of."""

_NEAR = 1e-7
"""Standard error on the log scale that no count has: that of 10 to the 14 people."""

_FAR = 30.0
"""Distance from 0 on the log scale that no ratio has: a factor of 10 to the 13."""


def numbers(values: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    """Return values as numbers, missing ones as nan.

    Raises
    ------
    ParameterError
        One is no number.

    Examples
    --------
    >>> numbers([0.5, None, pd.NA], "errors").tolist()
    [0.5, nan, nan]
    """
    try:
        found = pd.to_numeric(pd.Series(np.asarray(values, dtype="object"), dtype="object"))
        return np.asarray(found.to_numpy(dtype=float, na_value=np.nan))
    except (TypeError, ValueError) as error:
        raise ParameterError(f"{name}: {error}") from None


def study_table(estimates: npt.ArrayLike, errors: npt.ArrayLike, labels: Sequence[str]) -> pd.DataFrame:
    """Return studies as rows: label, estimate, std_error.

    Raises
    ------
    ParameterError
        There are not as many of the one as of the other, one is no number, or a label stands twice.
    """
    values, spread = numbers(estimates, "estimates"), numbers(errors, "errors")
    if not values.shape == spread.shape == (len(labels),):
        lengths = f"{values.shape}, {spread.shape}, {(len(labels),)}"
        raise ParameterError(f"estimates, errors and labels differ in length: {lengths}")
    twice = pd.Series(list(labels), dtype="object").duplicated()
    if twice.any():
        raise ParameterError(f"label {labels[int(twice.argmax())]!r} stands twice; a study counts once")
    return pd.DataFrame({"label": list(labels), "estimate": values, "std_error": spread})


def study_findings(studies: pd.DataFrame, link: str, *, least: int) -> list[Finding]:
    """Return what is wrong with studies: too few, or a value or error that cannot be used.

    Parameters
    ----------
    studies : DataFrame
        Of :func:`study_table`.
    link : str
        On ``log`` and ``logit`` a standard error can be absurd; on ``identity`` its unit is not known.
    least : int
        Fewest studies.
    """
    found = []
    for row in studies.to_dict("records"):
        value, error = row["estimate"], row["std_error"]
        usable = np.isfinite(value) and _SQUARED[0] < error < _SQUARED[1]
        if not usable or (link != "identity" and (abs(value) > _FAR or error < _NEAR)):
            found.append(Finding("study_error", str(row["label"])))
        elif link != "identity" and error > MOST_ERROR:
            found.append(Finding("absurd_error", str(row["label"]), {"count": float(error)}))
    if len(studies) < least:
        found.append(Finding("few_studies", numbers={"count": len(studies), "least": least}))
    return found


def without_missing(studies: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Dropped, ...]]:
    """Return the studies that have an estimate or an error, and those that have neither, named.

    Examples
    --------
    >>> kept, dropped = without_missing(study_table([0.1, float("nan")], [0.2, float("nan")], ["A", "B"]))
    >>> kept["label"].tolist(), dropped[0].reason
    (['A'], 'không có ước lượng: B')
    """
    kept = studies.dropna(subset=["estimate", "std_error"], how="all")
    names = studies.loc[studies.index.difference(kept.index), "label"]
    if names.empty:
        return kept, ()
    reason = _("không có ước lượng: {names}").format(names=", ".join(map(str, names)))
    return kept, (Dropped(reason, len(names)),)


def check_options(link: str, level: float) -> None:
    """Refuse a link or a coverage that there is not.

    Raises
    ------
    ParameterError
        The link is none of :data:`LINKS`, or the level does not lie between 0 and 1.
    """
    if link not in LINKS:
        raise ParameterError(f"link {link!r} is none of {', '.join(LINKS)}")
    if not 0 < level < 1:
        raise ParameterError(f"level {level} is not between 0 and 1")
