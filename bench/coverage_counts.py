"""Studies of the count models: ratios, differences and rates, with and without effects of units."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.models.counts.cluster_bootstrap import bootstrap_clusters
from analysis.models.counts.fit import fit_counts
from analysis.models.counts.margins import average_marginal_effects
from analysis.models.counts.random_intercept import fit_random_intercept
from analysis.models.zeros.hurdle import hurdle
from analysis.models.zeros.zero_inflated import zero_inflated
from analysis.simulate.parts import Design
from analysis.simulate.truth import Truth
from bench.coverage_registers import AGES, EVEN, MEN, OF_AGES, PER_1000, WARDS, cells, stated, unit_years
from bench.coverage_tally import WITHHELD, Quantity, Reading, Study, of_row, read

FORMULA = "age_band + sex + locality"
SEX, LOCALITY = "sex[T.male]", "locality[T.ward]"
UNIT_SD = 0.3
PHI, ALPHA = 2.0, 0.2
NEVER = 0.2
WARDS_OF_ZEROS = 0.6

ALIKE = stated(30, 10, members=12_000, years=(2021, 2023), rates=OF_AGES)
UNLIKE = stated(30, 30, members=12_000, years=(2021, 2023), rates=OF_AGES, unit_sd=UNIT_SD)
FEW = stated(6, 6, members=6_000, years=(2021, 2023), rates=EVEN | {"sex": {"female": 1.3}}, unit_sd=UNIT_SD)
TOTALS = stated(50, 50, members=17_000, years=(2023, 2023), rates=EVEN)
OF_ZEROS = Truth.stated(
    province="Điện Biên",
    units=200,
    members=16_000,
    years=(2023, 2023),
    unit_sd=0.0,
    rates=EVEN | {"locality": {"ward": WARDS_OF_ZEROS}},
    design=Design(
        locality={"commune": 0.5, "ward": 0.5}, not_communes=0, founded_late=0, structural_zeros=NEVER
    ),
)
WOMEN = pd.DataFrame({"age_band": ["age_18_30"], "sex": ["female"], "locality": ["commune"]})
RATE_OF_WOMEN = PER_1000 * AGES["age_18_30"] * 1.3


def poisson(rng: np.random.Generator) -> Mapping[str, Reading]:
    """Return what Poisson regression says of a register without effects of units."""
    rows = cells(ALIKE, rng)
    fit = fit_counts(rows, FORMULA)
    if fit.withheld:
        return dict.fromkeys(POISSON.quantities, WITHHELD)
    expected = fit.predict_rate(1000, rows=WOMEN, exposure="members").estimates.iloc[0]
    # The rate of women, at whose sex the effect is 1.3, in every row
    women = rows["expected"] * np.where(rows["sex"] == "male", 1.3, 1.0)
    difference = 1000 * float(women.sum()) * (MEN - 1) / float(rows["members"].sum())
    return {
        "sex": read(fit, SEX, np.log(MEN)),
        "locality": read(fit, LOCALITY, np.log(WARDS)),
        "difference": read(average_marginal_effects(fit, ["sex"]), SEX, difference),
        "rate": of_row(expected, np.log(RATE_OF_WOMEN)),
    }


def clustered(rng: np.random.Generator) -> Mapping[str, Reading]:
    """Return what clustered errors and a random intercept say of a register of sixty units that differ."""
    rows = cells(UNLIKE, rng)
    fit = fit_counts(rows, FORMULA, cluster="unit_id")
    mixed = fit_random_intercept(rows, FORMULA)
    spread = Reading(UNIT_SD, mixed.sd, mixed.sd_error, mixed.sd_low, mixed.sd_high)
    return {
        "sex": read(fit, SEX, np.log(MEN)),
        "locality": read(fit, LOCALITY, np.log(WARDS)),
        "mixed_sex": read(mixed, SEX, np.log(MEN)),
        "mixed_locality": read(mixed, LOCALITY, np.log(WARDS)),
        "sd": spread,
    }


def few_clusters(rng: np.random.Generator) -> Mapping[str, Reading]:
    """Return what the score bootstrap and clustered errors say of a register of twelve units."""
    rows = cells(FEW, rng)
    fit = fit_counts(rows, "sex + locality", cluster="unit_id")
    drawn = bootstrap_clusters(fit, [SEX, LOCALITY], draws=1999, seed=int(rng.integers(2**32)))
    return {
        "sex": read(drawn, SEX, np.log(MEN)),
        "locality": read(drawn, LOCALITY, np.log(WARDS)),
        "cr1_sex": read(fit, SEX, np.log(MEN)),
        "cr1_locality": read(fit, LOCALITY, np.log(WARDS)),
    }


def overdispersed(rng: np.random.Generator) -> Mapping[str, Reading]:
    """Return what quasi-Poisson and NB2 say of counts with the variance that each takes."""
    rows = unit_years(TOTALS, rng)
    mean = rows["expected"].to_numpy()
    wide = rows.assign(admitted=rng.negative_binomial(mean / (PHI - 1), 1 / PHI))
    wider = rows.assign(admitted=rng.negative_binomial(1 / ALPHA, 1 / (1 + ALPHA * mean)))
    return {
        "quasi": read(fit_counts(wide, "locality", family="quasi_poisson"), LOCALITY, np.log(WARDS)),
        "nb2": read(fit_counts(wider, "locality", family="nb2"), LOCALITY, np.log(WARDS)),
    }


def zeros(rng: np.random.Generator) -> Mapping[str, Reading]:
    """Return what the models of zeros say of units some of which could admit nobody, which they are not told."""
    drawn = unit_years(OF_ZEROS, rng)
    fit = zero_inflated(drawn, "locality", exposure="members", cluster=None)
    # Poisson throughout: the hurdle model holds it as the case of equal coefficients
    plain = drawn.loc[drawn["expected"] > 0]
    passed = hurdle(
        plain, "locality", exposure="members", zero="poisson", zero_exposure="members", cluster=None
    )
    ratio = np.log(WARDS_OF_ZEROS)
    return {
        "zip": read(fit, f"count_{LOCALITY}", ratio),
        "never": read(fit, "zero_Intercept", np.log(NEVER / (1 - NEVER))),
        "hurdle": read(passed, f"count_{LOCALITY}", ratio),
        "passing": read(passed, f"zero_{LOCALITY}", ratio),
    }


_MEN, _WARDS = (f"log {ratio:.4g} = {np.log(ratio):.3f}" for ratio in (MEN, WARDS))
_FEWER = f"log {WARDS_OF_ZEROS:.4g} = {np.log(WARDS_OF_ZEROS):.3f}"
_OF_MEN, _OF_WARDS = "rate of men over that of women, log", "rate of wards over that of communes, log"
_UNLIKE = "units of unlike size: the few large ones count for more than CR1's factor allows for"
_TWELVE = "twelve clusters are too few for the normal theory of clustered errors, whence the bootstrap"

POISSON = Study(
    "poisson",
    "40 units alike (10 wards), 3 years, 12,000 members by age band and sex, about 1,000 admissions",
    {
        "sex": Quantity("Poisson, model errors", _OF_MEN, _MEN),
        "locality": Quantity("Poisson, model errors", _OF_WARDS, _WARDS),
        "difference": Quantity(
            "average marginal effect, delta method", "men less women, per 1,000 members", "drawn anew"
        ),
        "rate": Quantity(
            "predicted rate",
            "women of 18-30 in communes per 1,000, log",
            f"log {RATE_OF_WOMEN:.4g} = {np.log(RATE_OF_WOMEN):.3f}",
        ),
    },
    poisson,
)
STUDIES = (
    POISSON,
    Study(
        "clustered",
        f"60 units (30 wards) with normal effects of sd {UNIT_SD} on the log scale, 3 years, 12,000 members",
        {
            "sex": Quantity("Poisson, CR1 by unit, t(59)", _OF_MEN, _MEN, _UNLIKE),
            "locality": Quantity("Poisson, CR1 by unit, t(59)", _OF_WARDS, _WARDS, _UNLIKE),
            "mixed_sex": Quantity("random intercept", _OF_MEN, _MEN),
            "mixed_locality": Quantity("random intercept", _OF_WARDS, _WARDS),
            "sd": Quantity(
                "random intercept, profile likelihood", "sd of the units' effects", f"{UNIT_SD:g}"
            ),
        },
        clustered,
    ),
    Study(
        "few clusters",
        f"12 units (6 wards) with normal effects of sd {UNIT_SD}, 3 years, 6,000 members, rates alike at all ages",
        {
            "sex": Quantity("score bootstrap, 1,999 draws", _OF_MEN, _MEN),
            "locality": Quantity("score bootstrap, 1,999 draws", _OF_WARDS, _WARDS),
            "cr1_sex": Quantity("Poisson, CR1 by unit, t(11)", _OF_MEN, _MEN, _TWELVE),
            "cr1_locality": Quantity("Poisson, CR1 by unit, t(11)", _OF_WARDS, _WARDS, _TWELVE),
        },
        few_clusters,
    ),
    Study(
        "overdispersed",
        f"100 units (50 wards) of 170 members, one year; variance {PHI:g} × mean, and mean + {ALPHA:g} × mean²",
        {
            "quasi": Quantity("quasi-Poisson, t(98)", _OF_WARDS, _WARDS),
            "nb2": Quantity("NB2, model errors", _OF_WARDS, _WARDS),
        },
        overdispersed,
    ),
    Study(
        "zeros",
        f"200 units of 80 members, one year; each with the chance {NEVER:g} of being unable to admit anybody",
        {
            "zip": Quantity("zero-inflated Poisson, count", _OF_WARDS, _FEWER),
            "never": Quantity(
                "zero-inflated Poisson, zeros",
                "odds of being always zero, log",
                f"log {NEVER / (1 - NEVER):.4g} = {np.log(NEVER / (1 - NEVER)):.3f}",
            ),
            "hurdle": Quantity("hurdle, count", _OF_WARDS, _FEWER),
            "passing": Quantity("hurdle, passing it (log-log)", _OF_WARDS, _FEWER),
        },
        zeros,
    ),
)
