"""What the news selects: how often published results reach the target, and when they are printed."""

from __future__ import annotations

import pandas as pd
from statsmodels.stats.proportion import proportion_confint


def best_attainment(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that have an attainment, with it in ``percent``: as printed, else computed.

    ``part`` tells results of a part of what their target is for.

    Parameters
    ----------
    rows : DataFrame
        Of ``unit_periods``. Second and further variants of a contradicted fact are left out, and
        percents of a yearly plan printed for a whole term.
    """
    percent = rows["attainment_printed"].fillna(rows["attainment"])
    kept = percent.notna() & (rows["variant"] == 1) & (rows["span"] != "each_year")
    elapsed = rows["target_scope"].eq("whole_term") | rows["span"].eq("elapsed_part")
    part = rows["period_type"].eq("partial_year") | elapsed
    return rows.assign(percent=percent, part=part).loc[kept]


def share_on_target(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the share of published results at or above 100% in each group, with Wilson limits.

    Parameters
    ----------
    rows : DataFrame
        What :func:`best_attainment` returned.
    by : str
        Column to group by.

    Returns
    -------
    DataFrame
        group, results, reached, share, low, high; shares in percent, in the order of the groups.
    """
    records = []
    for name, group in rows.groupby(by, sort=True, observed=True):
        results, reached = len(group), int((group["percent"] >= 100).sum())
        low, high = proportion_confint(reached, results, method="wilson")
        records.append((name, results, reached, 100 * reached / results, 100 * low, 100 * high))
    columns = ["group", "results", "reached", "share", "low", "high"]
    return pd.DataFrame.from_records(records, columns=columns)


def early_results(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the part-year results since New Year, and their pace.

    The cut-off is printed, or is the day of publication; results without either are left out.

    Returns
    -------
    DataFrame
        The rows with ``elapsed`` (percent of the year gone) and ``pace`` (attainment over it; 1
        is on the way to exactly 100%).
    """
    early = rows.loc[rows["elapsed_share"].notna() & rows["target_scope"].ne("period")]
    elapsed = 100 * early["elapsed_share"]
    return early.assign(elapsed=elapsed, pace=early["percent"] / elapsed)


def followed_up(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the units that were printed twice in one year: an early result beside a later one.

    Returns
    -------
    DataFrame
        unit columns with ``early``, ``early_end``, ``late``, ``late_end``; percents of the same
        year's target.
    """
    of_year = rows.loc[rows["period_type"].isin(["partial_year", "year"])].copy()
    known = of_year["elapsed_share"].notna() | of_year["period_type"].eq("year")
    of_year = of_year.loc[known].sort_values(["unit_id", "period_end"])
    records = []
    for _, group in of_year.groupby(["unit_id", "period_start"], sort=True):
        if len(group) > 1:
            first, last = group.iloc[0], group.iloc[-1]
            records.append(
                first[
                    ["unit_id", "unit", "level", "district", "province", "province_vintage", "province_code"]
                ].to_dict()
                | {"early": first["percent"], "early_end": first["period_end"]}
                | {"late": last["percent"], "late_end": last["period_end"]}
            )
    return pd.DataFrame.from_records(records)
