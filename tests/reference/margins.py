"""Writes margins.json: average marginal effects of a Poisson rate by the package marginaleffects.

    python -m venv V && V/bin/pip install marginaleffects==0.6.0 'polars<2' statsmodels==0.15.0
    V/bin/python tests/reference/margins.py

Its predictions leave the offset out, so that they are rates; the averages are weighted by the exposure. Where it
averages predictions without groups it leaves the weights out, so that the overall rate is taken as a group.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from marginaleffects import avg_comparisons, avg_predictions, avg_slopes

HERE = Path(__file__).parent
FORMULA = "sex * age_band + year_2023 + remote + distance + I(distance**2)"


def rows() -> pd.DataFrame:
    table = pd.read_csv(HERE / "data" / "margins.csv").astype({"sex": "category", "age_band": "category"})
    return table.assign(year_2023=(table["year"] == 2023).astype(int), all="all").astype({"all": "category"})


def said(table, *names: str) -> list[dict]:
    return [
        {name: row[name] for name in names}
        | {"estimate": float(row["estimate"]), "std_error": float(row["std_error"])}
        for row in table.to_dicts()
    ]


def main() -> None:
    table = rows()
    family, offset = sm.families.Poisson(), np.log(table["members"])
    model = smf.glm(f"admitted ~ {FORMULA}", table, family=family, offset=offset).fit(tol=1e-14, maxiter=200)
    options = {"newdata": table, "wts": "members"}
    factors = ["sex", "age_band", "year_2023", "remote"]
    found = {
        "comparisons": said(avg_comparisons(model, variables=factors, **options), "term", "contrast"),
        "slopes": said(avg_slopes(model, variables="distance", eps=1e-2, **options), "term"),
        "by_sex": said(avg_predictions(model, variables=["sex"], by="sex", **options), "sex"),
        "by_age_band": said(
            avg_predictions(model, variables=["age_band"], by="age_band", **options), "age_band"
        ),
        "overall": said(avg_predictions(model, by="all", **options)),
    }
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (HERE / "margins.json").write_text(text + "\n", encoding="utf-8")


main()
