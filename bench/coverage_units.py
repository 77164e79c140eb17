"""Studies of small units, standardised and decomposed rates, and the ratchet."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from analysis.models.small_units.shrinkage import SmallUnits, shrink
from analysis.models.standardisation.decomposition import decompose_rates
from analysis.models.standardisation.standard import Standard, standard_of
from analysis.models.standardisation.standardise import standardise_direct, standardise_indirect
from analysis.models.targets.ratchet import Ratchet, fit_ratchet
from analysis.simulate.parts import BANDS, Members, Targets
from analysis.simulate.truth import Truth
from bench.coverage_counts import ALIKE
from bench.coverage_registers import AGES, EVEN, OF_AGES, PER_1000, WARDS, cells, stated, unit_years
from bench.coverage_tally import WITHHELD, Quantity, Reading, Study, read

STRATA = ["age_band", "sex"]
SHAPE = 8.0
UNIT_SD = 0.35

SIXTY = stated(60, 0, members=12_000, years=(2023, 2023), rates=EVEN)
MANY = stated(400, 0, members=80_000, years=(2023, 2023), rates=EVEN)
NORMAL = stated(60, 0, members=12_000, years=(2023, 2023), rates=EVEN, unit_sd=UNIT_SD)
SMALL = stated(24, 6, members=4_000, years=(2023, 2023), rates=OF_AGES)
A_UNIT, YEARS = 1_300, range(2018, 2024)
RULE = Targets(raised=0.5, cut=0.2)
EFFECTS, NOISE = 0.2, 0.1


def shrunken(rng: np.random.Generator) -> Mapping[str, Reading]:
    """Return how many units' own rates are in their intervals, effects being gamma, and normal on the log scale."""
    return {
        "gamma": _of_units(_gamma(SIXTY, rng)),
        "many": _of_units(_gamma(MANY, rng)),
        "normal": _of_units(unit_years(NORMAL, rng)),
    }


def _gamma(truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    rows = unit_years(truth, rng)
    own = rows["expected"] * rng.gamma(SHAPE, 1 / SHAPE, len(rows))
    return rows.assign(admitted=rng.poisson(own), expected=own)


def _of_units(rows: pd.DataFrame) -> Reading:
    found: SmallUnits = shrink(rows, exposure="members")
    if found.withheld:
        return WITHHELD
    table = found.estimates.set_index("term").loc[rows["unit_id"]]
    truth = (rows["expected"] / rows["members"]).to_numpy(dtype=float)
    return Reading(truth, *(table[name].to_numpy() for name in ("estimate", "std_error", "low", "high")))


@cache
def standard() -> Standard:
    """Return a standard of ten million members composed as the registers' are at first, its rates those of communes."""
    parts = Members()
    rows = pd.DataFrame(
        [
            (band, sex, 1e7 * parts.age[band] * share, 1e-3 * PER_1000 * AGES.get(band, 1.0) * effect)
            for band in BANDS[:-1]
            for sex, share, effect in (("female", parts.female, 1.3), ("male", 1 - parts.female, 1.0))
        ],
        columns=[*STRATA, "members", "rate"],
    )
    rows["members"] = rows["members"].round()
    return standard_of("", rows.assign(admitted=(rows["members"] * rows["rate"]).round()), STRATA)


def standardised(rng: np.random.Generator) -> Mapping[str, Reading]:
    """Return what standardisation says of 24 communes and of 6 wards with few admissions."""
    rows = cells(SMALL, rng)
    asked = {"by": "locality", "strata": STRATA, "standard": standard()}
    direct, indirect = standardise_direct(rows, **asked), standardise_indirect(rows, **asked)
    rate = 100 * standard().rate
    return {
        "communes": read(direct, "commune", rate),
        "wards": read(direct, "ward", WARDS * rate),
        "ratio_communes": read(indirect, "commune", 0.0),
        "ratio_wards": read(indirect, "ward", np.log(WARDS)),
    }


def decomposed(rng: np.random.Generator) -> Mapping[str, Reading]:
    """Return what Kitagawa's parts say of the difference between wards and communes."""
    rows = cells(ALIKE, rng)
    found = decompose_rates(rows, between="locality", first="commune", second="ward", factors=STRATA)
    sums = rows.pivot_table(
        index=STRATA, columns="locality", values=["members", "expected"], aggfunc="sum", fill_value=0
    )
    shares = sums["members"] / sums["members"].sum()
    rates = 100 * sums["expected"] / sums["members"]
    parts = {
        "rates": shares.mean(axis=1) * (rates["ward"] - rates["commune"]),
        "composition": rates.mean(axis=1) * (shares["ward"] - shares["commune"]),
    }
    return {name: read(found, name, float(part.sum())) for name, part in parts.items()}


def ratchet(rng: np.random.Generator) -> Mapping[str, Reading]:
    """Return what the model of the ratchet says of sixty units, by a rule of its own form and by the simulator's."""
    straight, rule = fit_ratchet(_straight(rng)), _by_rule(60, rng)
    return {
        "over": read(straight, "over", RULE.raised),
        "under": read(straight, "under", -RULE.cut),
        "rule_over": read(rule, "over", slopes()["over"]),
        "rule_under": read(rule, "under", slopes()["under"]),
    }


def _straight(rng: np.random.Generator) -> pd.DataFrame:
    """Return unit-years whose targets follow the straight line of the model, with noise, rounded."""
    first = unit_years(stated(60, 0, members=60 * A_UNIT, years=(YEARS[0], YEARS[0]), rates=EVEN), rng)
    target, effect = first["target"].to_numpy(), np.exp(rng.normal(0, EFFECTS, len(first)))
    parts = []
    for year in YEARS:
        admitted = rng.poisson(target * effect)
        parts.append(
            pd.DataFrame({"unit_id": first["unit_id"], "target": target, "admitted": admitted}).assign(
                year=year
            )
        )
        over, under = np.maximum(admitted / target - 1, 0), np.maximum(1 - admitted / target, 0)
        change = RULE.raised * over - RULE.cut * under + rng.normal(0, NOISE, len(first))
        target = np.maximum(1, np.rint(target * np.exp(change))).astype(np.int64)
    return pd.concat(parts, ignore_index=True)


def _by_rule(units: int, rng: np.random.Generator) -> Ratchet:
    years = (YEARS[0], YEARS[-1])
    truth = stated(units, 0, members=units * 300, years=years, rates=EVEN, unit_sd=EFFECTS, targets=RULE)
    return fit_ratchet(unit_years(truth, rng))


@cache
def slopes() -> Mapping[str, float]:
    """Return the slopes of least squares in 10,000 units under the simulator's rule, which stand for those of all.

    The rule is not linear in the logarithm of the target, and its targets are whole and small, so that the
    slopes of the straight line are not the rule's own numbers.
    """
    fits = [_by_rule(2_000, np.random.default_rng(seed)) for seed in range(5)]
    return {term: float(np.mean([fit.at(term)["estimate"] for fit in fits])) for term in ("over", "under")}


_RATES = "rates of all units, average coverage"
_EXACT = "gamma intervals of Fay and Feuer cover 95% at least, and more the fewer admissions carry the rate"
_KNOWN = "the intervals take the mean and the spread of the units as known; both are estimated, from few units here"
_DISCRETE = "exact limits of a Poisson count cover 95% at least, and more the smaller the count"
_RATCHET, _LARGE = "ratchet, CR2 by unit", "least squares in 10,000 units"
_CURVED = (
    "the rule is no straight line, least of all where targets are small whole numbers, and the small units that bend "
    "most carry the slope"
)

STUDIES = (
    Study(
        "small units",
        "60 or 400 units of 200 members, one year; effects of units gamma of mean 1, or normal on the log scale",
        {
            "gamma": Quantity(
                "empirical Bayes, 60 units", _RATES, f"drawn anew (gamma, shape {SHAPE:g})", _KNOWN
            ),
            "many": Quantity(
                "empirical Bayes, 400 units", _RATES, f"drawn anew (gamma, shape {SHAPE:g})", _KNOWN
            ),
            "normal": Quantity(
                "empirical Bayes, 60 units", _RATES, f"drawn anew (normal, sd {UNIT_SD:g})", _KNOWN
            ),
        },
        shrunken,
    ),
    Study(
        "standardised",
        "24 communes and 6 wards, 4,000 members, one year: about 70 admissions in communes and 14 in wards",
        {
            "communes": Quantity(
                "direct, gamma interval",
                "communes, % a year",
                f"{100 * standard().rate:.3f}",
                _EXACT,
            ),
            "wards": Quantity(
                "direct, gamma interval", "wards, % a year", f"{100 * WARDS * standard().rate:.3f}", _EXACT
            ),
            "ratio_communes": Quantity(
                "indirect, exact limits", "communes to the standard, log", "log 1 = 0", _DISCRETE
            ),
            "ratio_wards": Quantity(
                "indirect, exact limits",
                "wards to the standard, log",
                f"log {WARDS:g} = {np.log(WARDS):.3f}",
                _DISCRETE,
            ),
        },
        standardised,
    ),
    Study(
        "decomposed",
        "as for Poisson",
        {
            "rates": Quantity("Kitagawa", "part of the rates, wards less communes", "drawn anew"),
            "composition": Quantity("Kitagawa", "part of the composition, wards less communes", "drawn anew"),
        },
        decomposed,
    ),
    Study(
        "ratchet",
        f"60 units, {len(YEARS)} years; targets of about 40 that follow the model's straight line with noise of sd {NOISE:g}, "
        f"and targets of about 9 by the simulator's rule, an overshoot raising the next by {RULE.raised:g} of it, a "
        f"shortfall lowering it by {RULE.cut:g}",
        {
            "over": Quantity(_RATCHET, "slope on the overshoot", f"{RULE.raised:g}"),
            "under": Quantity(_RATCHET, "slope on the shortfall", f"{-RULE.cut:g}"),
            "rule_over": Quantity(f"{_RATCHET}, by rule", "slope on the overshoot", _LARGE, _CURVED),
            "rule_under": Quantity(f"{_RATCHET}, by rule", "slope on the shortfall", _LARGE, _CURVED),
        },
        ratchet,
    ),
)
