"""What a result shows, keeps back and says, in both languages."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from analysis.language import speaking
from analysis.models.estimate_words import interval, p_value, significant
from analysis.models.gate import Finding
from analysis.models.result import Dropped, Result, tidy

FOUND = Finding("separation", "C(year)[T.2019]")


def result(**changes: object) -> Result:
    values: dict[str, object] = {
        "name": "admission-rate",
        "title": "Kết nạp theo giới & tuổi",
        "estimates": tidy(["Intercept", "sex[T.female]"], [-3.5, 0.25], [0.1, 0.05], link="log"),
        "specification": "Poisson, log E(admitted) = log(members) + sex",
        "link": "log",
        "n": 1200,
        "exposure": 41234.0,
        "clusters": 44,
        "covariance": "CR1",
        "dispersion": 1.25,
        "dropped": (Dropped("thiếu giới", 3),),
    }
    return Result(**(values | changes))  # type: ignore[arg-type]


def test_response_is_the_exponential_of_the_link() -> None:
    row = result().at("sex[T.female]")
    assert row["response"] == pytest.approx(np.exp(0.25))
    assert row["response_high"] == pytest.approx(np.exp(0.25 + 1.959963985 * 0.05))


def test_limits_widen_with_few_degrees_of_freedom() -> None:
    few = tidy(["a"], [0.0], [1.0], link="identity", freedom=4)
    assert few["high"].item() == pytest.approx(2.7764451)
    assert few["p_value"].item() == 1


def test_an_unknown_term_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"Intercept, sex\[T.female\]"):
        result().at("sex")


def test_a_fatal_finding_withholds_every_number() -> None:
    kept_back = result(findings=(FOUND,))
    assert kept_back.withheld
    assert kept_back.estimates.drop(columns="term").isna().all().all()
    text = kept_back.to_markdown()
    assert "1,284" not in text
    assert "Năm: 2019: không có ai được kết nạp" in text
    assert kept_back.words()[0] == "Không công bố con số nào của mô hình này."


def test_a_result_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        result().n = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        pytest.param(
            "vi", ["giới: nữ", "1,284", "1,164 – 1,416", "1.200 dòng", "41.234", "Bỏ 3 dòng"], id="vi"
        ),
        pytest.param(
            "en", ["sex: female", "1.284", "1.164 – 1.416", "1,200 rows", "41,234", "3 rows"], id="en"
        ),
    ],
)
def test_markdown_speaks_the_language_asked_for(language: str, shown: list[str]) -> None:
    text = result().to_markdown(language)
    assert [word for word in shown if word not in text] == []
    assert text.count("\n| ") == 4


def test_the_language_of_one_table_does_not_stay() -> None:
    result().to_markdown("en")
    assert significant(1.5) == "1,500"


def test_latex_has_the_rules_of_booktabs_and_escapes() -> None:
    text = result().to_latex("en")
    for part in (
        r"\toprule",
        r"\midrule",
        r"\bottomrule",
        r"\& tuổi",
        r"\label{tab:admission-rate}",
        "sex: female",
    ):
        assert part in text
    body = text[text.index(r"\midrule") : text.index(r"\bottomrule")]
    assert [line.count("&") for line in body.splitlines()[1:]] == [5, 5]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(0.0, "0,000", id="zero"),
        pytest.param(12345.6, "12.346", id="large"),
        pytest.param(-0.00012345, "−0,0001235", id="small"),
        pytest.param(np.inf, "∞", id="no bound"),
        pytest.param(np.nan, "–", id="missing"),
    ],
)
def test_numbers_have_about_four_digits(value: float, text: str) -> None:
    assert significant(value) == text


def test_p_values_are_never_zero() -> None:
    assert p_value(1e-9) == "< 0,001"
    with speaking("en"):
        assert (p_value(0.0304), interval(np.nan, np.nan)) == ("0.030", "–")
