"""The parts of a truth: rates, units, members, targets, recognition, traits, broken rules, facts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analysis.vocab import table

Band = Literal[
    "age_18_30",
    "age_31_35",
    "age_36_40",
    "age_41_45",
    "age_46_50",
    "age_51_55",
    "age_56_60",
    "age_over_60",
]
"""Age at admission, as form 2-BTCTW groups it."""

Sex = Literal["male", "female"]
Locality = Literal["commune", "ward", "township"]
"""Xã, phường, thị trấn."""

BANDS: tuple[Band, ...] = get_args(Band)
SEXES: tuple[Sex, ...] = get_args(Sex)
LOCALITIES: tuple[Locality, ...] = get_args(Locality)

Share = Annotated[float, Field(ge=0, le=1)]
Effect = Annotated[float, Field(ge=0, le=1000)]
_LOWLAND = {"kinh": 0.97, "muong": 0.01, "tay": 0.01, "hoa": 0.01}
_HIGHLAND = {"kinh": 0.45, "thai": 0.2, "tay": 0.15, "mong": 0.1, "muong": 0.05, "dao": 0.05}


_CODED = {
    "religion": "religions",
    "general_education": "education",
    "professional_education": "education",
    "occupation": "occupations",
}


class Part(BaseModel):
    """What every part is: frozen, and without room for a misspelt name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rates(Part):
    """Admissions per 1,000 members of a cell and year: a base and what multiplies it.

    Attributes
    ----------
    per_1000 : float
        Rate where every effect is 1.
    age, sex, locality, year : dict
        Multiplicative effects; what is not named has effect 1.
    """

    per_1000: float = Field(default=30.0, ge=0, le=1000)
    age: dict[Band, Effect] = {
        "age_18_30": 2.5,
        "age_36_40": 0.7,
        "age_41_45": 0.45,
        "age_46_50": 0.3,
        "age_51_55": 0.15,
        "age_56_60": 0.05,
        "age_over_60": 0.0,
    }
    sex: dict[Sex, Effect] = {"female": 1.3}
    locality: dict[Locality, Effect] = {"ward": 0.8, "township": 0.9}
    year: dict[int, Effect] = {}


class Unit(Part):
    """A grassroots organisation (*tổ chức cơ sở đảng*) or a cell (*chi bộ*).

    Attributes
    ----------
    founded : date
        From the first 1 January on or after this day it has members and may admit.
    members : int or None
        At the start of the first year; None takes its part of what the others leave.
    eligible : bool
        False where nobody who could be admitted is left: a structural zero.
    """

    name: str = Field(min_length=1)
    level: Literal["commune", "grassroots", "cell"] = "commune"
    district: str = ""
    locality: Locality = "commune"
    founded: date = date(1960, 1, 1)
    members: int | None = Field(default=None, ge=0)
    eligible: bool = True


class Design(Part):
    """How units are made where only their number is stated.

    Attributes
    ----------
    districts : int
        Number of districts (*huyện*) that they lie in.
    locality : dict
        Share of each type.
    not_communes : float
        Share that are schools, offices and enterprises.
    founded_late : float
        Share founded within the years of the register.
    structural_zeros : float
        Share with no eligible people.
    """

    districts: int = Field(default=3, ge=1, le=30)
    locality: dict[Locality, Share] = {"commune": 0.75, "ward": 0.15, "township": 0.1}
    not_communes: Share = 0.2
    founded_late: Share = 0.05
    structural_zeros: Share = 0.05

    @model_validator(mode="after")
    def _shares(self) -> Self:
        _adds_to_one("design.locality", self.locality.values())
        return self


class Members(Part):
    """The members (*đảng viên*) at the start and how they change.

    Attributes
    ----------
    spread : float
        Standard deviation, on the log scale, of the size of units.
    age, female : shares of each band, and of women, at the start.
    exits : float
        Share that leaves a year: by death, transfer or sanction.
    """

    spread: float = Field(default=0.6, ge=0, le=3)
    age: dict[Band, Share] = {
        "age_18_30": 0.2,
        "age_31_35": 0.12,
        "age_36_40": 0.12,
        "age_41_45": 0.11,
        "age_46_50": 0.1,
        "age_51_55": 0.09,
        "age_56_60": 0.08,
        "age_over_60": 0.18,
    }
    female: Share = 0.35
    exits: Share = 0.012

    @model_validator(mode="after")
    def _shares(self) -> Self:
        _adds_to_one("members_at_start.age", self.age.values())
        return self


class Targets(Part):
    """How targets (*chỉ tiêu*) are set, and what they do to the counts.

    Attributes
    ----------
    first : float
        First target over the expected count.
    raised, cut : float
        The ratchet: next = last × (1 + raised × overshoot − cut × undershoot), rounded, at least 1.
    heap_within : int
        Farthest distance from the target at which a count may be moved onto it.
    heap_strength : float
        Probability that a unit-year ending so near its target ends exactly on it.
    """

    first: float = Field(default=1.0, gt=0, le=10)
    raised: float = Field(default=0.5, ge=0, le=2)
    cut: float = Field(default=0.2, ge=0, le=1)
    heap_within: int = Field(default=0, ge=0)
    heap_strength: Share = 0.0


class DiscreteDelay(Part):
    """Whole months beyond the twelve of probation, each with its probability."""

    kind: Literal["discrete"] = "discrete"
    months: dict[Annotated[int, Field(ge=0, le=120)], Share] = {0: 0.6, 1: 0.25, 2: 0.1, 6: 0.05}

    @model_validator(mode="after")
    def _shares(self) -> Self:
        _adds_to_one("recognition.delay.months", self.months.values())
        return self


class GammaDelay(Part):
    """Months beyond the twelve of probation, gamma distributed, to the day."""

    kind: Literal["gamma"] = "gamma"
    shape: float = Field(gt=0, le=100)
    mean: float = Field(gt=0, le=60)


class Departures(Part):
    """Who leaves (*rời Đảng*), how and when; a register that tells of it has two columns more.

    Attributes
    ----------
    ways : dict of code to share
        Share of those admitted who leave in each way, with the codes of ``exits`` in ``analysis.vocab``.
    months : (int, int)
        Fewest and most months from admission to leaving; every day between is as likely as any other. Who
        was not recognised by then is not recognised.
    """

    ways: dict[str, Share] = {"struck_off": 0.01, "moved": 0.01, "died": 0.002}
    months: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(le=240)]] = (3, 30)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        _known("recognition.departures.ways", self.ways, "exits")
        if sum(self.ways.values()) > 1:
            raise ValueError("recognition.departures.ways: the shares add to more than 1")
        if self.months[0] > self.months[1]:
            raise ValueError("recognition.departures.months: the fewest months are more than the most")
        return self


class Recognition(Part):
    """What follows the admission: recognition (*công nhận chính thức*) or deletion (*xóa tên*).

    Attributes
    ----------
    struck_off : float
        Share deleted from the rolls instead of recognised, of which the register tells no day.
    known_until : date or None
        Day on which the register was drawn up; later recognitions and departures stand blank. None: the
        last day of the year after the last.
    departures : Departures or None
        Those of whom the register tells the day on which they left; ``struck_off`` is 0 then.
    """

    delay: DiscreteDelay | GammaDelay = Field(default_factory=DiscreteDelay, discriminator="kind")
    struck_off: Share = 0.01
    known_until: date | None = None
    # Left out of the statement where there are none, so that those written before stay as they are.
    departures: Departures | None = Field(default=None, exclude_if=lambda given: given is None)

    @model_validator(mode="after")
    def _told_once(self) -> Self:
        if self.departures is not None and self.struck_off > 0:
            raise ValueError("recognition: state deletions either in struck_off or in departures")
        return self


class Traits(Part):
    """Shares among those admitted.

    Attributes
    ----------
    ethnicity : dict of locality to shares
        A locality that is not named has the shares of ``commune``.
    religion, general_education, professional_education, occupation : dict of code to share
        With the codes of the tables in ``analysis.vocab``.
        Pupils and students are drawn among those under 23 only; above, the first occupation
        named stands in their place.
    youth_union : float
        Share among those up to 30; older people are not members of the Youth Union.
    certificate_months : (int, int)
        Fewest and most months from the awareness class to admission.
    """

    ethnicity: dict[Locality, dict[str, Share]] = {
        "commune": _HIGHLAND,
        "ward": _LOWLAND,
        "township": _LOWLAND,
    }
    religion: dict[str, Share] = {"none": 0.93, "catholicism": 0.03, "buddhism": 0.03, "protestantism": 0.01}
    general_education: dict[str, Share] = {"upper_secondary": 0.85, "lower_secondary": 0.13, "primary": 0.02}
    professional_education: dict[str, Share] = {
        "none": 0.35,
        "elementary": 0.05,
        "intermediate": 0.2,
        "college": 0.12,
        "university": 0.25,
        "master": 0.03,
    }
    occupation: dict[str, Share] = {
        "farm_forest_fish": 0.4,
        "public_service_unit": 0.2,
        "commune_official": 0.12,
        "village_part_timer": 0.1,
        "enterprise_worker": 0.06,
        "army_police": 0.05,
        "pupil": 0.04,
        "university_student": 0.03,
    }
    youth_union: Share = 0.75
    certificate_months: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(le=59)]] = (2, 40)

    @model_validator(mode="after")
    def _shares(self) -> Self:
        for name, code_table in _CODED.items():
            _adds_to_one(f"traits.{name}", getattr(self, name).values())
            _known(f"traits.{name}", getattr(self, name), code_table)
        for locality, shares in self.ethnicity.items():
            _adds_to_one(f"traits.ethnicity.{locality}", shares.values())
            _known(f"traits.ethnicity.{locality}", shares, "ethnic_groups")
        if "commune" not in self.ethnicity:
            raise ValueError("traits.ethnicity names no shares for commune, which stand for the rest")
        if self.certificate_months[0] > self.certificate_months[1]:
            raise ValueError("traits.certificate_months: the fewest months are more than the most")
        return self


class Breakers(Part):
    """Shares of rows that break a rule of admission, one kind of break a row at most.

    ``under_18`` and ``over_60`` make people of the first and of the last band so young or so old;
    ``before_unit`` enters people under a unit founded after their admission; ``twice`` enters
    people a second time.
    """

    under_18: Share = 0.002
    over_60: Share = 0.002
    recognised_early: Share = 0.004
    certificate_old: Share = 0.004
    before_unit: Share = 0.002
    twice: Share = 0.004

    @classmethod
    def none(cls) -> Self:
        """Return shares of 0: counts by age band are then exactly those that were drawn."""
        return cls(**dict.fromkeys(cls.model_fields, 0.0))


class Fact(Part):
    """A published count that the synthetic ones must agree with; they are drawn given it.

    Attributes
    ----------
    unit : str or None
        Name of the unit; None for all units together.
    measure : str
        ``admitted`` (of the subgroup), ``target``, ``members_start`` or ``members_end``.
    """

    unit: str | None = None
    year: int
    measure: Literal["admitted", "target", "members_start", "members_end"]
    subgroup: Literal["all", "female", "ethnic_minority", "youth_union"] = "all"
    value: int = Field(ge=0)

    @model_validator(mode="after")
    def _of_the_admitted(self) -> Self:
        if self.subgroup != "all" and self.measure != "admitted":
            raise ValueError(f"a fact about {self.measure} has no subgroup {self.subgroup}")
        return self


def _adds_to_one(name: str, shares: Iterable[float]) -> None:
    given = sum(shares)
    if not math.isclose(given, 1, abs_tol=1e-9):
        raise ValueError(f"{name}: the shares add to {given:g}, not to 1")


def _known(name: str, shares: Mapping[str, float], code_table: str) -> None:
    codes = {row["code"] for row in table(code_table)}
    if unknown := sorted(set(shares) - codes):
        raise ValueError(f"{name}: {unknown[0]} is no code of vocab/{code_table}.csv")
