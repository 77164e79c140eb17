"""Every finding of the gate: both languages, the same numbers in them, made by some model, planted in some rows."""

from __future__ import annotations

import csv
import re
import string
from pathlib import Path

import planted_counts
import planted_groups
import planted_others
import pytest
from numbers_left import VIETNAMESE

import analysis
from analysis.language import speaking
from analysis.models.gate import Finding

SOURCE = Path(analysis.__file__).parent
PLANTED = [*planted_counts.CASES, *planted_groups.CASES, *planted_others.CASES]
NUMBERS = {"count", "least", "total", "away"}


def findings() -> list[dict[str, str]]:
    with (SOURCE / "vocab" / "findings.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", findings(), ids=lambda row: row["code"])
def test_every_finding_speaks_both_languages(row: dict[str, str]) -> None:
    def gaps(text: str) -> set[str]:
        return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}

    assert row["fatal"] in ("yes", "no")
    for part in ("what", "help"):
        assert row[f"{part}_vi"]
        assert row[f"{part}_en"]
        assert gaps(row[f"{part}_vi"]) == gaps(row[f"{part}_en"]) <= {"where"} | NUMBERS
        assert VIETNAMESE.search(row[f"{part}_vi"])
        assert not VIETNAMESE.search(row[f"{part}_en"].replace("τ²", ""))


def test_every_finding_is_one_that_some_model_makes() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (SOURCE / "models").rglob("*.py"))
    assert [row["code"] for row in findings() if f'"{row["code"]}"' not in source] == []
    made = set(re.findall(r'Finding\(\s*"(\w+)"', source))
    assert made <= {row["code"] for row in findings()}


@pytest.mark.parametrize(
    "row", [row for row in findings() if row["fatal"] == "yes"], ids=lambda row: row["code"]
)
def test_every_fatal_finding_is_planted(row: dict[str, str]) -> None:
    assert row["code"] in {case.code for case in PLANTED}


def test_a_finding_names_its_place_in_the_language_in_use() -> None:
    finding = Finding("few_clusters", "locality[T.township]", {"count": 3, "least": 5})
    assert finding.what == "loại địa bàn: thị trấn: chỉ có 3 cụm, cần ít nhất 5"
    with speaking("en"):
        assert finding.what == "locality: township: only 3 clusters, at least 5 are needed"


def test_no_model_writes_words_into_a_finding() -> None:
    for path in (SOURCE / "models").rglob("*.py"):
        made = re.findall(r"Finding\([^()]*(?:\([^()]*\))?", path.read_text(encoding="utf-8"))
        assert [text for text in made if re.search(r"_label\(|_\(", text)] == [], path.name
