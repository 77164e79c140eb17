"""Which stages of the process are put together, and what share of one reached the next."""

from __future__ import annotations

import made
import pytest
from scipy.stats import binomtest

from analysis.models.process.stages import stages
from analysis.processed import Processed


def printed(**values: float) -> list[dict[str, object]]:
    """Return one figure a stage, all of one unit, year and source."""
    return [{"measure": measure, "value": value} for measure, value in values.items()]


@pytest.mark.parametrize(
    ("unit", "end", "trained", "admitted"),
    [
        pytest.param("xã Cư San", "2018-12-31", 85, 36, id="Cư San 2016-2018"),
        pytest.param("Chi bộ tổ dân phố 8", "2019-12-31", 4, 1, id="street group 8, 2019"),
        pytest.param("huyện M'Đrắk", "2017-12-31", 310, 167, id="M'Đrắk 2017"),
    ],
)
def test_real_classes_and_whom_they_led_to(
    tables: Processed, unit: str, end: str, trained: int, admitted: int
) -> None:
    found = stages(tables.figures)
    (row,) = found.loc[found["unit"].eq(unit) & found["period_end"].eq(end)].itertuples()
    assert (row.trained, row.admitted, row.conversion_of) == (trained, admitted, "trained")
    assert row.conversion == pytest.approx(100 * admitted / trained)
    # scipy's own Wilson interval
    limits = binomtest(admitted, trained).proportion_ci(method="wilson")
    assert (row.conversion_low, row.conversion_high) == pytest.approx((100 * limits.low, 100 * limits.high))


@pytest.mark.parametrize(
    ("trained", "admitted", "low", "high"),
    [
        # Newcombe 1998, table I
        pytest.param(263, 81, 25.52885, 36.62096, id="81 of 263"),
        pytest.param(148, 15, 6.23864, 16.04872, id="15 of 148"),
        pytest.param(20, 0, 0.0, 16.11252, id="0 of 20"),
        pytest.param(29, 1, 0.61132, 17.17552, id="1 of 29"),
    ],
)
def test_limits_are_those_of_newcombe(trained: int, admitted: int, low: float, high: float) -> None:
    (row,) = stages(made.rows("figures", *printed(trained=trained, admitted=admitted))).itertuples()
    assert (row.conversion_low, row.conversion_high) == pytest.approx((low, high), abs=5e-5)


def test_training_stands_before_nomination_as_what_admission_is_a_share_of() -> None:
    (row,) = stages(made.rows("figures", *printed(nominated=100, trained=50, admitted=20))).itertuples()
    assert (row.conversion_of, row.conversion) == ("trained", pytest.approx(40))
    (row,) = stages(made.rows("figures", *printed(nominated=100, admitted=20))).itertuples()
    assert (row.conversion_of, row.conversion) == ("nominated", pytest.approx(20))


@pytest.mark.parametrize(
    "figures",
    [
        pytest.param(printed(trained=50), id="one stage alone"),
        pytest.param(printed(admitted=20, recognised=30), id="recognition beside admission: other people"),
        pytest.param(
            [{"measure": "trained", "value": 50}, {"measure": "admitted", "value": 20, "source_id": "other"}],
            id="two sources",
        ),
        pytest.param(
            [{"measure": "trained", "value": 50}, {"measure": "admitted", "value": 20, "subgroup": "female"}],
            id="two subgroups",
        ),
        pytest.param(
            [{"measure": "trained", "value": 50}, {"measure": "admitted", "value": 20} | made.year(2017)],
            id="two years",
        ),
        pytest.param(
            [
                {"measure": "trained", "value": 50},
                {"measure": "admitted", "value": 20, "value_unit": "percent"},
            ],
            id="a percent is no stage",
        ),
    ],
)
def test_what_does_not_stand_together_is_not_put_together(figures: list[dict[str, object]]) -> None:
    assert stages(made.rows("figures", *figures)).empty


@pytest.mark.parametrize(
    "figures",
    [
        pytest.param(
            [{"measure": "trained", "value": 50, "qualifier": "about"}, {"measure": "admitted", "value": 20}],
            id="a round number trained",
        ),
        pytest.param(printed(trained=20, admitted=50), id="more admitted than trained"),
        pytest.param(printed(nominated=20, trained=10), id="nobody counted as admitted"),
    ],
)
def test_no_share_where_it_would_say_nothing(figures: list[dict[str, object]]) -> None:
    (row,) = stages(made.rows("figures", *figures)).itertuples()
    assert row.conversion_of == ""
    assert row.conversion is None or row.conversion != row.conversion
