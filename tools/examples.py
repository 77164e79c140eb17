"""Write the synthetic examples under data/raw/, and the truth of each under tests/simulate/truth/."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from analysis.simulate import Face, Truth, simulate_with_faces
from analysis.simulate.names import units as unit_names
from analysis.simulate.parts import Unit

ROOT = Path(__file__).resolve().parents[1]
RAW, TRUTH = ROOT / "data" / "raw", ROOT / "tests" / "simulate" / "truth"
SEED = 20250701

# Those whose files were counted by a newspaper are all in them once, with a day: the counts must agree.
_COUNTED: dict[str, Any] = {
    "certain": ("admitted", "birth"),
    "noise": 0.06,
    "office_words": True,
    "title": True,
}
_BREAKERS = {"before_unit": 0.0, "twice": 0.0, "certificate_old": 0.02, "recognised_early": 0.02}
_COLUMNS = (
    "ordinal", "name", "birth", "sex", "ethnicity", "religion", "residence", "general_education",
    "professional_education", "occupation", "youth_union", "district", "unit", "admitted", "recognised",
    "certificate", "notes",
)  # fmt: skip


def invented(district: str, communes: int, others: int, seed: int, **named: Any) -> list[Unit]:
    """Return units with invented names in a district, the last of them as ``named`` says."""
    rng = np.random.Generator(np.random.PCG64(seed))
    count = communes + others - (1 if named else 0)
    is_commune = [at < communes - (1 if named else 0) for at in range(count)]
    names = unit_names(rng, ["township", *["commune"] * (count - 1)], is_commune)  # type: ignore[list-item]
    levels = ["commune" if commune else "grassroots" for commune in is_commune]
    kinds = ["township", *["commune"] * (count - 1)]
    found = [
        Unit.model_validate({"name": n, "level": level, "locality": kind, "district": district})
        for n, level, kind in zip(names, levels, kinds, strict=True)
    ]
    return [*found, Unit(district=district, **named)] if named else found


def fact(year: int, measure: str, value: int, **of: Any) -> dict[str, Any]:
    """Return a published count."""
    return {"year": year, "measure": measure, "value": value} | of


def dien_bien() -> tuple[Truth, dict[tuple[int, int], Face], Face]:
    """Return huyện Mường Ảng in 2016: a workbook with a sheet a quarter and a merged header."""
    truth = Truth.stated(
        province="Điện Biên",
        about="huyện Mường Ảng",
        years=(2016, 2016),
        units=invented("huyện Mường Ảng", 10, 39, 11),
        members=1999,
        traits={"ethnicity": {"commune": {"thai": 0.7, "mong": 0.1, "kho_mu": 0.05, "kinh": 0.15}}},
        breakers=_BREAKERS,
        facts=[fact(2016, "admitted", 152), fact(2016, "target", 120), fact(2016, "members_end", 2128)],
    )
    face = Face(
        workbook=True, header_rows=2, sheets="quarter", totals=True, signatures=True, blank_rows=True, dates="typed",
        roles=_COLUMNS, **_COUNTED,
    )  # fmt: skip
    return truth, {(2016, 2016): face}, Face(title=True, totals=True)


def lao_cai_bat_xat() -> tuple[Truth, dict[tuple[int, int], Face], Face]:
    """Return huyện Bát Xát in 2020: a CSV file in TCVN3."""
    truth = Truth.stated(
        province="Lào Cai",
        about="huyện Bát Xát",
        years=(2020, 2020),
        units=invented("huyện Bát Xát", 21, 14, 12),
        members=4800,
        traits={
            "ethnicity": {"commune": {"mong": 0.3, "dao": 0.25, "giay": 0.2, "ha_nhi": 0.1, "kinh": 0.15}}
        },
        breakers=_BREAKERS,
        facts=[fact(2020, "admitted", 241), fact(2020, "target", 250)],
    )
    face = Face(encoding="tcvn3", delimiter=";", totals=True, signatures=True, dates="slashes", **_COUNTED)
    return truth, {(2020, 2020): face}, Face(encoding="tcvn3", title=True)


def lao_cai_muong_khuong() -> tuple[Truth, dict[tuple[int, int], Face], Face]:
    """Return thị trấn Mường Khương from 2020 to 2024: 93 in the term, 53 of them in its last year."""
    name = "thị trấn Mường Khương"
    unit = Unit(name=name, district="huyện Mường Khương", locality="township")
    years = {2020: 9, 2021: 11, 2022: 10, 2023: 10, 2024: 53}
    truth = Truth.stated(
        province="Lào Cai",
        about=name,
        years=(2020, 2024),
        units=[unit],
        members=375,
        rates={
            "age": {"age_18_30": 6.0, "age_41_45": 0.5, "age_46_50": 0.3, "age_51_55": 0.1, "age_over_60": 0}
        },
        traits={"ethnicity": {"commune": {"mong": 0.4, "nung": 0.3, "kinh": 0.3}}},
        breakers=_BREAKERS,
        facts=[
            *(fact(year, "admitted", count) for year, count in years.items()),
            fact(2024, "admitted", 33, subgroup="youth_union"),
            fact(2024, "target", 20),
            fact(2024, "members_end", 454),
        ],
    )
    face = Face(encoding="cp1258", marks=True, header_rows=2, totals=True, dates="padded_slashes", **_COUNTED)
    return truth, {(2020, 2024): face}, Face(encoding="cp1258", title=True)


def nghe_an() -> tuple[Truth, dict[tuple[int, int], Face], Face]:
    """Return thị xã Thái Hòa in 2014 and 2015: birth years under Nam and Nữ, units as rows."""
    district = "thị xã Thái Hòa"
    new = {"name": "Công ty Giả Lập", "level": "grassroots", "founded": date(2015, 5, 19)}
    truth = Truth.stated(
        province="Nghệ An",
        about=district,
        years=(2014, 2015),
        units=invented(district, 10, 39, 13, **new),
        members=4350,
        traits={"ethnicity": {"commune": {"kinh": 0.92, "tho": 0.04, "thai": 0.04}}},
        breakers=_BREAKERS,
        facts=[
            fact(2014, "admitted", 130),
            fact(2014, "target", 120),
            fact(2015, "admitted", 156),
            fact(2015, "target", 120),
            fact(2015, "members_end", 4585),
        ],
    )
    face = Face(
        workbook=True, header_rows=2, births="year", one_education=True, unit_rows=True, totals=True,
        signatures=True, dates="slashes", roles=_COLUMNS, **_COUNTED,
    )  # fmt: skip
    return (
        truth,
        {(2014, 2014): face, (2015, 2015): face},
        Face(title=True, totals=True, encoding="utf-8-sig"),
    )


def dak_lak() -> tuple[Truth, dict[tuple[int, int], Face], Face]:
    """Return huyện M'Đrắk in 2017, with xã Cư San in it: a CSV file in UTF-16 with semicolons."""
    district, commune = "huyện M'Đrắk", "xã Cư San"
    truth = Truth.stated(
        province="Đắk Lắk",
        about=district,
        years=(2017, 2017),
        units=invented(district, 13, 26, 14, name=commune, locality="commune"),
        members=2950,
        traits={"ethnicity": {"commune": {"kinh": 0.45, "ede": 0.35, "mong": 0.15, "tay": 0.05}}},
        breakers=_BREAKERS,
        facts=[
            fact(2017, "admitted", 167),
            fact(2017, "target", 150),
            fact(2017, "members_end", 3044),
            fact(2017, "admitted", 13, unit=commune),
            fact(2017, "target", 8, unit=commune),
            fact(2017, "members_end", 125, unit=commune),
        ],
    )
    face = Face(encoding="utf-16", delimiter=";", header_rows=2, blank_rows=True, dates="slashes", **_COUNTED)
    return truth, {(2017, 2017): face}, Face(encoding="utf-16", delimiter=";", title=True, noise=0.1)


EXAMPLES = (dien_bien, lao_cai_bat_xat, lao_cai_muong_khuong, nghe_an, dak_lak)


def write(raw: Path, truth: Path) -> None:
    """Write all examples: the files into ``raw``, what is true of them into ``truth``."""
    with tempfile.TemporaryDirectory() as folder:
        for number, example in enumerate(EXAMPLES):
            stated, faces, yearly = example()
            simulate_with_faces(stated, Path(folder), seed=SEED + number, faces=faces, yearly_face=yearly)
        for part, target in (
            *((name, raw / name) for name in ("registers", "targets", "members")),
            ("truth", truth),
        ):
            shutil.copytree(Path(folder) / part, target, dirs_exist_ok=True)


if __name__ == "__main__":
    write(RAW, TRUTH)
