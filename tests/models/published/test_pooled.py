"""Pooled ratios and their cluster-robust errors, against Stata and against arithmetic by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels
import statsmodels.api as sm

from analysis.models.published.pooled import cluster_covariance, pooled_ratio


@pytest.fixture(scope="module")
def ships() -> pd.DataFrame:
    """Return the ship accidents of McCullagh and Nelder, in the file that statsmodels tests itself on."""
    folder = Path(statsmodels.__file__).parent / "discrete" / "tests" / "results"
    return pd.read_csv(folder / "ships.csv").dropna()


def test_cluster_errors_are_those_of_stata(ships: pd.DataFrame) -> None:
    design = sm.add_constant(ships[["yr_con", "op_75_79"]], prepend=False)
    offset = np.log(ships["service"])
    fit = sm.GLM(ships["accident"], design, family=sm.families.Poisson(), offset=offset).fit(tol=1e-12)
    covariance = cluster_covariance(
        design.to_numpy(float), fit.resid_response.to_numpy(), fit.cov_params().to_numpy(), ships["ship"]
    )
    assert len(ships) == 34
    # Stata: poisson accident yr_con op_75_79, exposure(service) vce(cluster ship)
    assert fit.params.to_numpy() == pytest.approx([0.3063381945, 0.3559222961, -6.9747128028], abs=1e-8)
    assert np.sqrt(np.diag(covariance)) == pytest.approx([0.0381769, 0.0921316, 0.0968657], abs=5e-8)


def test_cluster_errors_do_not_depend_on_what_clusters_are_called(ships: pd.DataFrame) -> None:
    design = np.ones((len(ships), 1))
    scores = ships["accident"].to_numpy(float) - ships["accident"].mean()
    bread = np.array([[1 / ships["accident"].sum()]])
    by_number = cluster_covariance(design, scores, bread, ships["ship"])
    by_name = cluster_covariance(design, scores, bread, ships["ship"].map(lambda n: f"ship {9 - n}"))
    assert by_name == pytest.approx(by_number)


def rows_of(
    admitted: list[int], targets: list[float], clusters: list[str], group: str = "all"
) -> pd.DataFrame:
    """Return rows to pool, with targets that are known."""
    return pd.DataFrame(
        {
            "group": group,
            "admitted": admitted,
            "target": targets,
            "target_low": targets,
            "target_high": targets,
            "cluster": clusters,
        }
    )


FIVE = rows_of([110, 120, 90, 100, 130], [100.0] * 5, list("abcde"))


def test_ratio_and_interval_by_hand() -> None:
    result = pooled_ratio(FIVE, "group")
    row = result.table.iloc[0]
    # Residuals 0, 10, -20, -10, 20 around 110: their squares sum to 1,000; times G/(G-1) = 5/4, over
    # 550 squared, is the variance of the log ratio; t with 4 degrees of freedom reaches 2.776445105.
    reach = 2.776445105 * np.sqrt(1.25 * 1000) / 550
    assert row["ratio"] == pytest.approx(1.1, abs=1e-9)
    assert (row["low"], row["high"]) == pytest.approx((1.1 * np.exp(-reach), 1.1 * np.exp(reach)), abs=2e-6)
    # 1,000 / 110 over 4 degrees of freedom
    assert result.dispersion == pytest.approx(2.2727273, abs=5e-8)
    assert (result.rows, result.clusters) == (5, 5)
    assert "log(target)" in result.specification


def test_rows_of_one_cluster_hang_together() -> None:
    apart = pooled_ratio(pd.concat([FIVE, FIVE.assign(cluster=list("fghij"))]), "group").table.iloc[0]
    doubled = pooled_ratio(pd.concat([FIVE, FIVE]), "group").table.iloc[0]
    once = pooled_ratio(FIVE, "group").table.iloc[0]
    # The same rows twice in the same clusters tell no more than once; in clusters of their own they do.
    assert (doubled["low"], doubled["high"]) == pytest.approx((once["low"], once["high"]))
    assert apart["high"] - apart["low"] < once["high"] - once["low"]


def test_the_ratio_is_the_quotient_of_the_sums_in_each_category() -> None:
    small = rows_of([3, 5, 4, 9, 2], [4.0, 3.5, 5.0, 7.5, 2.0], list("abcde"), "small")
    result = pooled_ratio(pd.concat([FIVE, small]), "group")
    table = result.table.set_index("category")
    assert table.loc["all", "ratio"] == pytest.approx(550 / 500, abs=1e-9)
    assert table.loc["small", "ratio"] == pytest.approx(23 / 22, abs=1e-9)
    assert table["crude"].to_list() == pytest.approx([550 / 500, 23 / 22])
    assert table.loc["small", ["rows", "clusters", "admitted", "exposure"]].to_list() == [5, 5, 23, 22.0]
    # One category takes nothing from the other.
    alone = pooled_ratio(small, "group").table.iloc[0]
    assert table.loc["small", ["low", "high"]].to_list() == pytest.approx([alone["low"], alone["high"]])


def test_inferred_targets_move_the_ratio_between_their_lowest_and_highest() -> None:
    result = pooled_ratio(FIVE.assign(target_low=90.0, target_high=110.0), "group").table.iloc[0]
    assert (result["ratio_low"], result["ratio_high"]) == pytest.approx((1.0, 550 / 450))


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        pytest.param(FIVE.head(4), "few_rows", id="four results"),
        pytest.param(FIVE.assign(cluster=list("abcdd")), "few_clusters", id="four provinces"),
        pytest.param(FIVE.assign(admitted=0), "no_events", id="nobody admitted"),
    ],
)
def test_what_may_not_be_read_is_withheld_with_its_reason(rows: pd.DataFrame, why: str) -> None:
    row = pooled_ratio(rows, "group").table.iloc[0]
    assert row["withheld"] == why
    assert pd.isna(row[["ratio", "low", "high", "ratio_low", "ratio_high"]]).all()
    assert row["crude"] == pytest.approx(rows["admitted"].sum() / rows["target"].sum())


def test_a_withheld_category_leaves_the_others_as_they_are() -> None:
    table = pooled_ratio(pd.concat([FIVE, FIVE.head(2).assign(group="two")]), "group").table.set_index(
        "category"
    )
    assert table["withheld"].to_dict() == {"all": "", "two": "few_rows"}
    assert table.loc["all", "ratio"] == pytest.approx(1.1)


def test_more_clusters_can_be_asked_for() -> None:
    assert pooled_ratio(FIVE, "group", min_clusters=6).table["withheld"].to_list() == ["few_clusters"]


def test_categories_without_rows_are_not_shown() -> None:
    known = pd.Categorical(["all"] * 5, ["none", "all"])
    assert pooled_ratio(FIVE.assign(group=known), "group").table["category"].to_list() == ["all"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        pytest.param("target", 0.0, id="target zero"),
        pytest.param("target", -1.0, id="target below zero"),
        pytest.param("target", np.nan, id="target missing"),
        pytest.param("admitted", np.nan, id="admitted missing"),
    ],
)
def test_rows_that_cannot_be_pooled_are_refused(column: str, value: float) -> None:
    rows = FIVE.astype({"admitted": float})
    rows.loc[2, column] = value
    with pytest.raises(ValueError, match=column):
        pooled_ratio(rows, "group")


def test_no_rows_give_no_categories() -> None:
    result = pooled_ratio(FIVE.head(0), "group")
    assert (len(result.table), result.rows, result.clusters) == (0, 0, 0)
