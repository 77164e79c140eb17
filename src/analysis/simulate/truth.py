"""The truth that synthetic registers are drawn from, stated in full and written beside them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from analysis.clean.places import find_province
from analysis.clean.text import slug
from analysis.errors import ParameterError
from analysis.simulate.parts import (
    Breakers,
    Design,
    Fact,
    Members,
    Part,
    Rates,
    Recognition,
    Targets,
    Traits,
    Unit,
)
from analysis.vocab import Province


class Truth(Part):
    """What synthetic registers, targets and members of one province are drawn from.

    Attributes
    ----------
    province, vintage : str
        The province's name and the list of provinces that it belongs to: ``2008`` or ``2025``.
    about : str
        The district or commune that the files cover, ``huyện Mường Ảng``; empty: the province.
    years : (int, int)
        First and last year.
    units : int or tuple of Unit
        How many, made by ``design``; or which.
    members : int
        At the start of the first year, in all units.
    unit_sd : float
        Standard deviation of the units' effects, normal on the log scale.
    facts : tuple of Fact
        Published counts to agree with. No heaping may be stated with admitted counts.

    Examples
    --------
    >>> truth = Truth.stated(province="Điện Biên", members=2000, years=(2015, 2024))
    >>> Truth.model_validate_json(truth.model_dump_json()) == truth
    True
    >>> Truth.stated(province="Điện Biên", members=2000, years=(2024, 2015))
    Traceback (most recent call last):
        ...
    analysis.errors.ParameterError: years: the first year 2024 is after the last, 2015
    """

    province: str
    vintage: Literal["2008", "2025"] = "2008"
    about: str = ""
    years: tuple[Annotated[int, Field(ge=1990, le=2098)], Annotated[int, Field(ge=1990, le=2098)]]
    units: Annotated[int, Field(ge=1, le=20_000)] | Annotated[tuple[Unit, ...], Field(min_length=1)] = 30
    design: Design = Field(default_factory=Design)
    members: int = Field(ge=1, le=10_000_000)
    members_at_start: Members = Field(default_factory=Members)
    rates: Rates = Field(default_factory=Rates)
    unit_sd: float = Field(default=0.25, ge=0, le=2)
    targets: Targets = Field(default_factory=Targets)
    recognition: Recognition = Field(default_factory=Recognition)
    traits: Traits = Field(default_factory=Traits)
    breakers: Breakers = Field(default_factory=Breakers)
    facts: tuple[Fact, ...] = ()

    @classmethod
    def stated(cls, **values: object) -> Self:
        """Return the truth, or say what is wrong with it.

        Raises
        ------
        ParameterError
            A name is unknown, a value is out of its range, or two statements contradict.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            said = (
                f"{'.'.join(map(str, e['loc']))}: {e['msg']}" if e["loc"] else _own_words(e["msg"])
                for e in error.errors()
            )
            raise ParameterError("; ".join(said)) from None

    def place(self) -> Province:
        """Return the province that is meant."""
        return find_province(self.province, self.vintage)

    def covered(self) -> str:
        """Return the name of what the files cover: ``huyện Mường Ảng``, ``tỉnh Điện Biên``."""
        return self.about or self.place().full_name

    def name(self) -> str:
        """Return the part of the files' names that says what they cover: ``dien-bien-huyen-muong-ang``."""
        return slug(f"{self.place().name} {self.about}")

    def span(self) -> range:
        """Return the years."""
        return range(self.years[0], self.years[1] + 1)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        try:
            self.place()
        except ParameterError as error:
            raise ValueError(f"province: {error}") from None
        if self.years[0] > self.years[1]:
            raise ValueError(f"years: the first year {self.years[0]} is after the last, {self.years[1]}")
        self._units_agree()
        self._facts_agree()
        return self

    def _units_agree(self) -> None:
        if isinstance(self.units, int):
            return
        names = [unit.name for unit in self.units]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"units: more than one is named {twice[0]}")
        known = [unit.members for unit in self.units if unit.members is not None]
        if sum(known) > self.members or (len(known) == len(names) and sum(known) != self.members):
            raise ValueError(f"units: their members add to {sum(known)}, members says {self.members}")
        for unit in self.units:
            if unit.members and unit.founded > date(self.years[0], 1, 1):
                raise ValueError(f"units: {unit.name} has members before it is founded")

    def _facts_agree(self) -> None:
        names = None if isinstance(self.units, int) else {unit.name for unit in self.units}
        for fact in self.facts:
            if fact.year not in self.span():
                raise ValueError(f"facts: {fact.year} is not one of the years")
            if fact.unit is not None and (names is None or fact.unit not in names):
                raise ValueError(f"facts: no unit is named {fact.unit}")
        keys = [(f.unit, f.year, f.measure, f.subgroup) for f in self.facts]
        if len(set(keys)) < len(keys):
            raise ValueError("facts: two of them are about the same count")
        if self.targets.heap_strength > 0 and any(f.measure == "admitted" for f in self.facts):
            raise ValueError("facts: counts that are given cannot be moved onto their targets as well")


def _own_words(message: str) -> str:
    return message.removeprefix("Value error, ")
