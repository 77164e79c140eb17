"""The fit gate: planted pathologies give no number and say why, sound fits are let through."""

from __future__ import annotations

import re
import warnings
from collections import Counter

import numpy as np
import planted_counts
import planted_groups
import planted_others
import pytest
import sound_counts
import sound_others
from numbers_left import COLUMNS, numbers_left, shown_numbers
from planted import Planted
from sound import Sound

from analysis.language import speaking
from analysis.models.gate import Finding
from analysis.models.result import Result
from analysis.models.terms import place_label

PLANTED = [*planted_counts.CASES, *planted_groups.CASES, *planted_others.CASES]
SOUND = [*sound_counts.CASES, *sound_others.CASES]
LEAST = 50

VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")

_left: Counter[str] = Counter()
"""Cases that were run and came out right."""


def cases(of: list[Planted] | list[Sound]) -> list[object]:
    return [pytest.param(case, id=case.name) for case in of]


def fitted(case: Planted | Sound) -> tuple[Result, str, str]:
    """Return the result with its table in both languages; any Python warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = case.fit()
        result.to_latex("en")
        return result, result.to_markdown("vi"), result.to_markdown("en")


def fatal(result: Result) -> list[Finding]:
    return [finding for finding in result.findings if finding.fatal]


@pytest.mark.parametrize("case", cases(PLANTED))
def test_a_planted_pathology_gives_no_number_and_says_why(case: Planted) -> None:
    result, vi, en = fitted(case)
    assert (case.code, case.where) in [(finding.code, finding.where) for finding in fatal(result)]
    assert result.withheld
    assert numbers_left(result) == []
    facts = result.estimates[[name for name in result.estimates if name in COLUMNS | {"k"}]]
    known = {float(cell) for column in facts.select_dtypes("number") for cell in facts[column].dropna()}
    assert [value for value in shown_numbers(en) if value not in known] == []
    for language, text, words in (("vi", vi, case.vi), ("en", en, case.en)):
        with speaking(language):
            finding = next(f for f in fatal(result) if (f.code, f.where) == (case.code, case.where))
            told = (finding.what, finding.help, place_label(case.where), words)
        assert [part for part in told if part.casefold() not in text.casefold()] == []
        assert not finding.what.startswith(":")
        assert "nan" not in re.findall(r"\w+", text)
    assert VIETNAMESE.findall(en) == []
    _left["caught"] += 1


@pytest.mark.parametrize("case", cases(SOUND))
def test_a_sound_fit_is_let_through(case: Sound) -> None:
    result, vi, en = fitted(case)
    assert [(finding.code, finding.where) for finding in fatal(result)] == []
    assert np.isfinite(result.estimates["estimate"].to_numpy(dtype=float)).all()
    assert result.estimates[["low", "high"]].notna().any().all() or result.estimates["low"].isna().all()
    for term, value in case.truth().items():
        close = pytest.approx(value, abs=case.tolerance * max(1.0, abs(value)))
        assert float(result.at(term)["estimate"]) == close, term
    assert "nan" not in re.findall(r"\w+", vi + en)
    assert VIETNAMESE.findall(en) == []
    _left["passed"] += 1


def test_both_counts(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> None:
    ran = Counter(item.name.partition("[")[0] for item in request.session.items)
    with capsys.disabled():
        print(
            f"\nfit gate: caught {_left['caught']} of {len(PLANTED)} planted pathologies, "
            f"passed {_left['passed']} of {len(SOUND)} sound fits"
        )
    assert len({case.name for case in PLANTED}) == len(PLANTED) >= LEAST
    assert len({case.name for case in SOUND}) == len(SOUND) >= LEAST
    if ran["test_a_planted_pathology_gives_no_number_and_says_why"] == len(PLANTED):
        assert _left["caught"] == len(PLANTED)
    if ran["test_a_sound_fit_is_let_through"] == len(SOUND):
        assert _left["passed"] == len(SOUND)
