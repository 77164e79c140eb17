"""The bootstrap of a fit with few clusters, as a reader meets it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.models.counts.cluster_bootstrap import bootstrap_clusters
from analysis.models.counts.fit import fit_counts

ROWS = pd.read_csv(Path(__file__).parents[2] / "reference" / "data" / "margins.csv")
FORMULA = "sex + age_band + C(year) + remote"


@pytest.fixture(scope="module")
def fit():
    return fit_counts(ROWS, FORMULA, cluster="unit")


@pytest.fixture(scope="module")
def found(fit):
    return bootstrap_clusters(fit, seed=20250701)


def test_estimates_and_errors_are_those_of_the_fit(fit, found):
    pd.testing.assert_frame_equal(
        found.estimates[["term", "estimate", "std_error", "response"]],
        fit.estimates[["term", "estimate", "std_error", "response"]],
    )


def test_an_interval_leaves_zero_out_just_where_the_test_rejects_it(found):
    outside = (found.estimates["low"] > 0) | (found.estimates["high"] < 0)
    assert outside.tolist() == (found.estimates["p_value"] <= 0.05).tolist()
    assert outside.any()
    assert not outside.all()


def test_limits_on_the_response_scale_are_their_exponentials(found):
    for end in ("low", "high"):
        np.testing.assert_allclose(
            found.estimates[f"response_{end}"], np.exp(found.estimates[end]), rtol=1e-14
        )


def test_the_same_seed_gives_the_same_numbers(fit, found):
    again = bootstrap_clusters(fit, ["sex[T.male]"], seed=20250701).at("sex[T.male]")
    before = found.at("sex[T.male]")
    for column in ("low", "high", "p_value"):
        assert again[column] == pytest.approx(before[column], rel=1e-12)
    other = bootstrap_clusters(fit, ["sex[T.male]"], seed=1).at("sex[T.male]")
    assert other["low"] != before["low"]


def test_numbers_of_a_seed_are_pinned(found):
    row = found.at("sex[T.male]")
    expected = {"low": 0.00816926984824, "high": 0.369468345793, "p_value": 0.0427}
    for name, value in expected.items():
        assert row[name] == pytest.approx(value, abs=1e-10)


def test_the_order_of_rows_does_not_matter(found):
    shuffled = ROWS.sample(frac=1, random_state=3)
    again = bootstrap_clusters(fit_counts(shuffled, FORMULA, cluster="unit"), seed=20250701).estimates
    for column in ("low", "high", "p_value"):
        np.testing.assert_allclose(again[column], found.estimates[column], rtol=1e-9)


def test_the_unit_of_a_covariate_only_scales_its_interval():
    terms = [
        bootstrap_clusters(
            fit_counts(ROWS.assign(distance=scale * ROWS["distance"]), "sex + distance", cluster="unit"),
            ["distance"],
            seed=1,
            draws=999,
        ).at("distance")
        for scale in (1.0, 1000.0)
    ]
    assert terms[1]["p_value"] == terms[0]["p_value"]
    assert 1000 * terms[1]["low"] == pytest.approx(terms[0]["low"], rel=1e-8)


def test_intervals_with_few_clusters_are_wider_than_those_of_t_on_average():
    few = ROWS.loc[ROWS["unit"].isin(["u01", "u02", "u03", "u05", "u06", "u07", "u10", "u13"])]
    fit = fit_counts(few, "sex + age_band + C(year)", cluster="unit")
    found = bootstrap_clusters(fit, ["age_band[T.age_31_40]", "C(year)[T.2023]", "sex[T.male]"], seed=1)
    assert (found.weights, found.enumerated, found.clusters) == ("Webb", False, 8)
    plain = fit.estimates.set_index("term").loc[found.estimates["term"]]
    ours = (found.estimates["high"] - found.estimates["low"]).to_numpy()
    assert np.mean(ours / (plain["high"] - plain["low"]).to_numpy()) > 1


def test_a_limit_that_no_value_reaches_is_infinite_and_said():
    """Five clusters by signs alone cannot reject at 1%; six-point weights can at 5% at best."""
    few = ROWS.loc[ROWS["unit"].isin(["u01", "u02", "u04", "u07", "u10"])]
    fit = fit_counts(few, "sex", cluster="unit", level=0.9999)
    found = bootstrap_clusters(fit, ["sex[T.male]"], seed=1)
    assert found.enumerated
    assert np.isinf(found.at("sex[T.male]")[["low", "high"]].to_numpy(dtype=float)).all()
    assert "Số liệu không chặn được khoảng của: giới: nam." in found.words()
    assert "−∞" in found.to_markdown() or "0,000 – ∞" in found.to_markdown()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"terms": ["sex"]}, "no term 'sex'", id="unknown-term"),
        pytest.param({"draws": 50}, "at least 99", id="few-draws"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(fit, options, message):
    with pytest.raises(ParameterError, match=message):
        bootstrap_clusters(fit, seed=1, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({}, "no clusters", id="no-cluster"),
        pytest.param({"cluster": "unit", "family": "nb2"}, "not for NB2", id="nb2"),
        pytest.param({"cluster": "row"}, "for few", id="many-clusters"),
    ],
)
def test_fits_that_it_is_not_for_are_refused(options, message):
    rows = pd.concat([ROWS] * 6).assign(row=range(6 * len(ROWS)))
    with pytest.raises(ParameterError, match=message):
        bootstrap_clusters(fit_counts(rows, "sex", **options), seed=1)


def test_quasi_poisson_has_the_same_bootstrap(found):
    quasi = fit_counts(ROWS, FORMULA, cluster="unit", family="quasi_poisson")
    again = bootstrap_clusters(quasi, ["sex[T.male]"], seed=20250701).at("sex[T.male]")
    assert again["p_value"] == found.at("sex[T.male]")["p_value"]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(ROWS.iloc[:0], id="no-rows"),
        pytest.param(ROWS.assign(admitted=0), id="nobody"),
        pytest.param(ROWS.loc[ROWS["unit"] == "u01"], id="one-cluster"),
        pytest.param(ROWS.assign(members=0), id="no-members"),
        pytest.param(
            ROWS.assign(admitted=ROWS["admitted"].where(ROWS["sex"] == "female", 0)), id="separated"
        ),
        pytest.param(ROWS.assign(remote=ROWS["unit"].eq("u01").astype(int)), id="one-cluster-in-a-category"),
    ],
)
def test_nothing_leaves_a_fit_that_must_not_be_read(rows):
    found = bootstrap_clusters(fit_counts(rows, "sex + remote", cluster="unit"), seed=1)
    assert found.withheld
    assert not found.estimates[["low", "high", "p_value"]].notna().any(axis=None)
    assert found.words()


def test_words_say_how_it_was_made(found):
    words = " ".join(found.words())
    assert "16 cụm" in words
    assert "9.999 lần rút trọng số Rademacher, hạt giống 20250701" in words
    assert "Với dưới 40 cụm" in words
    assert "không nói lên nguyên nhân" in words
    english = found.to_markdown("en")
    assert "9,999 draws of Rademacher weights, seed 20250701" in english
    assert "not a cause" in english
