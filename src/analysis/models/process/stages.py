"""The process from nomination to recognition, as far as one source prints its stages together."""

from __future__ import annotations

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

STAGES = ("nominated", "trained", "admitted", "recognised", "cards")


def stages(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the stages of the process that one source prints for one unit, period and subgroup.

    Only what stands together is put together: at least two stages, and of them nomination or
    training, since recognition alone beside admission counts people of the year before.

    Returns
    -------
    DataFrame
        Unit and period columns, subgroup, source_id, one column a stage (persons) and
        ``<stage>_qualifier``; ``conversion``, ``conversion_low``, ``conversion_high``: percent
        admitted of those trained, or of those nominated where no training is printed, with its
        Wilson interval; missing where the counts are not exact or more were admitted.
    """
    counts = figures.loc[
        figures["measure"].isin(STAGES)
        & figures["value_unit"].eq("persons")
        & figures["span"].eq("whole_period")
    ]
    key = ["unit_id", "unit", "level", "district", "province_vintage", "province_code", "province"]
    key += ["period_type", "period_start", "period_end", "subgroup", "source_id"]
    records = []
    for values, group in counts.groupby(key, sort=True, dropna=False):
        found = group.drop_duplicates("measure").set_index("measure")
        if len(found) < 2 or not {"nominated", "trained"} & set(found.index):
            continue
        record = dict(zip(key, values, strict=True))
        for stage in STAGES:
            record[stage] = found.at[stage, "value"] if stage in found.index else None
            record[f"{stage}_qualifier"] = found.at[stage, "qualifier"] if stage in found.index else ""
        records.append(record | _conversion(record))
    columns = [*key, *STAGES, *(f"{stage}_qualifier" for stage in STAGES)]
    columns += ["conversion_of", "conversion", "conversion_low", "conversion_high"]
    return pd.DataFrame.from_records(records, columns=columns)


def _conversion(record: dict[str, object]) -> dict[str, object]:
    nothing: dict[str, object] = {
        "conversion_of": "",
        "conversion": None,
        "conversion_low": None,
        "conversion_high": None,
    }
    before = "trained" if record["trained"] is not None else "nominated"
    of, admitted = record[before], record["admitted"]
    exact = bool(of) and record[f"{before}_qualifier"] == record["admitted_qualifier"] == "exact"
    if not exact or not isinstance(of, float) or not isinstance(admitted, float) or admitted > of:
        return nothing
    low, high = proportion_confint(admitted, of, method="wilson")
    return {
        "conversion_of": before,
        "conversion": 100 * admitted / of,
        "conversion_low": 100 * low,
        "conversion_high": 100 * high,
    }
