"""Typed parameters of the report templates, checked before a kernel starts."""

from __future__ import annotations

import difflib
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from analysis.clean.places import find_province
from analysis.errors import ParameterError
from analysis.vocab import Province

VINTAGES = {"period": "2008", "2025": "2025"}
"""Vintage of the provinces that reports are made for, in each choice of units."""


class _Parameters(BaseModel):
    """What every template takes.

    Attributes
    ----------
    language : str
        Language of the report.
    data : str
        Folder of the processed tables, as seen from the notebook.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    template: ClassVar[str]

    language: Literal["vi", "en"] = "vi"
    data: str = "../data/processed"

    @classmethod
    def checked(cls, **values: Any) -> Self:
        """Return the parameters, or say what is wrong with them and which name is nearest.

        Raises
        ------
        ParameterError
            A name is unknown, a type or a value is wrong, or a province does not exist.
        """
        try:
            return cls(**values)
        except ValidationError as error:
            raise ParameterError("; ".join(_words(cls, e) for e in error.errors())) from None

    def folder(self) -> Path:
        """Return the folder of the processed tables."""
        return Path(self.data)


class _InUnits(_Parameters):
    """What every template takes that reports on provinces.

    Attributes
    ----------
    units : str
        ``period``: provinces as they were in the period; ``2025``: carried to the 34 provinces.
    """

    units: Literal["period", "2025"] = "period"


class ProvinceParameters(_InUnits):
    """Parameters of ``notebooks/province.ipynb``.

    Attributes
    ----------
    province : str
        Province as a person writes it: ``Điện Biên``, ``dien bien``, ``11``.
    """

    template: ClassVar[str] = "province"

    province: str

    def place(self) -> Province:
        """Return the province that is meant."""
        return find_province(self.province, VINTAGES[self.units])


class ComparisonParameters(_InUnits):
    """Parameters of ``notebooks/comparison.ipynb``.

    Attributes
    ----------
    min_clusters : int
        Fewest provinces on which a pooled ratio may rest.
    """

    template: ClassVar[str] = "comparison"

    min_clusters: int = Field(default=5, ge=2, le=63)


class _RegisterRows(_InUnits):
    """Which rows of registers a report stands on.

    Attributes
    ----------
    cluster : str
        What rows hang together by: ``unit_id`` or ``district``.
    first_year, last_year : int or None
        Years to take; all without.
    known_until : str or None
        Day to which the registers tell admissions and recognitions, ``2025-06-30``. Without it nothing is said
        of the time to recognition, since who is not recognised may only not be told, and no part of a year is
        carried to its end.
    part_years : str
        What becomes of years whose register seems closed before their end: ``leave_out`` or ``keep``.
    silent_units : str
        What becomes of units that no register names though it covers their district: ``leave_out``, or
        ``zero`` where the registers are known to be of the whole district.
    seed : int
        Of all random numbers.
    """

    cluster: Literal["unit_id", "district"] = "unit_id"
    first_year: int | None = Field(default=None, ge=1930, le=2099)
    last_year: int | None = Field(default=None, ge=1930, le=2099)
    known_until: str | None = None
    part_years: Literal["leave_out", "keep"] = "leave_out"
    silent_units: Literal["leave_out", "zero"] = "leave_out"
    seed: int = Field(default=21, ge=0)

    @field_validator("known_until", "change_date", check_fields=False)
    @classmethod
    def _is_day(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                date.fromisoformat(value)
            except ValueError:
                raise ValueError("write the day as year-month-day, 2025-06-30") from None
        return value

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.first_year and self.last_year and self.first_year > self.last_year:
            raise ValueError(f"first_year {self.first_year} is after last_year {self.last_year}")
        return self


class ProvinceRegisterParameters(_RegisterRows):
    """Parameters of ``notebooks/province_register.ipynb``.

    Attributes
    ----------
    province : str
        Province as a person writes it.
    outcome : str
        What is counted: ``admitted``, or of them the ethnic ``minority`` or the ``youth_union`` members.
    exposure : str
        What the counts are set against: ``members`` (an admission rate), ``target`` (attainment) or
        ``eligible`` people. Targets and eligible people are counted by unit, not by age and sex.
    factors : list of str
        Terms of the model: columns, ``C(year)``, interactions such as ``age_band:sex``, splines such as
        ``bs(year, df=3)``.
    sparse_groups : str
        What becomes of groups with too few admissions or clusters: ``merge`` joins age bands to their neighbours
        and leaves other groups out, ``keep`` leaves the model to the gate, which then withholds it.
    change_date : str or None
        Day of a reform or congress around which the series of admissions is broken, ``2022-06-16``.
    """

    template: ClassVar[str] = "province_register"

    province: str
    outcome: Literal["admitted", "minority", "youth_union"] = "admitted"
    exposure: Literal["members", "target", "eligible"] = "members"
    factors: list[str] = Field(default=["age_band", "sex", "locality", "C(year)"], min_length=1)
    sparse_groups: Literal["merge", "keep"] = "merge"
    change_date: str | None = None

    def place(self) -> Province:
        """Return the province that is meant."""
        return find_province(self.province, VINTAGES[self.units])


class ComparisonRegisterParameters(_RegisterRows):
    """Parameters of ``notebooks/comparison_register.ipynb``.

    Attributes
    ----------
    pair : list of str
        Two provinces whose difference is decomposed; the two with most members without.
    """

    template: ClassVar[str] = "comparison_register"

    pair: list[str] = Field(default=[], max_length=2)


class QualityParameters(_Parameters):
    """Parameters of ``notebooks/data_quality.ipynb``."""

    template: ClassVar[str] = "data_quality"


TEMPLATES: dict[str, type[_Parameters]] = {
    model.template: model
    for model in (
        ProvinceParameters,
        ComparisonParameters,
        QualityParameters,
        ProvinceRegisterParameters,
        ComparisonRegisterParameters,
    )
}


def _words(model: type[BaseModel], error: Any) -> str:
    name = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, model.model_fields, n=1, cutoff=0.5)
        hint = f"; is {near[0]!r} meant?" if near else ""
        return f"{name}: no such parameter{hint} (known: {', '.join(sorted(model.model_fields))})"
    if not name:
        return str(error["msg"]).removeprefix("Value error, ")
    return f"{name}: {error['msg']}, not {error['input']!r}"
