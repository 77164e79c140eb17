"""Syllables: words of Vietnamese are told from those of other languages and of codes before Unicode."""

from __future__ import annotations

import pytest

from analysis.clean.syllables import well_formed


@pytest.mark.parametrize(
    "word",
    [
        "Điện",
        "Ðiện",
        "quốc",
        "quý",
        "già",
        "giếng",
        "khuỷu",
        "thuở",
        "nghiêng",
        "ươm",
        "Ê",
        "ủy",
        "xoong",
        "Kạn",
        "LẮK",
        "yêu",
        "Pắc",
    ],
)
def test_syllables(word: str) -> None:
    assert well_formed(word)


@pytest.mark.parametrize(
    "word",
    ["Quôc", "Viêt", "kgê", "tòán", "Krông", "café", "où", "Muñoz", "§iÖn", "Ñieän", "bbà", "bắng2", "µ"],
)
def test_no_syllables(word: str) -> None:
    assert not well_formed(word)
