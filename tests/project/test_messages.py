"""Every message of the models has its English words, with the same gaps."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from analysis.language import _, speaking
from analysis.vocab import table

ROOMS = (
    "models",
    "shown.py",
    "figures/register",
    "tables/register.py",
    "tables/register_exits.py",
    "tables/register_years.py",
    "report/register.py",
    "report/register_compare.py",
    "report/register_models.py",
    "report/register_points.py",
    "report/register_rates.py",
)


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


def catalogue(root: Path) -> set[str]:
    """Return the messages that have English words."""
    found = set()
    for path in sorted((root / "src/analysis/locale/en").glob("*.po")):
        with path.open("rb") as file:
            found |= {str(message.id) for message in read_po(file) if message.id and message.string}
    return found


def test_every_message_of_the_models_has_english_words(root: Path) -> None:
    found = _messages(root)
    assert len(found) > 100
    english = catalogue(root)
    assert [(message, path) for message, path in found if message not in english] == []


def test_translations_have_the_gaps_of_their_message(root: Path) -> None:
    with speaking("en"):
        wrong = [
            message
            for message, _path in _messages(root)
            if sorted(re.findall(r"\{\w+\}", message)) != sorted(re.findall(r"\{\w+\}", _(message)))
        ]
    assert wrong == []


def test_every_finding_has_words_in_both_languages() -> None:
    columns = ("code", "fatal", "what_vi", "what_en", "help_vi", "help_en")
    assert [row["code"] for row in table("findings") if not all(row[column] for column in columns)] == []
