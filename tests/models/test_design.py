"""From a formula to a design, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import ParameterError
from analysis.models.design import complete, design, variables

ROWS = pd.DataFrame(
    {
        "sex": pd.Categorical(["female", "male", "male", "female"], ["female", "male", "other"]),
        "year": pd.array([2016, 2016, 2017, 2017], dtype="Int64"),
        "minority": pd.array([True, False, True, False], dtype="boolean"),
        "age": [20.0, 30.0, 40.0, 50.0],
    }
)


def test_categories_that_do_not_occur_make_no_column() -> None:
    assert design("sex", ROWS).terms == ("Intercept", "sex[T.male]")


def test_whole_numbers_and_flags_of_the_processed_tables_are_read() -> None:
    made = design("minority + C(year) + age:sex", ROWS)
    assert (
        made.terms == ("Intercept", "C(year)[T.2017]", "minority", "age:sex[female]", "age:sex[male]")
        or len(made.terms) == made.matrix.shape[1]
    )
    assert np.isfinite(made.matrix).all()
    assert design("minority", ROWS).matrix[:, 1].tolist() == [1, 0, 1, 0]


def test_other_rows_get_the_same_columns() -> None:
    made = design("sex + bs(age, df=4)", ROWS)
    one = ROWS.iloc[[2]]
    assert np.allclose(made.of(one), made.matrix[[2]])


def test_a_category_that_was_not_fitted_is_refused() -> None:
    with pytest.raises(ParameterError, match="do not fit the model"):
        design("sex", ROWS).of(pd.DataFrame({"sex": ["other"]}))


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        pytest.param("sexx", "no column 'sexx'", id="unknown column"),
        pytest.param("admitted ~ sex", "right side only", id="two sides"),
        pytest.param("sex +", "cannot be read", id="broken"),
        pytest.param("__import__('os').getcwd()", "cannot be read|no column", id="code"),
        pytest.param("unknown(age)", "unknown", id="unknown function"),
    ],
)
def test_a_formula_that_cannot_be_read_is_refused(formula: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        design(formula, ROWS)


def test_gaps_are_refused_by_the_design_and_told_by_complete() -> None:
    gaps = ROWS.assign(age=[20.0, None, 40.0, 50.0])
    with pytest.raises(ParameterError, match="null"):
        design("age", gaps)
    kept, dropped = complete(gaps, ["age", "sex"])
    assert design("age", kept).matrix.shape == (3, 2)
    assert [d.rows for d in dropped] == [1]


def test_variables_of_splines_and_interactions() -> None:
    assert variables("bs(age, df=4) * sex + C(year) - 1") == {"age", "sex", "year"}
