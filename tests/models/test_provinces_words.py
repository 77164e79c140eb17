"""Every message across provinces, around dates and of part-years has its English."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file

import analysis.models
from analysis.language import _, speaking

FILES = (
    "studies",
    "between_studies",
    "mean_of_studies",
    "meta_analysis",
    "across_provinces",
    "small_study",
    "count_series",
    "hac",
    "break_fit",
    "break_gate",
    "placebo",
    "counterfactual",
    "segmented",
    "cumulative_share",
    "projection",
    "part_year",
)


def gaps(text: str) -> list[str]:
    return sorted(name for _text, name, _format, _conversion in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("name", FILES)
def test_messages_are_translated_gap_by_gap(name: str) -> None:
    path = Path(analysis.models.__file__).parent / f"{name}.py"
    with speaking("en"):
        for _line, message, *_rest in extract_from_file("python", path, keywords={"_": None}):
            english = _(message)
            assert gaps(english) == gaps(message)
            # The same in both languages only where it is a name and symbols
            assert english != message or message.startswith("Knapp–Hartung")
