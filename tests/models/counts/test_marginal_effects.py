"""The engine of averages, changes and slopes, against results that others made."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.genmod.families import links

from analysis.errors import ParameterError
from analysis.models.counts.marginal_effects import Factor, Surface, factors_of
from analysis.models.design import design

SPECTOR = sm.datasets.spector.load_pandas().data
ONES = np.ones(len(SPECTOR))


@pytest.fixture(scope="module")
def logit():
    made = design("GPA + TUCE + PSI", SPECTOR)
    fit = sm.Logit(SPECTOR["GRADE"], made.matrix).fit(disp=0)
    return Surface(made, fit.params.to_numpy(), links.Logit()), fit.cov_params().to_numpy()


@pytest.mark.parametrize(
    ("name", "effect", "error"),
    [
        pytest.param("GPA", 0.362581, 0.109441, id="GPA"),
        pytest.param("TUCE", 0.012208, 0.017794, id="TUCE"),
        pytest.param("PSI", 0.305178, 0.092380, id="PSI-as-a-number"),
    ],
)
def test_average_slopes_of_the_spector_logit(logit, name, effect, error):
    surface, vcov = logit
    found = surface.slope(SPECTOR, name, SPECTOR, ONES)
    assert (round(found.value, 6), round(found.error(vcov), 6)) == (effect, error)


def test_a_binary_covariate_is_a_discrete_change_unasked(logit):
    surface, vcov = logit
    (psi,) = [factor for factor in factors_of(surface.design, SPECTOR) if factor.name == "PSI"]
    assert psi == Factor("PSI", "binary", (0, 1))
    found = surface.change(SPECTOR, "PSI", *psi.levels[::-1], ONES)
    assert (round(found.value, 6), round(found.error(vcov), 6)) == (0.357515, 0.142003)


def _numeric(surface, average, k):
    """Return the gradient of an average by central differences."""
    found = []
    for i in range(k):
        ends = []
        for sign in (1, -1):
            moved = surface.coefficients.copy()
            moved[i] += sign * 1e-5
            ends.append(average(Surface(surface.design, moved, surface.link)).value)
        found.append((ends[0] - ends[1]) / 2e-5)
    return np.array(found)


FORMULAE = ["x", "I(x**2) + x:sex", "bs(x, df=4)", "bs(x, df=5) * sex", "cr(x, df=4)", "log(x)", "poly(x, 2)"]


@pytest.mark.parametrize("formula", FORMULAE)
@pytest.mark.parametrize(
    "link", [links.Log(), links.Logit(), links.Identity()], ids=["log", "logit", "identity"]
)
def test_gradients_are_the_derivatives_of_the_averages(formula, link):
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"x": rng.uniform(1, 7, 40), "sex": ["f", "m"] * 20})
    made = design(formula, rows)
    surface = Surface(made, rng.normal(0, 0.3, len(made.terms)), link)
    weights = rng.uniform(1, 9, 40)
    for average in (
        lambda s: s.average(rows, weights),
        lambda s: s.slope(rows, "x", rows, weights),
        lambda s: s.change(rows, "sex", "m", "f", weights),
    ):
        expected = _numeric(surface, average, len(made.terms))
        np.testing.assert_allclose(average(surface).gradient, expected, rtol=1e-6, atol=1e-8)


def test_a_slope_reaches_to_the_ends_of_a_spline():
    rows = pd.DataFrame({"x": np.linspace(0, 10, 21)})
    made = design("bs(x, df=4)", rows)
    surface = Surface(made, np.array([0.2, 1.0, -2.0, 0.5, 3.0]), links.Identity())
    one_end = np.zeros(21)
    one_end[-1] = 1
    # The derivative of a clamped cubic spline at its end: 3 (c_last - c_before) / (end - last inner knot)
    assert surface.slope(rows, "x", rows, one_end).value == pytest.approx(3 * (3.0 - 0.5) / 5.0, rel=1e-6)


def test_a_slope_is_that_of_the_curve_it_is_taken_from():
    rows = pd.DataFrame({"x": [1.0, 2.0, 4.0]})
    surface = Surface(design("x + I(x**2)", rows), np.array([0.1, 0.2, -0.03]), links.Log())
    weights = np.array([1.0, 2.0, 5.0])
    x = rows["x"].to_numpy()
    expected = np.average(np.exp(0.1 + 0.2 * x - 0.03 * x**2) * (0.2 - 0.06 * x), weights=weights)
    assert surface.slope(rows, "x", rows, weights).value == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(
    ("formula", "column", "kind", "levels"),
    [
        pytest.param("v", ["b", "a", "b"], "categories", ("a", "b"), id="words"),
        pytest.param(
            "v", pd.Categorical(["b", "a", "b"], ["b", "a"]), "categories", ("b", "a"), id="ordered"
        ),
        pytest.param("C(v)", [2017, 2016, 2017], "categories", (2016, 2017), id="numbers-as-categories"),
        pytest.param("v", [0, 1, 1], "binary", (0, 1), id="nought-or-one"),
        pytest.param("v", [True, False, True], "binary", (0, 1), id="flag"),
        pytest.param("v", pd.array([True, False, True], "boolean"), "binary", (0, 1), id="nullable-flag"),
        pytest.param("v", [1.0, 1.0, 1.0], "number", (), id="constant"),
        pytest.param("v", [0, 2, 1], "number", (), id="count"),
        pytest.param("bs(v, df=3)", [0.0, 2.0, 1.0], "number", (), id="spline"),
    ],
)
def test_how_a_covariate_is_measured(formula, column, kind, levels):
    rows = pd.DataFrame({"v": column})
    assert factors_of(design(formula, rows), rows) == (Factor("v", kind, levels),)


def test_categories_made_within_a_formula_are_refused():
    rows = pd.DataFrame({"v": [1.0, 5.0, 9.0]})
    with pytest.raises(ParameterError, match="makes its categories within the formula"):
        factors_of(design("C(v > 3)", rows), rows)


def test_a_number_that_does_not_vary_has_no_slope():
    rows = pd.DataFrame({"x": [2.0, 2.0]})
    surface = Surface(design("0 + x", rows), np.array([0.1]), links.Log())
    with pytest.raises(ParameterError, match="the same in all rows"):
        surface.slope(rows, "x", rows, np.ones(2))
