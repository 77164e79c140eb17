"""Every message of the models has its English words, with the same gaps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file

from analysis.language import _, speaking

ROOMS = ("models", "figures/register", "tables/register.py")


def _messages(root: Path) -> list[tuple[str, str]]:
    source = root / "src" / "analysis"
    files = [
        path
        for room in ROOMS
        for path in ([source / room] if room.endswith(".py") else sorted((source / room).rglob("*.py")))
    ]
    found = []
    for path in files:
        for _line, message, _comments, _context in extract_from_file("python", path, keywords={"_": None}):
            found.append((str(message), path.relative_to(source).as_posix()))
    return found


def test_every_message_of_the_models_has_english_words(root: Path) -> None:
    found = _messages(root)
    assert len(found) > 100
    with speaking("en"):
        missing = [(message, path) for message, path in found if _(message) == message]
    assert missing == []


def test_translations_have_the_gaps_of_their_message(root: Path) -> None:
    with speaking("en"):
        wrong = [
            message
            for message, _path in _messages(root)
            if sorted(re.findall(r"\{\w+\}", message)) != sorted(re.findall(r"\{\w+\}", _(message)))
        ]
    assert wrong == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_finding_has_words(root: Path, language: str) -> None:
    lines = (root / "src/analysis/vocab/findings.csv").read_text(encoding="utf-8").splitlines()
    assert all(line.count(",") >= 5 for line in lines if line)
