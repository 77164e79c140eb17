"""Every rule and role that the cleaners of registers know has its words, and no words are kept for nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import register_words
from analysis.clean import categories, cell_dates, cell_numbers, education, headers, legacy, letters, units
from analysis.clean.admission_rules import FLAGS
from analysis.clean.unit_tables import read_age_band
from analysis.report.quality_known import COLUMNS
from analysis.vocab import CATEGORY_TABLES, table

SOURCE = Path(categories.__file__).parents[1]
OF_FIGURES = {
    "published",
    "unit_periods",
    "composition",
    "checks",
    "checks_percent",
    "checks_sum",
    "findings",
}
"""Modules of the published figures: their log says why in words of its own."""

RULES = {row["rule"] for row in table("rules")}
AT = {"Reading": 1, "Change": 2, "CellRefusedError": 0, "_Fact": 1}
"""Call → position of the rule among its arguments."""

NAMED = {
    "rule",
    "rules",
    "refusals",
    "zero",
    "said",
    "_RULES",
    "_MARK_RULES",
    "_REFUSED_WORDS",
    "_PATTERNS",
    "_FORMS",
}
"""Variables that hold rules, or are keyed by them."""

WORDS = {"tcvn3", "vni"}
PARTS = {"code": WORDS, "value": {"target", "members"}, "name": {"age_band", "sex"}, "one": {"period_start"}}
"""What stands in the braces of a rule that is put together."""


def modules() -> list[ast.Module]:
    files = [*(SOURCE / "clean").glob("*.py"), *(SOURCE / "registers").glob("*.py")]
    return [ast.parse(f.read_text(encoding="utf-8")) for f in files if f.stem not in OF_FIGURES]


def texts(node: ast.AST) -> Iterator[str]:
    """Yield the texts that an expression may be, conditions left out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        held = [ast.unparse(v.value) if isinstance(v, ast.FormattedValue) else v.value for v in node.values]
        (at,) = [i for i, v in enumerate(node.values) if isinstance(v, ast.FormattedValue)]
        name = re.match(r"\w+", held[at])
        assert name, held
        yield from ("".join([*held[:at], word, *held[at + 1 :]]) for word in PARTS[name[0]])
    elif isinstance(node, ast.IfExp):
        yield from (text for part in (node.body, node.orelse) for text in texts(part))
    elif isinstance(node, ast.BoolOp):
        yield from (text for part in node.values for text in texts(part))
    elif isinstance(node, ast.BinOp):
        yield from texts(node.left)
    elif isinstance(node, ast.Tuple | ast.List):
        yield from (text for part in node.elts for text in texts(part))


def in_calls(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in AT:
            continue
        named = [word.value for word in node.keywords if word.arg == "rule"]
        if node.func.id == "_Fact" and not (
            isinstance(node.args[0], ast.Constant) and node.args[0].value == "refused"
        ):
            continue
        for expression in [*node.args[AT[node.func.id] : AT[node.func.id] + 1], *named]:
            yield from texts(expression)


def in_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        names = {name.id for t in targets for name in ast.walk(t) if isinstance(name, ast.Name)}
        if not names & NAMED or node.value is None:
            continue
        found = node.value
        dicts = [d for d in ast.walk(found) if isinstance(d, ast.Dict)]
        if names & {"_PATTERNS", "refusals", "rules"}:
            yield from (text for d in dicts for key in d.keys if key for text in texts(key))
        elif names & {"_FORMS"}:
            yield from (next(texts(entry)) for entry in found.elts)
        elif names & {"_REFUSED_WORDS"}:
            yield from (text for c in ast.walk(found) if isinstance(c, ast.Call) for text in texts(c.args[1]))
        elif dicts:
            yield from (text for d in dicts for value in d.values for text in texts(value))
        elif isinstance(found, ast.Tuple):  # value, decimals, rule = ...
            yield from texts(found.elts[-1])
        else:
            yield from texts(found)


def in_returns(tree: ast.Module) -> Iterator[str]:
    """Yield the last of what functions of dates and numbers return: value, rule."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Return)
            and isinstance(node.value, ast.Tuple)
            and len(node.value.elts) in (2, 3)
        ):
            yield from texts(node.value.elts[-1])


def in_reasons(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and node.elts:
            yield from (
                (text for text in texts(node.elts[0]) if text.startswith("row_refused_"))
                if isinstance(node.elts[0], ast.Constant | ast.JoinedStr)
                and "row_refused_" in ast.unparse(node.elts[0])
                else ()
            )


def collected() -> set[str]:
    found = {text for tree in modules() for part in (in_calls, in_names, in_reasons) for text in part(tree)}
    for name in ("cell_dates", "cell_numbers", "number_marks"):
        found |= set(in_returns(ast.parse((SOURCE / "clean" / f"{name}.py").read_text(encoding="utf-8"))))
    found |= {row["rule"] for row in table("spellings") if row["rule"]}
    return {text for text in found if re.fullmatch(r"\w+", text, re.ASCII)} - {"percent_", "count"}


def test_every_rule_of_the_cleaners_has_its_words() -> None:
    assert sorted(collected() - RULES) == []


def test_no_words_are_kept_for_a_rule_that_nothing_emits() -> None:
    assert sorted(RULES - collected()) == []


READERS = {
    "date": lambda cell: cell_dates.read_date(cell, "dmy"),
    "date of an undecided column": lambda cell: cell_dates.read_date(cell, "undecided"),
    "date month first": lambda cell: cell_dates.read_date(cell, "mdy"),
    "count": lambda cell: cell_numbers.read_count(cell, "vi"),
    "number": lambda cell: cell_numbers.read_number(cell, None),
    "number of two conventions": lambda cell: cell_numbers.read_number(cell, "both"),
    "sex": categories.read_sex,
    "mark": categories.read_mark,
    "education": education.read_education,
    "age band": read_age_band,
    "unit": lambda cell: units.read_unit(cell, {}),
    "letters": lambda cell: letters.unify(str(cell)),
    "tones": lambda cell: letters.place_tones(str(cell)),
} | {name: lambda cell, name=name: categories.read_category(name, cell) for name in CATEGORY_TABLES}
PIECES = [
    "1.234", "62,5", "05", "0005", "-", "x", "nt", "7/2/19", "31/02/2019", "12/25/2019", "năm 1990", "Quý I/2020", "T9/2016",
    "9/12", "13/12", "ĐH", "đang học", "TC", "Kinh", "H’Mông", "công chức", "GV", "nam", "nữ", "không", "không rõ",
    "trên 200", "454/800", "62%", "hai trăm", "18-30", "18-35", "TT. Mường Ảng", "Nguyễn Văn An", "\ufffd", "Hoà", " ", "2 nghìn",
    "vượt 11%", "15081945", "43866", "lý luận chính trị", "--/--/1975", "dưới 50", "-5", "đồng chí",
]  # fmt: skip


@pytest.mark.parametrize("name", READERS)
@given(
    cell=st.one_of(
        st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map(" ".join),
        st.text(max_size=12),
        st.integers(-10, 10**9),
        st.floats(),
        st.booleans(),
        st.datetimes(),
    )
)
def test_whatever_a_reader_says_has_its_words(name: str, cell: object) -> None:
    rule = READERS[name](cell).rule
    assert not rule or set(rule.split("+")) <= RULES


LEGACY = (["HuyÖn §iÖn Biªn", "TuÇn Gi¸o", "Bé"], ["Huyeän Ñieän Bieân", "Tuaàn Giaùo", "Möôøng AÛng"])


@pytest.mark.parametrize("cells", [*LEGACY, *([*cells, "Điện Biên"] for cells in LEGACY)])
@given(cell=st.sampled_from(["Bé", "§iÖn", "Ñieän", "Điện §iÖn", "Điện Ñieän", "Lôc", "Hà"]))
def test_whatever_a_legacy_code_says_has_its_words(cells: list[str], cell: str) -> None:
    code = legacy.legacy_code(cells)
    assert code is not None
    rule = legacy.to_unicode(cell, code).rule
    assert not rule or rule in RULES


def test_a_rule_has_one_row_an_effect_and_words_in_both_languages() -> None:
    rows = table("rules")
    assert len(rows) == len(RULES)
    effects = {"read", "assumed", "silent", "refused", "either", "row_refused", "row_aside"}
    assert [
        row for row in rows if row["effect"] not in effects or not row["label_vi"] or not row["label_en"]
    ] == []
    assert [row["rule"] for row in rows if None in row or None in row.values()] == []


def test_the_effect_of_a_rule_is_what_readers_do() -> None:
    # A reader that refuses leaves no value: its rule must not claim to have read one, nor the reverse.
    for cell in PIECES:
        for name, reader in READERS.items():
            found = reader(cell)
            if found.rule and name not in ("letters", "tones"):
                said = register_words.effect(found.rule, valued=found.value is not None)
                assert (said == "refused") == found.refused, (name, cell, found)


def test_every_role_and_column_has_its_words() -> None:
    roles = {row["role"] for row in table("roles")}
    asked = {row["role"] for row in table("headers")} | set(headers.known_roles("register"))
    asked |= {*FLAGS, *COLUMNS, *(role for telling in COLUMNS.values() for role in telling)}
    assert sorted(asked - roles - {headers.DROPPED, headers.IDENTITY, ""}) == []


@pytest.mark.parametrize(
    ("told", "read"),
    [
        pytest.param("", [], id="none"),
        pytest.param("Năm 2016 = 2016", [("Năm 2016", "2016")], id="a year"),
        pytest.param("a = b = unit", [("a = b", "unit")], id="equals in a header"),
        pytest.param("a; b = unit; c = year", [("a; b", "unit"), ("c", "year")], id="semicolon in a header"),
    ],
)
def test_columns_are_told_apart(told: str, read: list[tuple[str, str]]) -> None:
    assert register_words.columns(told) == read


@pytest.mark.parametrize(
    "text",
    [
        "of 271 accented words, Vietnamese in cp1252 30, cp1258 24, tcvn3 41, vni 265",
        "of 40 accented words, Vietnamese in cp1252 3, vni 2; 38 are Western letters",
        "12 words are Vietnamese only in tcvn3, fonts .VnTime",
        "12 words are Vietnamese only in vni",
        "zero bytes as in utf-16-le",
        *("every byte fits", "ASCII only", "byte order mark", "no accented words", "stated"),
    ],
)
def test_evidence_is_told_in_the_readers_language(text: str) -> None:
    assert register_words.evidence(text) != text
    assert not set(register_words.evidence(text).split()) & {
        "of",
        "words",
        "bytes",
        "are",
        "fits",
        "only",
        "stated",
    }
