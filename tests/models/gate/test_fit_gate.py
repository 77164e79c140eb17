"""The fit gate: planted pathologies give no number and say why, sound fits are let through."""

from __future__ import annotations

import dataclasses
import inspect
import pkgutil
import re
import warnings
from collections import Counter
from collections.abc import Callable
from importlib import import_module

import numpy as np
import planted_counts
import planted_groups
import planted_others
import pytest
import sound_counts
import sound_others
from numbers_left import COLUMNS, VIETNAMESE, numbers_left, shown_numbers
from planted import Planted
from sound import Sound

import analysis.models
from analysis.language import speaking
from analysis.models.covariance_words import covariance_label
from analysis.models.gate import Finding
from analysis.models.result import ESTIMATES, Result

PLANTED = [*planted_counts.CASES, *planted_groups.CASES, *planted_others.CASES]
SOUND = [*sound_counts.CASES, *sound_others.CASES]
LEAST = 50

NAMES = re.compile("Mường Ảng|Điện Biên")
"""Of the made-up figures; a name has no translation."""

pytestmark = pytest.mark.xdist_group("fit-gate")  # one worker counts all

_left: Counter[str] = Counter()
"""Cases that were run and came out right."""

_seen: set[type[Result]] = set()
"""Kinds of results among the sound fits."""


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


def holds_to_the_contract(result: Result) -> None:
    """Check that a result is frozen and slotted, tells its estimates first, and speaks both languages."""
    _seen.add(type(result))
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.n = 0  # type: ignore[misc]
    assert not hasattr(result, "__dict__")
    assert list(result.estimates)[: len(ESTIMATES)] == list(ESTIMATES)
    said = result.words()
    with speaking("en"):
        told = result.words()
    assert len(said) == len(told) > 0
    assert [line for line in said if line in told] == []


METHODS = {
    "CR1",
    "CR2",
    "HC1",
    "Poisson",
    "Wilson",
    "Greenwood",
    "Newey",
    "West",
    "Bell",
    "McCaffrey",
    "Fay",
    "Feuer",
    "Knapp",
    "Hartung",
}
"""Names in the words for a covariance, the same in every language."""

PLAIN = {"theo", "cho", "sai", "quan", "nhau", "thang", "gamma", "delta", "t", "q"}
"""Other words of the Vietnamese ones that have no letter but those of English."""


def tells_its_covariance_in_words(result: Result) -> None:
    """Check that the words for the errors are the reader's, with no code and no word of the other language."""
    if not result.covariance:
        return
    vi = covariance_label(result.covariance)
    with speaking("en"):
        en = covariance_label(result.covariance)
    words = {word for word in re.findall(r"\w+", vi) if word.isascii() and not word.isdigit()}
    assert words - METHODS - PLAIN == set()
    assert VIETNAMESE.findall(en) == []
    assert "_" not in vi + en
    assert vi in " ".join(result.words())


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
            told = (finding.what, finding.help, words)
        assert [part for part in told if part.casefold() not in text.casefold()] == []
        assert not finding.what.startswith(":")
        assert "nan" not in re.findall(r"\w+", text)
    assert VIETNAMESE.findall(en) == []
    _left["caught"] += 1


@pytest.mark.parametrize("case", cases(SOUND))
def test_a_sound_fit_is_let_through(case: Sound) -> None:
    result, vi, en = fitted(case)
    assert [(finding.code, finding.where) for finding in fatal(result)] == []
    table = result.estimates
    if "withheld" in table:  # models side by side, each of which may be withheld by itself
        table = table.loc[table["withheld"].eq("")]
    assert len(table)
    assert np.isfinite(table["estimate"].to_numpy(dtype=float)).all()
    for term, value in case.truth().items():
        close = pytest.approx(value, abs=case.tolerance * max(1.0, abs(value)))
        assert float(result.at(term)["estimate"]) == close, term
    assert "nan" not in re.findall(r"\w+", vi + en)
    assert VIETNAMESE.findall(NAMES.sub("", en)) == []
    holds_to_the_contract(result)
    tells_its_covariance_in_words(result)
    _left["passed"] += 1


def test_both_counts(record_property: Callable[[str, object], None], request: pytest.FixtureRequest) -> None:
    ran = Counter(item.name.partition("[")[0] for item in request.session.items)
    told = (
        f"fit gate: caught {_left['caught']} of {len(PLANTED)} planted pathologies, "
        f"passed {_left['passed']} of {len(SOUND)} sound fits"
    )
    record_property("summary", told)
    assert len({case.name for case in PLANTED}) == len(PLANTED) >= LEAST
    assert len({case.name for case in SOUND}) == len(SOUND) >= LEAST
    if ran["test_a_planted_pathology_gives_no_number_and_says_why"] == len(PLANTED):
        assert _left["caught"] == len(PLANTED)
    if ran["test_a_sound_fit_is_let_through"] == len(SOUND):
        assert _left["passed"] == len(SOUND)


def kinds() -> dict[str, type[Result]]:
    """Return every kind of result, by its name."""
    modules = pkgutil.walk_packages(analysis.models.__path__, "analysis.models.")
    found = {}
    for module in modules:
        for name, kind in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(kind, Result) and kind.__module__ == module.name:
                found[name] = kind
    return found


@pytest.mark.parametrize("name", sorted(kinds()))
def test_every_kind_of_result_is_a_frozen_slotted_dataclass(name: str) -> None:
    kind = kinds()[name]
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert "__slots__" in kind.__dict__
    assert all(field.kw_only for field in dataclasses.fields(kind))
    own = [field.name for field in dataclasses.fields(kind) if field.name in kind.__annotations__]
    documented = inspect.getdoc(kind) or ""
    assert [field for field in own if not re.search(rf"^(.*, )?{field}\b.* : ", documented, re.M)] == []


def test_every_kind_of_result_is_among_the_sound_fits(request: pytest.FixtureRequest) -> None:
    ran = [item for item in request.session.items if item.name.startswith("test_a_sound_fit_is_let_through")]
    if len(ran) < len(SOUND):
        pytest.skip("needs all sound fits")
    bases = {base.__name__ for kind in kinds().values() for base in kind.__mro__[1:]}
    assert sorted(set(kinds()) - bases - {kind.__name__ for kind in _seen}) == []
