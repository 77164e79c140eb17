"""Sound rows for every family of models; a case of the gate breaks one thing in them."""

from __future__ import annotations

from datetime import date
from typing import Any

import made
import numpy as np
import pandas as pd

from analysis.models.published.selection import best_attainment
from analysis.models.reform.count_series import written

UNTIL = date(2022, 12, 31)
"""Day to which the registers of :func:`probation` tell."""

CHANGE = date(2025, 7, 1)

TRUE_RATE = 0.08
"""Admissions a member and year of women aged 18 to 30 in communes, in :func:`cells`."""

TRUE_RATIO = 0.75
"""Of men to women, in :func:`cells`."""


def cells(units: int = 18, years: int = 3, seed: int = 11, **changes: Any) -> pd.DataFrame:
    """Return Poisson counts by unit, year, age band and sex, a third of the units in each locality."""
    grid = pd.MultiIndex.from_product(
        [
            [f"u{place:02d}" for place in range(units)],
            range(2018, 2018 + years),
            ["age_18_30", "age_31_35"],
            ["female", "male"],
        ],
        names=["unit_id", "year", "age_band", "sex"],
    ).to_frame(index=False)
    random = np.random.default_rng(seed)
    members = random.integers(40, 160, len(grid))
    ratio = np.where(grid["sex"] == "male", TRUE_RATIO, 1.0)
    ratio = ratio * np.where(grid["age_band"] == "age_31_35", 0.6, 1.0)
    place = grid["unit_id"].str[1:].astype(int) % 3
    rows = grid.assign(
        locality=np.array(["commune", "township", "ward"])[place],
        members=members,
        admitted=random.poisson(members * TRUE_RATE * ratio),
    )
    return rows.assign(**changes)


def units(count: int = 30, spread: float = 0.5, seed: int = 5, **changes: Any) -> pd.DataFrame:
    """Return units whose rates differ by chance and, on the log scale, by ``spread``."""
    random = np.random.default_rng(seed)
    target = random.integers(5, 40, count)
    rates = np.exp(spread * random.standard_normal(count) - spread**2 / 2)
    rows = pd.DataFrame(
        {
            "unit_id": [f"u{place:02d}" for place in range(count)],
            "target": target,
            "admitted": random.poisson(target * rates),
        }
    )
    return rows.assign(**changes)


def unit_years(count: int = 24, years: int = 6, seed: int = 7, **changes: Any) -> pd.DataFrame:
    """Return units by year, with targets that go with the year before, members and eligible people."""
    random = np.random.default_rng(seed)
    records = []
    for place in range(count):
        target = int(random.integers(4, 14))
        for year in range(2016, 2016 + years):
            admitted = int(random.negative_binomial(20, 20 / (20 + 1.05 * target)))
            records.append((f"u{place:02d}", year, target, admitted))
            target = max(2, round(target * (1 + 0.4 * (admitted / target - 1)) + random.normal(0, 0.8)))
    rows = pd.DataFrame.from_records(records, columns=["unit_id", "year", "target", "admitted"])
    place = rows["unit_id"].str[1:].astype(int) % 2
    rows = rows.assign(
        locality=np.array(["commune", "township"])[place],
        level="commune",
        members=rows["target"] * 12 + 20,
        eligible=rows["target"] * 3 + 5,
    )
    return rows.assign(**changes)


def with_zeros(count: int = 30, years: int = 6, share: float = 0.35, **changes: Any) -> pd.DataFrame:
    """Return units by year of which a share could admit nobody, beyond the zeros of Poisson counts."""
    random = np.random.default_rng(3)
    rows = pd.DataFrame(
        {
            "unit_id": np.repeat([f"u{place:02d}" for place in range(count)], years),
            "year": np.tile(range(2016, 2016 + years), count),
            "members": random.integers(30, 90, count * years),
        }
    )
    place = rows["unit_id"].str[1:].astype(int) % 2
    admitted = random.poisson(rows["members"] * 0.05) * (random.random(len(rows)) >= share)
    return rows.assign(locality=np.array(["commune", "township"])[place], admitted=admitted).assign(**changes)


def waits(count: int = 160, seed: int = 9, **changes: Any) -> pd.DataFrame:
    """Return people who wait: exponential times, men's hazard 1.6 times that of women, a fifth seen waiting."""
    random = np.random.default_rng(seed)
    sex = np.array(["female", "male"])[np.arange(count) % 2]
    days = np.ceil(random.exponential(90 / np.where(sex == "male", 1.6, 1.0)))
    watched = np.ceil(random.uniform(60, 400, count))
    rows = pd.DataFrame(
        {
            "days": np.minimum(days, watched),
            "recognised": (days <= watched).astype(int),
            "sex": sex,
            "locality": np.array(["commune", "township", "ward"])[np.arange(count) // 2 % 3],
            "unit_id": [f"u{place:02d}" for place in np.arange(count) // 2 % 16],
        }
    )
    rows["cause"] = np.where(
        rows["recognised"] == 1, np.where(np.arange(count) % 9, "recognised", "struck_off"), ""
    )
    return rows.assign(**changes)


def probation(count: int = 60, **changes: Any) -> pd.DataFrame:
    """Return the table ``admissions`` of people admitted in 2019, most recognised after their twelve months."""
    place = np.arange(count)
    days = pd.array(366 + place * 7 % 120, dtype="Int64")
    waiting = place % 6 == 5
    rows = pd.DataFrame(
        {
            "synthetic": False,
            "admitted": pd.Categorical([f"2019-{1 + step % 12:02d}" for step in place]),
            "file": "register.csv",
            "was_recognised": pd.array(~waiting, dtype="boolean"),
            "days_to_recognition": pd.array(np.where(waiting, pd.NA, days), dtype="Int64"),
            "recognised_early": pd.array(np.where(waiting, pd.NA, False), dtype="boolean"),
            "has_left": pd.array([False] * count, dtype="boolean"),
            "days_to_exit": pd.array([pd.NA] * count, dtype="Int64"),
            "exit": "",
            "unit_id": [f"u{step % 7}" for step in place],
            "sex": np.array(["female", "male"])[place // 2 % 2],
            "age_band": "age_18_30",
        }
    )
    return rows.assign(**changes)


def months(
    change: str = "2025-07", count: int = 60, mean: float = 60.0, jump: float = 1.5, **changes: Any
) -> pd.DataFrame:
    """Return months from January 2022 on, with waves of the year and a jump of the level at one of them."""
    places = np.arange(12 * 2022, 12 * 2022 + count)
    periods = [written(int(place), "month") for place in places]
    level = (
        mean * np.exp(0.3 * np.sin(2 * np.pi * places / 12)) * np.where(np.array(periods) >= change, jump, 1)
    )
    counts = np.random.default_rng(1).poisson(level)
    return pd.DataFrame({"period": periods, "admitted": counts, "exposure": 1000.0}).assign(**changes)


def monthly_admissions(years: range, *, last_month: int, a_month: int = 6) -> pd.DataFrame:
    """Return admissions of whole years and of the months so far of the last one, more in each later quarter."""
    dates = [
        f"{year}-{month:02d}"
        for year in years
        for month in range(1, 13 if year != years[-1] else last_month + 1)
        for _ in range(a_month + (month + year) % 3 + (month - 1) // 3)
    ]
    return pd.DataFrame({"admitted": pd.Categorical(dates)})


def percents(*values: float, decimals: int = 0) -> pd.DataFrame:
    """Return published attainments, printed as percents."""
    printed = {"attainment_printed_qualifier": "exact", "attainment_decimals": decimals}
    records = [
        {"attainment_printed": value, "unit_id": f"u{at}"} | printed for at, value in enumerate(values)
    ]
    return best_attainment(made.rows("unit_periods", *records))


def printed_stages(**counts: Any) -> pd.DataFrame:
    """Return figures of one source, unit and year: stage → persons."""
    return made.rows("figures", *[{"measure": name, "value": value} for name, value in counts.items()])
