"""Rows of the probation as a test states them, and what R made of two small data sets."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

REFERENCE = Path(__file__).parents[2] / "reference"
GOLDEN: dict[str, Any] = json.loads((REFERENCE / "process.json").read_text(encoding="utf-8"))
"""Of ``tests/reference/process.R``; survival 3.5-3."""

END = date(2022, 12, 31)
"""Day to which the registers of the tests tell."""


def gehan(group: str | None = None) -> pd.DataFrame:
    rows = pd.read_csv(REFERENCE / "data" / "gehan.csv")
    rows = rows.assign(control=(rows["group"] == "control").astype(int), pair=[*range(21), *range(21)])
    return rows if group is None else rows.loc[rows["group"].eq(group)]


def people() -> pd.DataFrame:
    rows = pd.read_csv(REFERENCE / "data" / "probation.csv", keep_default_na=False)
    return rows.assign(recognised=(rows["outcome"] == "recognised").astype(int))


def numbers(values: list[float | None]) -> list[float]:
    return [float("nan") if value is None else value for value in values]


def admissions(*rows: dict[str, Any], times: int = 1) -> pd.DataFrame:
    """Return the table ``admissions`` of people who differ from one who still waits, each so many times."""
    waiting = {
        "synthetic": False, "admitted": "2019-03", "file": "so.csv", "was_recognised": False,
        "days_to_recognition": None, "recognised_early": None, "has_left": False, "days_to_exit": None, "exit": "",
        "unit_id": "a", "sex": "female", "age_band": "age_18_30",
    }  # fmt: skip
    told = [waiting | _completed(row) for row in rows for _ in range(times)]
    frame = pd.DataFrame(told, columns=list(waiting))
    whole, flags = ("days_to_recognition", "days_to_exit"), ("was_recognised", "recognised_early", "has_left")
    types = dict.fromkeys(whole, "Int64") | dict.fromkeys(flags, "boolean") | {"admitted": "category"}
    return frame.astype(types)


def _completed(row: dict[str, Any]) -> dict[str, Any]:
    implied: dict[str, Any] = {}
    if row.get("days_to_recognition") is not None:
        implied |= {"was_recognised": True, "recognised_early": row["days_to_recognition"] < 365}
    if row.get("days_to_exit") is not None or row.get("exit"):
        implied["has_left"] = True
    return implied | row


def recognised(days: int, **more: Any) -> dict[str, Any]:
    """Return a person recognised so many days after an admission whose twelve months have 366 days."""
    return {"days_to_recognition": days} | more


def left(days: int | None, exit: str = "struck_off", **more: Any) -> dict[str, Any]:
    return {"days_to_exit": days, "exit": exit} | more
