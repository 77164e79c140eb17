"""Funnel plots: which units lie further from the centre than chance and over-dispersion carry them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analysis.errors import ParameterError
from analysis.language import _, number, plain
from analysis.models.estimate_words import interval, significant
from analysis.models.gate import withheld
from analysis.models.intervals import funnel_limits, poisson_limits, with_limits
from analysis.models.result import Dropped, Result
from analysis.models.small_units.shrinkage import few_units, labels, listed
from analysis.models.sums import UNITS, counted, sums
from analysis.shown import Head, Table

Floats = npt.NDArray[np.float64]

LEVELS = {"95": 0.95, "998": 0.998}
"""Name of a pair of limits in the columns → its coverage."""

_TAIL = 0.1
"""Share of the z-scores at each end that is drawn in to the rest."""

_POINTS = 200
"""Points of the curves that a figure draws."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel(Result):
    """Units against the limits of a funnel plot, a row a unit.

    ``estimates`` has after its usual columns, in which ``estimate`` and ``response`` are the ratio of admitted to
    exposure with its own exact interval: ``label``, ``observed``, ``exposure``, ``expected`` (exposure × centre),
    ``z`` (2(√observed - √expected)); ``low_95``, ``high_95``, ``low_998``, ``high_998`` (limits of the ratio
    under chance alone), the same beginning with ``wide_`` (allowing for over-dispersion); ``outside`` and
    ``outside_wide`` (``above_998``, ``above_95``, ``below_95``, ``below_998`` or empty).

    Attributes
    ----------
    centre : float
        Ratio that all units are set against.
    raw_dispersion : float
        Mean of the squared z-scores; 1 under chance alone. ``dispersion`` is that after drawing in their tails.
    adjustment : str
        ``multiplicative``, ``additive`` or ``none``: how the wide limits allow for over-dispersion.
    inflation : float
        What the squared z-scores are divided by in multiplicative limits; 1 where phi is not beyond chance.
    between : float
        Standard deviation between units on the scale of √(observed / expected), of additive limits.
    curve : DataFrame
        ``exposure``, ``expected`` and the limits as in ``estimates``, for drawing.
    outside : DataFrame
        ``level``, ``side``, ``chance`` (units expected outside by chance alone), ``before``, ``after`` (units
        outside without and with allowance; missing where withheld).
    """

    centre: float
    raw_dispersion: float
    adjustment: str
    inflation: float
    between: float
    curve: pd.DataFrame
    outside: pd.DataFrame

    def words(self) -> list[str]:
        """Return what the result says: how many units lie outside, before and after the allowance."""
        return [*([] if self.withheld else self._said()), *self._findings(), *self._basis()]

    def _said(self) -> list[str]:
        lines = [_("Đường giữa: {centre}% của mẫu số.").format(centre=significant(100 * self.centre))]
        for name, level in LEVELS.items():
            of_level = self.outside.loc[self.outside["level"] == level]
            lines.append(
                _(
                    "Ngoài giới hạn {share}%: {before} trong {n} đơn vị (riêng ngẫu nhiên thì khoảng {chance}); sau khi tính đến "
                    "độ phân tán vượt mức: {after}."
                ).format(
                    share=plain(100 * level),
                    before=number(of_level["before"].sum()),
                    n=number(len(self.estimates)),
                    chance=significant(of_level["chance"].sum(), 2),
                    after=number(of_level["after"].sum()),
                )
            )
            beyond = self.estimates.loc[self.estimates["outside_wide"].str.endswith(f"_{name}"), "label"]
            if name == "998" and len(beyond):
                lines.append(_("Ngoài giới hạn rộng nhất: {names}.").format(names=listed(beyond.tolist())))
        lines.append(self._dispersion_words())
        lines.append(_("Nằm ngoài giới hạn là lý do để xem xét, không phải là đánh giá tốt hay kém."))
        return lines

    def _dispersion_words(self) -> str:
        said = _("Độ phân tán của điểm z sau khi kéo vào 10% ở mỗi đầu: {phi} (chưa kéo: {raw}).")
        if self.inflation == 1 and self.between == 0:
            said = _(
                "Độ phân tán của điểm z sau khi kéo vào 10% ở mỗi đầu: {phi} (chưa kéo: {raw}); giới hạn không nới rộng."
            )
        return said.format(
            phi=significant(self.dispersion or np.nan, 3), raw=significant(self.raw_dispersion, 3)
        )

    def to_table(self) -> Table:
        """Return the units as a notebook shows them, ratios and limits in percent."""
        heads = [Head(_("Đơn vị"))]
        names = (_("Kết nạp"), _("Mẫu số"), _("Tỷ lệ, %"), "z", _("Giới hạn 95%, %"), _("Giới hạn 99,8%, %"))
        heads += [Head(name, numeric=True) for name in names] + [Head(_("Vị trí"))]
        rows = [
            [
                row["label"],
                counted(row["observed"]),
                counted(row["exposure"]),
                significant(100 * row["response"]),
                significant(row["z"], 3),
                *(interval(100 * row[f"wide_low_{name}"], 100 * row[f"wide_high_{name}"]) for name in LEVELS),
                _place(row["outside_wide"]),
            ]
            for row in self.estimates.to_dict("records")
        ]
        title = _("Các đơn vị so với giới hạn của biểu đồ phễu")
        return Table(self.name, title, " ".join(self.words()), heads, rows, self.estimates)


def funnel(
    rows: pd.DataFrame,
    *,
    unit: str = "unit_id",
    label: str | None = None,
    outcome: str = "admitted",
    exposure: str = "target",
    centre: float | None = None,
    adjustment: Literal["multiplicative", "additive", "none"] = "multiplicative",
    dropped: tuple[Dropped, ...] = (),
) -> Funnel:
    """Return what a funnel plot (*biểu đồ phễu*) draws: units, their limits, and who lies outside.

    Limits under chance alone interpolate between Poisson counts. Over-dispersion is the mean square of
    z = 2(√observed - √expected) after drawing the outer tenth of them at each end in to the rest (quantiles of
    R's type 7); the wide limits stand on the same scale: √ratio = √centre × (1 ± z·√(phi / 4 expected)), or
    with a variance between units added, by the moments of DerSimonian and Laird. Multiplicative limits are widened
    only where phi exceeds 1 by two standard errors, √(2 / units).

    Parameters
    ----------
    rows : DataFrame
        One row a unit, or a unit and year; those of a unit are summed.
    unit, label : str
        Columns: the unit's key, and the name shown (the key if none).
    outcome, exposure : str
        Columns: counts, and targets or members.
    centre : float, optional
        Ratio that units are set against: 1 is the target met; without it, the ratio of all units pooled.
    adjustment : str
        ``multiplicative``, ``additive`` or ``none``.
    dropped : tuple of Dropped
        Rows left out before.

    Raises
    ------
    ParameterError
        A column is missing, or a parameter has a value that is not allowed.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance. *Statistics in Medicine*
    24, 1185-1202.

    Spiegelhalter, D. J., Sherlaw-Johnson, C., Bardsley, M., Blunt, I., Wood, C. and Grigg, O. (2012). Statistical
    methods for healthcare regulation: rating, screening and surveillance. *Journal of the Royal Statistical
    Society A* 175, 1-47.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {"unit_id": list("abcde"), "admitted": [9, 30, 12, 52, 40], "target": [10, 30, 10, 50, 20]}
    ... )
    >>> found = funnel(rows, centre=1).at("e")
    >>> float(found["z"].round(4)), found["outside"]
    (3.7048, 'above_998')
    """
    if centre is not None and not (np.isfinite(centre) and centre > 0):
        raise ParameterError(f"centre {centre!r} is not a positive number")
    if adjustment not in ("multiplicative", "additive", "none"):
        raise ParameterError(f"adjustment {adjustment!r} is none of multiplicative, additive, none")
    summed = sums(rows, [unit], outcome, exposure)
    findings = (*summed.findings, *few_units(len(summed.table)))
    units = summed.table.assign(label=labels(rows, unit, label, summed.table[unit]))
    fatal = withheld(findings)
    total = float(units["exposure"].sum(skipna=False))
    if fatal:
        units[["observed", "exposure"]] = np.nan
    pooled = float(units["observed"].sum() / total) if not fatal else float("nan")
    middle = pooled if centre is None or fatal else float(centre)
    spread = _spread(units["observed"].to_numpy(), middle * units["exposure"].to_numpy(), adjustment)
    estimates = _estimates(units, unit, middle, spread)
    return Funnel(
        name=f"funnel-{outcome}-{exposure}",
        title=_("Các đơn vị so với giới hạn của biểu đồ phễu"),
        estimates=estimates,
        specification=_specification(outcome, exposure, middle, adjustment),
        n=summed.rows,
        exposure=total,
        exposure_unit=UNITS.get(exposure, "persons"),
        covariance="exact",
        dispersion=spread.drawn_in,
        dropped=(*dropped, *summed.dropped),
        findings=findings,
        centre=middle,
        raw_dispersion=spread.raw,
        adjustment=adjustment,
        inflation=spread.inflation,
        between=spread.between,
        curve=_curve(estimates["exposure"].to_numpy(), middle, spread),
        outside=_counts(estimates),
    )


@dataclass(frozen=True, slots=True)
class _Spread:
    raw: float
    drawn_in: float
    inflation: float
    between: float

    @property
    def widens(self) -> bool:
        return self.inflation > 1 or self.between > 0


def _spread(observed: Floats, expected: Floats, adjustment: str) -> _Spread:
    """Return the dispersion of the z-scores, and how far it widens the limits."""
    z = 2 * (np.sqrt(observed) - np.sqrt(expected))
    if not len(z) or np.isnan(z).any():
        return _Spread(*(float("nan"),) * 4)
    ends = np.quantile(z, [_TAIL, 1 - _TAIL], method="linear")
    raw, drawn_in = float((z**2).mean()), float((np.clip(z, *ends) ** 2).mean())
    inflation, between = 1.0, 0.0
    if adjustment == "multiplicative" and drawn_in > 1 + 2 * np.sqrt(2 / len(z)):
        inflation = drawn_in
    if adjustment == "additive":
        weights = 4 * expected
        scale = weights.sum() - (weights**2).sum() / weights.sum()
        between = float(np.sqrt(max(len(z) * drawn_in - (len(z) - 1), 0.0) / scale))
    return _Spread(raw, drawn_in, inflation, between)


def _limits(expected: Floats, centre: float, spread: _Spread) -> dict[str, Floats]:
    """Return the limits of the ratio of admitted to exposure, by the names of their columns."""
    found: dict[str, Floats] = {}
    for name, level in LEVELS.items():
        narrow = funnel_limits(expected, level) if len(expected) else (expected, expected)
        reach = stats.norm.ppf((1 + level) / 2) * np.sqrt(
            spread.inflation / (4 * expected) + spread.between**2
        )
        wide = (np.maximum(1 - reach, 0) ** 2, (1 + reach) ** 2) if spread.widens else narrow
        for side, plain_limit, wide_limit in zip(("low", "high"), narrow, wide, strict=True):
            found[f"{side}_{name}"] = centre * plain_limit
            found[f"wide_{side}_{name}"] = centre * wide_limit
    return found


def _estimates(units: pd.DataFrame, unit: str, centre: float, spread: _Spread) -> pd.DataFrame:
    observed, exposure = (units[name].to_numpy(dtype=float) for name in ("observed", "exposure"))
    expected = centre * exposure
    low, high = poisson_limits(observed)
    table = with_limits(
        units[unit].tolist(),
        observed / exposure,
        (low / exposure, high / exposure),
        np.sqrt(observed) / exposure,
    ).assign(
        label=units["label"].to_numpy(),
        observed=observed,
        exposure=exposure,
        expected=expected,
        z=2 * (np.sqrt(observed) - np.sqrt(expected)),
        **_limits(expected, centre, spread),
    )
    return table.assign(outside=_outside(table, ""), outside_wide=_outside(table, "wide_"))


def _outside(table: pd.DataFrame, prefix: str) -> npt.NDArray[np.str_]:
    """Return which limits each ratio lies beyond, the outermost first; empty within all."""
    ratio = table["response"]
    names = sorted(LEVELS, key=LEVELS.__getitem__, reverse=True)
    above = [(ratio > table[f"{prefix}high_{name}"], f"above_{name}") for name in names]
    below = [(ratio < table[f"{prefix}low_{name}"], f"below_{name}") for name in names]
    conditions, codes = zip(*above, *below, strict=True)
    return np.select(conditions, codes, "")


def _specification(outcome: str, exposure: str, centre: float, adjustment: str) -> str:
    wider = {
        "multiplicative": _("giới hạn nới theo phép nhân"),
        "additive": _("giới hạn nới theo phép cộng"),
        "none": _("giới hạn không nới"),
    }[adjustment]
    words = _("{outcome} ~ Poisson({exposure} × {centre}); {wider}")
    shown = plain(centre, 4) if np.isfinite(centre) else "c"
    return words.format(outcome=outcome, exposure=exposure, centre=shown, wider=wider)


def _counts(table: pd.DataFrame) -> pd.DataFrame:
    known = len(table) > 0 and bool(table["expected"].notna().all())
    records = []
    for level in LEVELS.values():
        within = [f"_{name}" for name, other in LEVELS.items() if other >= level]
        for side in ("above", "below"):
            codes = [side + name for name in within]
            before, after = (int(table[column].isin(codes).sum()) for column in ("outside", "outside_wide"))
            chance = len(table) * (1 - level) / 2
            records.append({"level": level, "side": side, "chance": chance, "before": before, "after": after})
    counts = pd.DataFrame.from_records(records)
    return counts if known else counts.assign(before=np.nan, after=np.nan)


def _curve(exposure: Floats, centre: float, spread: _Spread) -> pd.DataFrame:
    if not len(exposure) or np.isnan(exposure).any():
        grid = np.empty(0)
    else:
        grid = np.geomspace(exposure.min(), exposure.max(), _POINTS)
    return pd.DataFrame(
        {"exposure": grid, "expected": centre * grid, **_limits(centre * grid, centre, spread)}
    )


def _place(code: str) -> str:
    return {
        "above_998": _("trên 99,8%"),
        "above_95": _("trên 95%"),
        "below_95": _("dưới 95%"),
        "below_998": _("dưới 99,8%"),
    }.get(code, "")
