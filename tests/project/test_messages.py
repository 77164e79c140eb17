"""Every message has its English words, with the same gaps, and no translation is left over."""

from __future__ import annotations

import ast
import json
import re
import string
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from analysis.language import _, speaking
from analysis.vocab import table

_TEMPLATES = (".j2", ".jinja", ".html")
_CODE_TABLES = (
    "codes", "education", "ethnic_groups", "exits", "localities", "mass_organisations", "measures",
    "occupations", "regions", "religions", "roles", "rules", "sexes", "subgroups",
)  # fmt: skip


def _asked(expression: ast.AST) -> Iterator[str]:
    """Yield the messages of a module, those within f-strings too; and of templates that it holds as text."""
    for node in ast.walk(expression):
        match node:
            case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(message))]):
                yield message
            case ast.Constant(value=str(text)) if "{{" in text and "_(" in text:
                yield from _of_template(text)


def _of_template(text: str) -> Iterator[str]:
    options = {"encoding": "utf-8", "silent": "false", "trimmed": "false"}
    for _line, _function, message, _comments in babel_extract(BytesIO(text.encode()), ("_",), (), options):
        yield str(message)


def messages(root: Path) -> list[tuple[str, str]]:
    """Return every message of the library, with the file that asks for it."""
    source = root / "src" / "analysis"
    found = []
    for path in sorted(source.rglob("*")):
        text = path.read_text(encoding="utf-8") if path.suffix in (".py", *_TEMPLATES) else ""
        asked = _asked(ast.parse(text)) if path.suffix == ".py" else _of_template(text)
        found += [(message, path.relative_to(source).as_posix()) for message in asked]
    return found


def catalogue(root: Path) -> dict[str, str]:
    """Return the messages that have English words, and these."""
    found: dict[str, str] = {}
    for path in sorted((root / "src/analysis/locale/en").glob("*.po")):
        with path.open("rb") as file:
            found |= {str(message.id): str(message.string) for message in read_po(file) if message.id}
    return found


def _gaps(text: str) -> tuple[set[str], set[str]]:
    """Return the names of the gaps, and of those that choose a word by a number."""
    parts = [(name, spec or "") for _text, name, spec, _conversion in string.Formatter().parse(text) if name]
    return {name for name, spec in parts if "|" not in spec}, {name for name, spec in parts if "|" in spec}


def test_every_message_has_english_words(root: Path) -> None:
    found = messages(root)
    assert len(found) > 900
    english = catalogue(root)
    assert [(message, path) for message, path in found if not english.get(message)] == []


def test_no_translation_is_left_over(root: Path) -> None:
    asked = {message for message, _path in messages(root)}
    assert sorted(set(catalogue(root)) - asked) == []


def test_one_message_has_one_translation(root: Path) -> None:
    words: dict[str, set[str]] = {}
    for path in sorted((root / "src/analysis/locale/en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                words.setdefault(str(message.id), set()).add(str(message.string))
    assert {message: found for message, found in words.items() if len(found) > 1} == {}


def test_translations_have_the_gaps_of_their_message(root: Path) -> None:
    with speaking("en"):
        spoken = {message: str(_(message)) for message, _path in messages(root)}
    wrong = {
        message: english
        for message, english in spoken.items()
        if _gaps(english)[0] != _gaps(message)[0] or not _gaps(english)[1] <= _gaps(message)[0]
    }
    assert wrong == {}


def test_a_word_chosen_by_a_number_has_two_forms(root: Path) -> None:
    specs = [
        spec
        for english in catalogue(root).values()
        for _text, _name, spec, _conversion in string.Formatter().parse(english)
        if spec and "|" in spec
    ]
    assert len(specs) > 50
    assert [spec for spec in specs if len(set(spec.split("|"))) != 2] == []


def test_every_finding_has_words_in_both_languages() -> None:
    columns = ("code", "fatal", "what_vi", "what_en", "help_vi", "help_en")
    assert [row["code"] for row in table("findings") if not all(row[column] for column in columns)] == []


@pytest.mark.parametrize("name", _CODE_TABLES)
def test_every_code_has_words_in_both_languages(name: str) -> None:
    wrong = [row for row in table(name) if bool(row["label_vi"]) != bool(row["label_en"])]
    assert wrong == []


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_prose_of_a_notebook_stands_in_both_languages(path: Path) -> None:
    """Each Vietnamese cell is followed by its English twin, with as many headings, items and references."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    prose = [cell for cell in cells if cell["cell_type"] == "markdown"]
    tags = [next(tag for tag in cell["metadata"]["tags"] if tag.startswith("lang-")) for cell in prose]
    assert tags == ["lang-vi", "lang-en"] * (len(prose) // 2)
    for cell, twin in zip(prose[::2], prose[1::2], strict=True):
        assert cells[cells.index(cell) + 1] is twin
        assert _shape("".join(cell["source"])) == _shape("".join(twin["source"]))


def _shape(text: str) -> list[str]:
    """Return what a reader sees of a text beside its words: headings, items, paragraphs, references."""
    return [
        " ".join([re.match(r"#*|-", line)[0], *re.findall(r"\[\[.*?\]\]", line)])  # type: ignore[index]
        for line in text.split("\n")
    ]
