"""Every arithmetic check of the published figures, and what it found; the printed value stays."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.clean import checks_percent, checks_sum
from analysis.clean.findings import COLUMNS


def checks(figures: pd.DataFrame, unit_periods: pd.DataFrame, composition: pd.DataFrame) -> pd.DataFrame:
    """Return one row a check; see ``schema.CHECKS``.

    Findings are ``agrees``, ``truncated`` (agrees if the source cut digits off), ``explained``
    (by another denominator, named in ``explanation``), ``implied`` (nothing to check against: what
    the printed numbers imply), ``below`` and ``above`` for sums of parts, ``falls`` for stocks,
    ``not_used`` and ``differs``.
    """
    found: list[dict[str, Any]] = [
        *checks_percent.attainment(unit_periods),
        *checks_percent.shares(composition, unit_periods),
        *checks_percent.rates(unit_periods),
        *checks_percent.target_rates(unit_periods),
        *checks_sum.parts(figures),
        *checks_sum.organisations(unit_periods),
        *checks_sum.units(figures),
        *checks_sum.running_totals(unit_periods),
        *checks_sum.falling_stocks(unit_periods),
        *checks_sum.contradictions(unit_periods, composition),
        *checks_sum.unclear_spans(figures),
        *checks_sum.more_than_members(unit_periods),
    ]
    table = pd.DataFrame.from_records(found, columns=list(COLUMNS))
    for column in ("finding", "explanation", "subgroup", "qualifier", "names"):
        table[column] = table[column].astype("object").fillna("").astype("str")
    order = ["province_vintage", "province_code", "level", "unit_id", "period_end", "check"]
    order += ["measure", "subgroup", "raw_rows", "explanation"]
    return table.sort_values(order, ignore_index=True)
