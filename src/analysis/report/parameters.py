"""Typed parameters of the report templates, checked before a kernel starts."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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

    language: Literal["vi"] = "vi"
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


class QualityParameters(_Parameters):
    """Parameters of ``notebooks/data_quality.ipynb``."""

    template: ClassVar[str] = "data_quality"


TEMPLATES: dict[str, type[_Parameters]] = {
    model.template: model for model in (ProvinceParameters, ComparisonParameters, QualityParameters)
}


def _words(model: type[BaseModel], error: Any) -> str:
    name = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, model.model_fields, n=1, cutoff=0.5)
        hint = f"; is {near[0]!r} meant?" if near else ""
        return f"{name}: no such parameter{hint} (known: {', '.join(sorted(model.model_fields))})"
    return f"{name}: {error['msg']}, not {error['input']!r}"
