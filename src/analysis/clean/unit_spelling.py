"""Which names of Party organisations mean one and the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analysis.clean.text import fold, tone_key
from analysis.clean.units import take_apart

Pair = tuple[str, str]
"""(district, unit), either of which may be empty or spelled in one of several ways."""

Key = tuple[str, str, str]


def one_spelling(pairs: Iterable[Pair]) -> dict[Pair, Pair | None]:
    """Return for each name of a province's units the one under which all of its spellings stand.

    Names are the same where they differ in case, tone placement or apostrophes; where one of them
    is written wholly without diacritics, or has no kind (xã, phường), or no district, and just one
    other fits. Where several fit, nothing is guessed. Districts are told apart first, by the same rule.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Every (district, unit) of one province, from all of its tables.

    Returns
    -------
    dict of Pair to Pair or None
        None where several units fit.

    Examples
    --------
    >>> found = one_spelling([("", "xã Ẳng Nưa"), ("", "xa ANG NUA"), ("", "Ẳng Nưa")])
    >>> set(found.values())
    {('', 'xã Ẳng Nưa')}
    >>> one_spelling([("", "xã Tân Hòa"), ("", "xã Tân Hóa"), ("", "TAN HOA")])["", "TAN HOA"] is None
    True
    >>> len(set(one_spelling([("", "xã Thanh An"), ("", "xã Thạnh An")]).values()))
    2
    """
    known = sorted(set(pairs))
    districts = _meant({("", district) for district, _ in known if district})
    in_one = {pair: (_district(pair[0], districts), pair[1]) for pair in known}
    meant = _meant(set(in_one.values()))
    return {pair: meant[named] for pair, named in in_one.items()}


def _district(name: str, districts: Mapping[Pair, Pair | None]) -> str:
    return (districts[("", name)] or ("", name))[1] if name else ""


def _meant(pairs: set[Pair]) -> dict[Pair, Pair | None]:
    """Return for each pair, districts being one spelling already, the fullest that it may mean."""
    best: dict[Key, Pair] = {}
    for pair in sorted(pairs):
        key = _exact(pair)
        best[key] = max(best.get(key, pair), pair, key=_rank)
    index: dict[str, list[Key]] = {}
    for key, pair in best.items():
        index.setdefault(fold(take_apart(pair[1]).bare), []).append(key)
    return {pair: _resolve(pair, best, index) for pair in pairs}


def _exact(pair: Pair) -> Key:
    unit = take_apart(pair[1])
    return pair[0], tone_key(unit.kind), tone_key(unit.bare)


def _rank(pair: Pair) -> tuple[bool, bool, str]:
    """Prefer a spelling with diacritics, then one that is not in capitals throughout, then by the alphabet."""
    bare = take_apart(pair[1]).bare
    return (not pair[1].isascii(), not (bare.isupper() and len(bare) > 3), pair[1])


def _resolve(pair: Pair, best: Mapping[Key, Pair], index: Mapping[str, list[Key]]) -> Pair | None:
    own = _exact(pair)
    fits = [
        best[key] for key in index[fold(take_apart(pair[1]).bare)] if key != own and _fits(pair, best[key])
    ]
    richer = [other for other in fits if _says_more(other, best[own])]
    if not richer:
        return best[own]
    fullest = {other for other in richer if not any(_says_more(more, other) for more in richer)}
    return fullest.pop() if len(fullest) == 1 else None


def _fits(pair: Pair, other: Pair) -> bool:
    """Tell whether ``other`` may be what ``pair`` means."""
    mine, theirs = take_apart(pair[1]), take_apart(other[1])
    same = tone_key(mine.bare) == tone_key(theirs.bare)
    if not same and not (pair[1].isascii() and fold(mine.bare) == fold(theirs.bare)):
        return False
    return (not mine.kind or mine.kind == theirs.kind) and (not pair[0] or pair[0] == other[0])


def _says_more(other: Pair, pair: Pair) -> bool:
    def told(name: Pair) -> tuple[bool, bool, bool]:
        return bool(name[0]), bool(take_apart(name[1]).kind), not name[1].isascii()

    mine, theirs = told(pair), told(other)
    return mine != theirs and all(t >= m for t, m in zip(theirs, mine, strict=True))
