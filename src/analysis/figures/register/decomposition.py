"""The difference of two rates as bars: what composition and what rates account for, and their sum."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis import register_words, wording
from analysis.figures import named_rows, paper, style
from analysis.figures.register import gated, phrases, scales
from analysis.language import _, plain
from analysis.models.standardisation.decomposed import Decomposition
from analysis.models.terms import factor_label
from analysis.shown import Drawing

_PART = "composition:"


@paper.drawn
def components(result: Decomposition, *, synthetic: Iterable[bool]) -> Drawing | None:
    """Draw the parts of a difference and the difference itself, with intervals; None where there is no part.

    The parts of single factors of the composition are hollow: they are contained in its bar.

    Parameters
    ----------
    result : Decomposition
    synthetic : iterable of bool
        Whether each row behind it was made by a simulation.
    """
    if result.estimates.empty:
        return None
    name = f"{result.name}-plot"
    title = register_words.titled(result.title, synthetic)
    if result.withheld:
        return gated.refused(result, name, title, synthetic)
    rows = _ordered(result.estimates)
    labels = [named_rows.fold(_label(str(term)), 30) for term in rows["term"]]
    figure, (axes,) = style.new(named_rows.height(labels, frame=1.1, beside=2))
    columns = [rows[column].astype("float64") for column in ("response", "response_low", "response_high")]
    scales.difference_axis(axes, *columns)
    named_rows.axis(axes, labels, beside=2)
    axes.axvline(0, color=style.INK, linewidth=1.1, zorder=4)
    for place, row in enumerate(rows.to_dict("records")):
        _bar(axes, place, row, _decimals(rows))
    unit = (
        _("Điểm, trên {per} đảng viên mỗi năm").format(per=plain(result.per))
        if result.per != 1
        else _("Chênh lệch")
    )
    axes.set_xlabel(unit)
    alt = _alt(result, rows)
    return Drawing(name, title, _caption(result), alt, style.svg(figure, name, alt, synthetic), rows)


def _ordered(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the composition, its factors, the rates, and the difference that they add up to."""

    def place(term: str) -> int:
        if term == "difference":
            return 3
        return 2 if term == "rates" else int(term.startswith(_PART))

    order = estimates["term"].astype("str").map(place)
    return (
        estimates.assign(_order=order)
        .sort_values("_order", kind="stable", ignore_index=True)
        .drop(columns="_order")
    )


def _label(term: str) -> str:
    if term.startswith(_PART):
        return _("trong đó cơ cấu theo {factor}").format(factor=factor_label(term.removeprefix(_PART)))
    known = {
        "composition": _("Do cơ cấu khác nhau"),
        "rates": _("Do tỷ lệ trong từng nhóm khác nhau"),
        "difference": _("Chênh lệch, cộng lại"),
    }
    return known.get(term, wording.capital(factor_label(term)))


def _height(term: str) -> float:
    """Return the rows that a bar is high: in grey it tells the sum from its parts, and these from theirs."""
    if term.startswith(_PART):
        return 0.36
    return 0.74 if term == "difference" else 0.56


def _bar(axes: Axes, place: int, row: dict[Hashable, Any], decimals: int) -> None:
    term = str(row["term"])
    part = term.startswith(_PART)
    colour = style.ORANGE if term == "difference" else style.BLUE
    axes.barh(
        place,
        row["response"],
        height=named_rows.half(axes, _height(term)),
        facecolor="none" if part else colour,
        edgecolor=colour,
        linewidth=1.1,
        alpha=1 if part else 0.6,
        zorder=2,
    )
    left, right = axes.get_xlim()
    if pd.notna(row["response_low"]):
        ends = [max(row["response_low"], left), min(row["response_high"], right)]
        axes.plot(ends, [place, place], color=style.INK, linewidth=1.3, zorder=5)
    words = _told(row, decimals)
    if pd.notna(row["share"]) and term != "difference":
        words += f"\n{phrases.fixed(row['share'], 0)}%"
    named_rows.beside(axes, place, words)


def _decimals(rows: pd.DataFrame) -> int:
    """Return how many decimals tell three digits of the largest part; small ones get no more."""
    largest = float(rows["response"].abs().max())
    return min(max(2 - math.floor(math.log10(largest)), 0), 6) if largest > 0 else 2


def _told(row: Mapping[Hashable, Any], decimals: int) -> str:
    middle, low, high = (phrases.fixed(row[f"response{end}"], decimals) for end in ("", "_low", "_high"))
    return middle if pd.isna(row["response_low"]) else f"{middle} ({phrases.joined_ends(low, high)})"


def _alt(result: Decomposition, rows: pd.DataFrame) -> str:
    decimals = _decimals(rows)
    parts = [f"{_label(str(row['term']))}: {_told(row, decimals)}" for row in rows.to_dict("records")]
    return _("Thanh ngang, {second} ({high}) so với {first} ({low}). {parts}.").format(
        first=result.sides[0],
        second=result.sides[1],
        low=phrases.brief(result.values[0]),
        high=phrases.brief(result.values[1]),
        parts="; ".join(parts),
    )


def _caption(result: Decomposition) -> str:
    lines = [
        _(
            "{second}: {high}; {first}: {low}. Các thanh đặc xanh cộng lại thành thanh cuối; thanh rỗng là từng phần của cơ cấu. Đoạn ngang: "
            "khoảng {level}. Phần trăm: tỷ trọng trong chênh lệch."
        ).format(
            first=result.sides[0],
            second=wording.capital(result.sides[1]),
            low=phrases.brief(result.values[0]),
            high=phrases.brief(result.values[1]),
            level=phrases.coverage(result.level),
        ),
        _("Đây là phép chia theo số học, không nói điều gì gây ra chênh lệch."),
    ]
    return phrases.joined(gated.findings_words(result), *lines)
