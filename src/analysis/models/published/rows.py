"""Which published results a model may stand on, and the factors that it divides them by."""

from __future__ import annotations

import pandas as pd

from analysis.models.intervals import poisson_limits
from analysis.vocab import codes, region, table

YEAR_GROUPS = ((0, 2014), (2015, 2019), (2020, 9999))
"""Terms of the Party congresses, as far as whole calendar years go."""


def against_target(unit_periods: pd.DataFrame, *, part_years: bool) -> pd.DataFrame:
    """Return the results that can be set against a target, a row each.

    Parameters
    ----------
    unit_periods : DataFrame
        Processed table.
    part_years : bool
        Whether results of a part of a year are taken too, against the elapsed share of the
        year's target; their cut-off is printed, or is the day of publication.

    Returns
    -------
    DataFrame
        Rows with ``target``, ``target_low``, ``target_high`` (persons; of the elapsed part where
        the result is of a part), and the factors ``level``, ``years``, ``region`` and ``cluster``
        (the province). Contradicted counts, qualified
        counts and targets, and years printed before their end are left out; of a unit's results within a
        year, each of which contains the one before, the last is taken.
    """
    sound = unit_periods.loc[
        unit_periods["admitted"].notna()
        & unit_periods["admitted_qualifier"].eq("exact")
        & (unit_periods["target_low"] > 0)
        & unit_periods["target_qualifier"].eq("exact")
        & unit_periods["conflict"].eq("")
    ]
    whole = sound["period_type"].eq("year") & ~sound["printed_before_end"].fillna(False)
    part = sound["elapsed_share"].notna() & sound["target_scope"].isin(["whole_year", "each_year"])
    rows = sound.loc[whole | part] if part_years else sound.loc[whole]
    rows = rows.sort_values(["unit_id", "period_start", "period_end"])
    rows = rows.drop_duplicates(["unit_id", "period_start"], keep="last")
    share = rows["elapsed_share"].astype("Float64").fillna(1.0)
    low, high = rows["target_low"] * share, rows["target_high"] * share
    places = zip(rows["province_vintage"], rows["province_code"], strict=True)
    regions = [*(row["code"] for row in table("regions")), ""]
    return rows.assign(
        target_low=low,
        target_high=high,
        target=(low + high) / 2,
        level=pd.Categorical(rows["level"], codes("level")),
        years=pd.Categorical(
            [_years(end.year) for end in rows["period_end"]], [_years(last) for _, last in YEAR_GROUPS]
        ),
        region=pd.Categorical([region(*place) or "" for place in places], regions),
        cluster=rows["province_vintage"] + "-" + rows["province_code"],
        everything="all",
    )


def without_nested(rows: pd.DataFrame) -> pd.DataFrame:
    """Return results in which nobody is counted twice, for pooling across levels.

    A district's result of a year is part of its province's, a commune's of its district's: where
    the larger unit's result of that year is among the rows, the smaller one's is left out.

    Parameters
    ----------
    rows : DataFrame
        Of :func:`against_target`.
    """
    keys = list(
        zip(rows["province_vintage"], rows["province_code"], rows["period_start"].dt.year, strict=True)
    )
    levels, units = rows["level"].astype("str"), rows["unit"]
    wholes = {key for key, level in zip(keys, levels, strict=True) if level == "province"}
    districts = {
        (*key, unit) for key, level, unit in zip(keys, levels, units, strict=True) if level == "district"
    }
    kept = [
        (level == "province" or key not in wholes) and (*key, district) not in districts
        for key, level, district in zip(keys, levels, rows["district"], strict=True)
    ]
    return rows.loc[kept]


def _years(year: int) -> str:
    for first, last in YEAR_GROUPS:
        if first <= year <= last:
            return f"–{last}" if first == 0 else f"{first}–" if last == 9999 else f"{first}–{last}"
    raise ValueError(year)


def yearly_rates(unit_periods: pd.DataFrame) -> pd.DataFrame:
    """Return admission rates a year, one row a rate and its denominator.

    Rates of calendar years, printed and computed over the stock at the start or the end; yearly
    means of terms and several years, printed as such or computed over periods of a year or more.
    Rates of a part of a year are no yearly rates and are left out.

    Returns
    -------
    DataFrame
        Unit and period columns with ``rate`` (per 100 members a year), ``rate_low``,
        ``rate_high`` (exact Poisson limits, 95%; missing for printed ones), ``rate_basis``
        (``printed`` or ``computed``), ``rate_denominator`` (a denominator code), ``members_used``
        and ``members_date``, ``rate_qualifier``, ``rate_places``.
    """
    records = []
    yearly = unit_periods["period_type"].isin(["year", "term", "multi_year"])
    for _, row in unit_periods.loc[yearly].iterrows():
        unit = row.to_dict()
        a_year = row["period_type"] == "year" or row["rate_span"] == "each_year"
        if pd.notna(row["rate_printed"]) and a_year:
            records.append(unit | _printed_rate(row))
        if pd.notna(row["admitted"]) and row["span"] == "whole_period":
            records += [unit | rate for rate in _computed_rates(row)]
    columns = [*unit_periods.columns, "rate", "rate_low", "rate_high", "rate_basis"]
    columns += ["rate_denominator", "members_used", "members_date", "rate_qualifier", "rate_places"]
    return pd.DataFrame.from_records(records, columns=columns)


def _printed_rate(row: pd.Series) -> dict[str, object]:
    return {
        "rate": row["rate_printed"],
        "rate_low": None,
        "rate_high": None,
        "rate_basis": "printed",
        "rate_denominator": row["denominator"],
        "members_used": None,
        "members_date": None,
        "rate_qualifier": row["rate_printed_qualifier"],
        "rate_places": row["rate_decimals"],
    }


def _computed_rates(row: pd.Series) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    low, high = poisson_limits(float(row["admitted"]))
    for side in ("end", "start"):
        rate, members = row[f"rate_{side}_per_year"], row[f"members_{side}"]
        if pd.isna(rate) or (side == "start" and found):
            continue
        scale = rate / row["admitted"] if row["admitted"] else 0.0
        exact = row["admitted_qualifier"] == row[f"members_{side}_qualifier"] == "exact"
        found.append(
            {
                "rate": rate,
                "rate_low": float(low) * scale if exact else None,
                "rate_high": float(high) * scale if exact else None,
                "rate_basis": "computed",
                "rate_denominator": f"members_{side}",
                "members_used": members,
                "members_date": row[f"members_{side}_date"],
                "rate_qualifier": row[f"members_{side}_qualifier"],
                "rate_places": 1,
            }
        )
    return found
