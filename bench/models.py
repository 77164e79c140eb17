"""Models at national scale: five million admissions from Parquet, and the same model by statsmodels on the rows.

The tables are synthetic, in the layout that cleaning writes; what is measured starts at the files.
"""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import statsmodels.api as sm
import statsmodels.formula.api as smf

from analysis import fingerprint, processed
from analysis.models.counts.admission_counts import admission_cells
from analysis.models.counts.count_fit import CountFit
from analysis.models.counts.fit import fit_counts
from analysis.schema import TABLES
from analysis.schema.describe import kind

ADMISSIONS = 5_000_000
UNITS = 10_000
"""About the communes of Vietnam before July 2025."""

FORMULA = "age_band * sex + locality + C(year)"
YEARS = np.arange(2015, 2025)
BANDS = [
    "age_18_30",
    "age_31_35",
    "age_36_40",
    "age_41_45",
    "age_46_50",
    "age_51_55",
    "age_56_60",
    "age_over_60",
]
_RATES = np.array([9.0, 5.0, 3.0, 2.0, 1.2, 0.7, 0.4, 0.1])
_LOCALITIES = ["commune", "township", "ward"]
_RUNS = 5

Codes = npt.NDArray[np.int64]


def write(folder: Path, admissions: int, units: int, seed: int = 7) -> None:
    """Write ``unit_years.parquet`` and ``admissions.parquet`` with about so many people, and the package file."""
    rng = np.random.default_rng(seed)
    cell = {
        "unit": np.repeat(np.arange(units), len(YEARS) * len(BANDS) * 2),
        "year": np.tile(np.repeat(YEARS, len(BANDS) * 2), units),
        "age_band": np.tile(np.repeat(np.arange(len(BANDS)), 2), units * len(YEARS)),
        "sex": np.tile([0, 1], units * len(YEARS) * len(BANDS)),
    }
    members = rng.integers(1, 60, size=len(cell["unit"]))
    rate = _RATES[cell["age_band"]] * np.where(cell["sex"] == 0, 1.2, 1.0)
    rate *= np.exp(0.3 * rng.standard_normal(units))[cell["unit"]] * np.exp(0.1 * (cell["unit"] % 3))
    expected = members * rate
    admitted = rng.poisson(expected * admissions / expected.sum())
    stock = {
        "admitted": admitted,
        "surplus": np.zeros_like(admitted),
        "members": members,
        "unit_members": np.bincount(cell["unit"], members)[cell["unit"]].astype(np.int64) // len(YEARS),
        "complete": np.ones(len(members), dtype=bool),
        "members_at": pd.Categorical.from_codes(np.zeros(len(members), dtype=int), ["start"]),
    }
    person = {name: np.repeat(codes, admitted) for name, codes in cell.items()}
    own = _of_people(person, rng)
    _write(folder, "unit_years", _unit(cell, units) | stock)
    _write(folder, "admissions", _unit(person, units) | own)
    _package(folder)


def _unit(cell: dict[str, Codes], units: int) -> dict[str, object]:
    """Return the columns that unit-years and admissions share."""
    unit, many = cell["unit"], np.arange(units)
    words = {
        "province_vintage": (np.zeros_like(unit), ["2008"]),
        "province_code": (unit * 63 // units, [f"{code:02d}" for code in range(63)]),
        "province": (unit * 63 // units, [f"tỉnh {code}" for code in range(63)]),
        "district": (unit * 700 // units, [f"huyện {code}" for code in range(700)]),
        "unit": (unit, [f"xã {code}" for code in many]),
        "unit_id": (unit, [f"2008-{code * 63 // units:02d}/commune/xa {code}" for code in many]),
        "level": (np.zeros_like(unit), ["commune"]),
        "locality": (unit % 3, _LOCALITIES),
        "age_band": (cell["age_band"], list(BANDS)),
        "sex": (cell["sex"], ["female", "male"]),
    }
    made: dict[str, object] = {
        name: pd.Categorical.from_codes(codes, values) for name, (codes, values) in words.items()
    }
    return made | {"year": cell["year"], "synthetic": np.ones(len(unit), dtype=bool)}


def _of_people(person: dict[str, Codes], rng: np.random.Generator) -> dict[str, object]:
    """Return further columns of admissions, so that the file is as large as a real one."""
    n = len(person["unit"])
    months = [f"{year}-{month:02d}" for year in YEARS for month in range(1, 13)]
    place = (person["year"] - YEARS[0]) * 12 + rng.integers(12, size=n)
    cells = [f"chi bộ {number}" for number in range(30)]
    return {
        "admitted": pd.Categorical.from_codes(place, months),
        "cell": pd.Categorical.from_codes(rng.integers(len(cells), size=n), cells),
        "age_months": rng.integers(216, 720, size=n),
        "age_uncertainty": np.zeros(n, dtype=np.int64),
        "minority": rng.random(n) < 0.3,
        "youth_union": rng.random(n) < 0.6,
        "days_to_recognition": rng.integers(365, 420, size=n),
    }


def _write(folder: Path, name: str, given: dict[str, object]) -> None:
    """Write one table with the columns of its contract, those that are not given being empty."""
    rows = len(given["year"])  # type: ignore[arg-type]
    blank = {"string": pa.scalar("", pa.string()), "integer": pa.scalar(None, pa.int64())}
    arrays = []
    for column, contract in TABLES[name].columns.items():
        empty = blank.get(kind(contract), pa.scalar(None, pa.bool_()))
        made = pa.array(given[column]) if column in given else pa.repeat(empty, rows)
        arrays.append(made.dictionary_encode() if made.type == pa.string() else made)
    pq.write_table(
        pa.table(arrays, names=list(TABLES[name].columns)), folder / f"{name}.parquet", compression="zstd"
    )


def _package(folder: Path) -> None:
    resources = [
        {
            "name": name,
            "hashes": {
                path.name: fingerprint.of_file(path)
                for path in [folder / f"{name}.parquet"]
                if path.is_file()
            },
        }
        for name in TABLES
    ]
    text = json.dumps({"resources": resources, "made_from": "bench"})
    (folder / processed.PACKAGE).write_text(text, encoding="utf-8")


def ours(folder: Path) -> CountFit:
    """Model the admissions, from the files on."""
    rows, _ = admission_cells(folder)
    return fit_counts(rows, FORMULA, cluster="unit_id")


def theirs(rows: pd.DataFrame) -> sm.GLM:
    """Model the rows by statsmodels' formula interface, clustered."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return smf.glm(
            f"admitted ~ {FORMULA}", rows, offset=np.log(rows["members"]), family=sm.families.Poisson()
        ).fit(cov_type="cluster", cov_kwds={"groups": rows["unit_id"].cat.codes.to_numpy()})


def seconds(work: Callable[[], object], runs: int) -> float:
    """Return the median of the times that some work takes."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    """Measure and print the ratios."""
    folder = Path(tempfile.mkdtemp(prefix="ketnap-bench-"))
    try:
        write(folder, ADMISSIONS, UNITS)
        fit = ours(folder)
        read = seconds(lambda: pq.read_table(folder / "admissions.parquet"), 3)
        whole = seconds(lambda: ours(folder), 3)
        rows, _ = admission_cells(folder)  # statsmodels needs some 6 GB for them
    finally:
        shutil.rmtree(folder)
    plain = seconds(lambda: theirs(rows), 1)
    quick = seconds(lambda: fit_counts(rows, FORMULA, cluster="unit_id"), _RUNS)
    people = int(fit.patterns["outcome"].sum())
    size = (
        f"{people:,} admissions, {fit.n:,} cells, {fit.clusters:,} clusters, {len(fit.patterns):,} patterns"
    )
    print(f"Poisson with {FORMULA}, clustered by unit: {size}; one run on one machine")
    print(f"{'pyarrow, reading the admissions':46} {read:7.2f} s")
    print(f"{'ketnap, Parquet to result':46} {whole:7.2f} s   (wanted: at most 3)")
    print(f"{f'statsmodels GLM, {len(rows):,} rows in memory':46} {plain:7.2f} s")
    print(f"{'ketnap, the same rows in memory':46} {quick:7.2f} s")
    print(f"{'statsmodels beside ketnap':46} {plain / quick:7.1f} ×   (wanted: at least 50)")


if __name__ == "__main__":
    main()
