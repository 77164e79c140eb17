"""Places: what a person means by a province's name, and which of its two forms a figure is about."""

from __future__ import annotations

import difflib
import re
from datetime import date
from functools import cache

from analysis.clean.text import fold, slug, tone_key
from analysis.errors import ParameterError
from analysis.vocab import Province, province, provinces

REFORM = date(2025, 7, 1)
"""Day on which 34 provinces took the place of 63 and the districts ceased (Resolution 202/2025/QH15)."""

_ALIASES = {
    "hue": "Thừa Thiên Huế",
    "thua thien hue": "Huế",
    "hcm": "TP. Hồ Chí Minh",
    "tphcm": "TP. Hồ Chí Minh",
    "tp hcm": "TP. Hồ Chí Minh",
    "sai gon": "TP. Hồ Chí Minh",
    "ba ria vung tau": "Bà Rịa - Vũng Tàu",
}
_PREFIXES = ("tinh ", "thanh pho ", "tp ")


def _bare(name: str) -> str:
    key = fold(name)
    for prefix in _PREFIXES:
        if key.startswith(prefix):
            return key[len(prefix) :]
    return key


def _joined(name: str) -> str:
    return re.sub(r"[\W_]", "", _bare(name))


def find_province(text: str, vintage: str) -> Province:
    """Return the province of one vintage that a person means.

    Parameters
    ----------
    text : str
        A name with or without diacritics, spaces, case and the word tỉnh; a slug; or a code.
    vintage : str
        ``2008`` or ``2025``: the same code may stand for another province in the other.

    Raises
    ------
    ParameterError
        No province has the name; the message holds the nearest ones.

    Examples
    --------
    >>> find_province("dien bien", "2008").name, find_province("15", "2025").name
    ('Điện Biên', 'Lào Cai')
    >>> find_province("DAKLAK", "2008").name
    'Đắk Lắk'
    """
    known = provinces(vintage)
    wanted = text.strip()
    exact = [p for p in known if tone_key(p.name) == tone_key(wanted)]
    by_code = [p for p in known if p.code == wanted.zfill(2)] if wanted.isdecimal() else []
    loose = [p for p in known if _bare(p.name) == _bare(wanted)]
    alias = _ALIASES.get(_bare(wanted))
    aliased = [p for p in known if p.name == alias]
    joined = [p for p in known if _joined(p.name) == _joined(wanted)]
    for found in (exact, by_code, loose, aliased, joined):
        if len(found) == 1:
            return found[0]
    if vintage == "2025" and (former := _by_bare_name().get(_bare(wanted), {}).get("2008")):
        heir = province("2025", former.successor).name
        raise ParameterError(
            f"province: {former.name} became part of {heir} on 1 July 2025; ask for {heir!r}"
        )
    raise ParameterError(
        f"province: {text!r} is none of the {len(known)} provinces of {vintage}"
        f"{_nearest(wanted, known)}; `ketnap provinces` lists them"
    )


def _nearest(text: str, known: tuple[Province, ...]) -> str:
    names = {_bare(p.name): p.name for p in known}
    near = difflib.get_close_matches(_bare(text), names, n=3, cutoff=0.6)
    return f"; nearest: {', '.join(names[key] for key in near)}" if near else ""


def nearest_names(text: str) -> str:
    """Return the known province names nearest to a text, for an error message; maybe empty."""
    return _nearest(text, provinces()).removeprefix("; ")


def province_slug(place: Province) -> str:
    """Return the folder of a province's report: ``dien-bien``, ``tp-ho-chi-minh``."""
    return slug(place.name)


@cache
def _by_name() -> dict[str, dict[str, Province]]:
    names: dict[str, dict[str, Province]] = {}
    for place in provinces():
        names.setdefault(tone_key(place.name), {})[place.vintage] = place
    return names


@cache
def _by_bare_name() -> dict[str, dict[str, Province]]:
    """Return the provinces by name without diacritics and kind; no two provinces share one."""
    names: dict[str, dict[str, Province]] = {}
    for place in provinces():
        names.setdefault(_bare(place.name), {})[place.vintage] = place
    return names


def resolve(
    name: str,
    level: str,
    district: str,
    period: tuple[date | None, date],
    published: tuple[date, date] | None,
) -> tuple[Province, str] | None:
    """Return the province that a figure is about, and by what evidence.

    Seven names changed their code on 1 July 2025 and many their territory, so a name alone does
    not tell. In this order: a name of one vintage only; a district, which exists in 2008's only;
    a commune or school without a district in a period that reaches past the reform; the period;
    and where the period runs across the reform, the day of publication.

    Parameters
    ----------
    name : str
        Province as printed, best without the word tỉnh and with its diacritics.
    level, district : str
        As coded in the figure.
    period : (date or None, date)
        First day (None for a stock) and last day.
    published : (date, date) or None
        First and last day on which the source may have appeared.

    Returns
    -------
    (Province, str) or None
        None where no province has the name.
    """
    found = _by_name().get(tone_key(name)) or _by_bare_name().get(_bare(name), {})
    if not found:
        return None
    if len(found) == 1:
        return next(iter(found.values())), "name"
    if level == "district" or district:
        return found["2008"], "district"
    start, end = period
    if end < REFORM:
        return found["2008"], "period"
    if (start or end) >= REFORM:
        return found["2025"], "period"
    if level == "commune":
        return found["2025"], "commune_without_district"
    if published and published[1] < REFORM:
        return found["2008"], "published"
    if published and published[0] >= REFORM:
        return found["2025"], "published"
    return found["2008"], "period_start"
