"""The map of tiles: for each measure its classes, its legend, and what each tile says."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from analysis.language import _, plain
from analysis.report.site.measures import Measure
from analysis.vocab import Province, table

_FEW = 25
"""Values that are read out beside the map without being asked for."""

_TOLD = Markup('<i aria-hidden="true">{}</i><i aria-hidden="true">{}</i><span class="kn-hidden">: {}</span>')
_NOTHING = Markup('<i aria-hidden="true">–</i><span class="kn-hidden">: {}</span>')
"""What a tile shows under its name, and what it says instead to those who cannot see it."""


def columns(vintage: str) -> int:
    """Return how many columns the map has."""
    return max(int(tile["column"]) for tile in _tiles(vintage)) + 1


def _tiles(vintage: str) -> list[dict[str, str]]:
    found = [tile for tile in table("tiles") if tile["vintage"] == vintage]
    return sorted(found, key=lambda tile: (int(tile["row"]), int(tile["column"])))


def drawn(
    measure: Measure, places: Mapping[str, Province], hrefs: Mapping[str, str], vintage: str
) -> dict[str, Any]:
    """Return what the template shows of a measure.

    Parameters
    ----------
    measure : Measure
    places, hrefs : mapping
        Provinces, and addresses of their reports, by code, in the reader's order.
    vintage : str
        Of the provinces.
    """
    rare = len(measure.values) * 3 < len(places)
    coverage = _(
        "{count} trong {all} tỉnh, thành phố có giá trị; nơi khác không có số liệu, không phải số không."
    )
    if rare:
        coverage = _(
            "Chỉ {count} trong {all} tỉnh, thành phố có giá trị này; ô xám là nơi không có số liệu, không phải số không."
        )
    lines = [
        {"name": place.name, "said": measure.values[code].said}
        for code, place in places.items()
        if code in measure.values
    ]
    nothing = _("không có số liệu")
    return {
        "name": measure.name,
        "title": measure.title,
        "note": measure.note,
        "count": len(measure.values),
        "all": len(places),
        "rare": rare,
        "classes": _classes(measure),
        "coverage": coverage.format(count=len(measure.values), all=len(places)),
        "lines": lines,
        "few": len(lines) <= _FEW,
        "tiles": [_tile(tile, measure, places, hrefs, nothing) for tile in _tiles(vintage)],
    }


def _class(measure: Measure, value: float) -> str:
    place = bisect_right(measure.breaks, value)
    return f"{'c' if measure.middle is None else 'd'}{place + 1}"


def _classes(measure: Measure) -> list[dict[str, str]]:
    """Return the classes of a measure, the lowest first, then the marks."""
    limits = [plain(limit) + measure.unit for limit in measure.breaks]
    said = [_("dưới {limit}").format(limit=limits[0])]
    between = _("{low} đến dưới {high}")
    said += [between.format(low=low, high=high) for low, high in pairwise(limits)]
    said.append(_("từ {limit}").format(limit=limits[-1]))
    letter = "c" if measure.middle is None else "d"
    found = [{"style": f"{letter}{place}", "words": words} for place, words in enumerate(said, start=1)]
    found.append({"style": "c0", "words": _("không có số liệu")})
    if any(not value.whole for value in measure.values.values()):
        found.append({"style": "part", "words": _("không phải trọn một năm")})
    return found


def _tile(
    tile: Mapping[str, str],
    measure: Measure,
    places: Mapping[str, Province],
    hrefs: Mapping[str, str],
    nothing: str,
) -> dict[str, Any]:
    area = f"{int(tile['row']) + 1} / {int(tile['column']) + 1}"
    code = tile["province_code"]
    if tile["islands"]:
        return {
            "area": area,
            "style": "islands",
            "name": tile["islands"],
            "content": Markup("<i>({})</i>").format(places[code].name),
        }
    told = measure.values.get(code)
    style = "c0" if told is None else _class(measure, told.value) + ("" if told.whole else " part")
    content = _NOTHING.format(nothing) if told is None else _TOLD.format(told.short, told.year, told.said)
    return {
        "area": area,
        "style": style,
        "name": places[code].name,
        "content": content,
        "href": hrefs.get(code, ""),
    }
