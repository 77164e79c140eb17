"""Messed cells say truly what can be read from them: the cleaner's readers agree, form by form."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean import categories
from analysis.clean.cell_dates import read_date
from analysis.clean.education import read_education
from analysis.clean.unit_spelling import one_spelling
from analysis.clean.units import read_unit
from analysis.simulate import mess, names, spellings
from analysis.simulate.register import roman

TABLES = {"sex": "sexes", "ethnicity": "ethnic_groups", "religion": "religions", "occupation": "occupations"}
days = st.dates(date(1950, 1, 1), date(2024, 12, 31))
seeds = st.integers(0, 2**32).map(np.random.default_rng)


def code_of(role: str, cell: str) -> tuple[str | None, bool]:
    if role in TABLES:
        reading = categories.read_category(TABLES[role], cell)
        return reading.value, reading.refused
    education = read_education(cell)
    if education.value is None:
        return None, education.refused
    part = "general" if role == "general_education" else "professional"
    return getattr(education.value, part) or None, education.refused


@given(day=days, rng=seeds)
def test_a_messed_date_reads_as_it_says(day: date, rng: np.random.Generator) -> None:
    for found in (mess.messed_date(day, rng) for _ in range(60)):
        if found.outcome == "missing":
            assert found.cell is None
            continue
        assert found.cell is not None
        reading = read_date(found.cell, "dmy", latest=date(2026, 1, 1))
        assert reading.refused == (found.outcome == "refuse")
        if reading.value is not None:
            exact = found.outcome == "recover"
            assert reading.value.precision == ("day" if exact else found.precision)
            assert reading.value.first <= day <= reading.value.last
            assert exact == (reading.value.first == reading.value.last)


@given(day=days, rng=seeds)
def test_a_date_that_must_be_certain_can_be_read_to_the_day(day: date, rng: np.random.Generator) -> None:
    assert {mess.messed_date(day, rng, certain=True).outcome for _ in range(60)} == {"recover"}


def test_every_way_of_writing_a_date_turns_up() -> None:
    rng = np.random.default_rng(1)
    found = [mess.messed_date(date(2019, 2, 7), rng) for _ in range(3000)]
    assert len({m.kind for m in found}) == 9 + 4 + 4 + 1
    assert {m.outcome for m in found} == {"recover", "coarse", "refuse", "missing"}


FORMS = [
    pytest.param(role, code, form, id=f"{role}-{code}-{form}")
    for role, codes in spellings.SPELLINGS.items()
    for code, forms in codes.items()
    for form in dict.fromkeys((*forms, spellings.label(role, code), spellings.office_word(role, code)))
]


@pytest.mark.parametrize(("role", "code", "form"), FORMS)
def test_each_spelling_means_its_code(role: str, code: str, form: str) -> None:
    assert code_of(role, form) == (code, False)


@pytest.mark.parametrize(
    ("role", "cell"), [(role, cell) for role, cells in spellings.UNREADABLE.items() for cell in cells]
)
def test_what_cannot_be_read_is_refused(role: str, cell: str) -> None:
    value, refused = code_of(role, cell)
    assert value is None
    assert refused


@pytest.mark.parametrize("role", list(spellings.SPELLINGS))
@pytest.mark.parametrize("cell", spellings.NOT_KNOWN)
def test_what_says_that_nothing_is_known_is_missing_and_not_refused(role: str, cell: str) -> None:
    assert code_of(role, cell) == (None, False)


@pytest.mark.parametrize("seed", range(3))
def test_all_spellings_of_all_units_lead_back_to_one_name_each(seed: int) -> None:
    units = names.units(
        np.random.default_rng(seed), ["commune", "ward", "township"] * 20, [True, True, False] * 20
    )
    assert len(set(units)) == 60
    spelled = {(form(name), name) for name in units for form in spellings.UNIT_FORMS.values()}
    read = {cell: read_unit(cell, {}).value for cell, _name in spelled}
    assert None not in read.values()
    one = one_spelling([("", str(value)) for value in read.values()] + [("", name) for name in units])
    assert {cell: one["", str(read[cell])] for cell, _name in spelled} == {
        cell: ("", name) for cell, name in spelled
    }


@pytest.mark.parametrize(("number", "figures"), [(1, "I"), (9, "IX"), (49, "XLIX"), (388, "CCCLXXXVIII")])
def test_roman_figures(number: int, figures: str) -> None:
    assert roman(number) == figures


@given(st.text())
def test_what_is_written_in_a_legacy_code_has_no_sign_that_it_lacks(text: str) -> None:
    assert not set(str(mess.for_legacy(text))) & set("Ð’″×–")
