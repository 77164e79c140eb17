"""A synthetic register of millions of rows in one CSV file, a tenth of its cells messy, made in a minute."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from analysis.simulate import mess, names, spellings
from analysis.simulate.mess import Messed
from analysis.simulate.sheet import NOTE

COLUMNS = (
    "STT", "Họ và tên", "Ngày sinh", "Giới tính", "Dân tộc", "Số CCCD", "Trình độ văn hóa", "Nghề nghiệp",
    "Đảng bộ cơ sở", "Ngày kết nạp", "Ngày công nhận chính thức", "Ghi chú",
)  # fmt: skip
"""Twelve; STT and Ghi chú are never messy."""

_CHUNK = 250_000
_FORMS = 8
"""Messy ways kept for each distinct value."""

_FIRST, _LAST = date(1944, 1, 1), date(2026, 12, 31)
_SHARES = {
    "sex": {"male": 0.55, "female": 0.45},
    "ethnicity": {"kinh": 0.6, "thai": 0.15, "mong": 0.1, "tay": 0.1, "dao": 0.05},
    "general_education": {"upper_secondary": 0.85, "lower_secondary": 0.13, "primary": 0.02},
    "occupation": {
        "farm_forest_fish": 0.5,
        "public_service_unit": 0.3,
        "commune_official": 0.1,
        "pupil": 0.1,
    },
}

Codes = npt.NDArray[np.int64]


class _Pool:
    """Distinct cells of a column: each value as it should be, then in its messy forms."""

    def __init__(self, values: Sequence[str], messed: Callable[[int], Messed]) -> None:
        cells = [messed(at).cell for at in range(len(values)) for _ in range(_FORMS)]
        self.size = len(values)
        self.cells = pa.array([*values, *("" if c is None else str(c) for c in cells)], pa.string())

    def take(self, which: Codes, share: float, rng: np.random.Generator) -> pa.Array:
        """Return the cells of values by their position, a share of them messy."""
        messy = rng.random(len(which)) < share
        form = rng.integers(_FORMS, size=len(which))
        return self.cells.take(pa.array(np.where(messy, self.size + which * _FORMS + form, which)))


def write(path: Path, rows: int, seed: int, messy: float = 0.1) -> None:
    """Write a register of ``rows`` rows, of whose cells the share ``messy`` is messy.

    Some messy cells can be read, some only in part, some must be refused. The file is written in
    chunks of 250,000 rows; the same arguments give the same bytes.
    """
    pools = _pools(np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 0]))))
    share = messy * len(COLUMNS) / (len(COLUMNS) - 2)
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = pa.schema([(name, pa.string()) for name in COLUMNS])
    # No cell holds a comma or a quote, so none needs quotes.
    options = csv.WriteOptions(include_header=False, quoting_style="none")
    with path.open("wb") as file:
        file.write((",".join(COLUMNS) + "\n").encode())
        with csv.CSVWriter(file, schema, write_options=options) as target:
            for number, first in enumerate(range(0, rows, _CHUNK)):
                rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 1 + number])))
                size = min(_CHUNK, rows - first)
                target.write_table(
                    pa.Table.from_arrays(_columns(pools, first, size, share, rng), schema=schema)
                )


def _pools(rng: np.random.Generator) -> dict[str, _Pool]:
    days = [_FIRST + timedelta(days=n) for n in range((_LAST - _FIRST).days + 1)]
    persons = names.persons(
        rng, names.drawn(rng, ("male", "female"), 50_000), np.full(50_000, "kinh")
    ).tolist()
    units = names.units(rng, ["commune", "ward", "township"] * 500, [True] * 1500)
    pools = {
        "day": _Pool([f"{d:%d/%m/%Y}" for d in days], lambda at: mess.messed_date(days[at], rng)),
        "name": _Pool(persons, lambda at: mess.messed_text(persons[at], rng)),
        "unit": _Pool(units, lambda at: mess.messed_unit(units[at], rng)),
    }
    for role, shares in _SHARES.items():
        codes = list(shares)
        words = [spellings.office_word(role, code) for code in codes]
        pools[role] = _Pool(words, lambda at, r=role, c=codes: mess.messed_code(r, c[at], rng))  # type: ignore[misc]
    return pools


def _columns(
    pools: dict[str, _Pool], first: int, size: int, share: float, rng: np.random.Generator
) -> list[pa.Array]:
    admitted = rng.integers((date(2010, 1, 1) - _FIRST).days, (date(2025, 1, 1) - _FIRST).days, size=size)
    born = admitted - rng.integers(18 * 366, 60 * 365, size=size)
    recognised = admitted + rng.integers(365, 500, size=size)
    coded = {
        role: rng.choice(len(shares), size=size, p=list(shares.values())) for role, shares in _SHARES.items()
    }
    cells = {role: pools[role].take(codes, share, rng) for role, codes in coded.items()}
    return [
        pc.cast(pa.array(np.arange(first + 1, first + size + 1)), pa.string()),
        pools["name"].take(rng.integers(pools["name"].size, size=size), share, rng),
        pools["day"].take(born, share, rng),
        cells["sex"],
        cells["ethnicity"],
        _identity_numbers(size, share, rng),
        cells["general_education"],
        cells["occupation"],
        pools["unit"].take(rng.integers(pools["unit"].size, size=size), share, rng),
        pools["day"].take(admitted, share, rng),
        pools["day"].take(recognised, share, rng),
        pa.repeat(NOTE, size),
    ]


def _identity_numbers(size: int, share: float, rng: np.random.Generator) -> pa.Array:
    """Return twelve digits that no one holds; the messy ones in groups of three."""
    digits = pc.utf8_lpad(pc.cast(pa.array(rng.integers(10**9, size=size)), pa.string()), 12, "0")
    groups = [pc.utf8_slice_codeunits(digits, at, at + 3) for at in (0, 3, 6, 9)]
    grouped = pc.binary_join_element_wise(*groups, " ")
    return pc.if_else(pa.array(rng.random(size) < share), grouped, digits)


def main() -> None:
    """Write the file that is named, with as many rows as asked: ``large_register.py FILE ROWS [SEED]``."""
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: large_register.py FILE ROWS [SEED]")
    write(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) == 4 else 1)


if __name__ == "__main__":
    main()
