"""What a column of an office's table holds, told from its header (*tiêu đề cột*)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from analysis.clean.identity import header_kind
from analysis.clean.text import fold, tidy, tone_key
from analysis.vocab import table

DROPPED = "dropped"
"""Role of a column that says nothing which the tables hold."""

IDENTITY = "identity"
"""Role of a column that names or finds a person."""

_REQUIRED: dict[str, tuple[tuple[str, ...], ...]] = {
    "register": (
        ("admitted",),
        ("birth", "birth_male", "birth_female", "age", "age_months"),
    ),
    "targets": (("target",), ("unit", "commune", "district")),
    "members": (("members", "members_start", "members_end"), ("unit", "commune", "district")),
}
"""For each kind of table, the roles of which one at least must be there."""

_REPEATABLE = {"name", IDENTITY, DROPPED, "ordinal"}


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the columns of one sheet hold.

    Attributes
    ----------
    roles : dict of str to int
        Role → position of the column, one a role.
    names : tuple of int
        Positions of the columns that hold the person's own name.
    identity, dropped, unknown : tuple of int
        Positions of the columns that name or find people (``names`` among them), that say nothing
        the tables hold, and that the package does not know.
    years : dict of int to int
        For a table with one column a year: year → position.
    ambiguous : dict of str to tuple of int
        Role → positions, where several columns claim it.
    """

    roles: Mapping[str, int]
    names: tuple[int, ...]
    identity: tuple[int, ...]
    dropped: tuple[int, ...]
    unknown: tuple[int, ...]
    years: Mapping[int, int]
    ambiguous: Mapping[str, tuple[int, ...]]

    def missing(self, kind: str) -> list[tuple[str, ...]]:
        """Return the groups of roles of which a table of this kind needs one and has none."""
        have = {*self.roles, *self.ambiguous}
        if self.years:
            have.add("year")
        return [group for group in _REQUIRED[kind] if not have & set(group)]


@cache
def _spellings(kind: str) -> tuple[dict[str, str], dict[str, str]]:
    exact: dict[str, str] = {}
    loose: dict[str, set[str]] = {}
    for row in table("headers"):
        if kind in row["tables"].split():
            exact[_percent(row["header"], tone_key(row["header"]))] = row["role"]
            loose.setdefault(_percent(row["header"], fold(row["header"])), set()).add(row["role"])
    return exact, {key: roles.pop() for key, roles in loose.items() if len(roles) == 1}


def _percent(text: str, key: str) -> str:
    """Return the key of a header, in which a mark of percent counts: a share is no number of people."""
    return f"{key} %" if "%" in text else key


@cache
def known_texts(kind: str) -> frozenset[str]:
    """Return the keys of all headers that are known in this kind of table, as ``tone_key`` makes them."""
    return frozenset(tone_key(row["header"]) for row in table("headers") if kind in row["tables"].split())


def known_roles(kind: str) -> tuple[str, ...]:
    """Return the roles that a mapping file may give to a column of this kind of table."""
    exact, _ = _spellings(kind)
    return (*dict.fromkeys([*exact.values(), IDENTITY]),)


def role(parts: Sequence[str], kind: str) -> str | None:
    """Return what a column holds, from the lines of its header; None where that is not certain.

    Parameters
    ----------
    parts : sequence of str
        The header's lines from the top: ``("Năm sinh", "Nam")``.
    kind : {"register", "targets", "members"}
        What the table lists.

    Examples
    --------
    >>> role(["Năm sinh", "Nữ"], "register"), role(["NGÀY VÀO ĐẢNG"], "register")
    ('birth_female', 'admitted')
    >>> role(["Ngày ký"], "register") is None
    True
    """
    lines = [tidy(part) for part in parts if tidy(part)]
    for start in range(len(lines)):
        if any(_of_another(line) for line in lines[:start]):
            return IDENTITY
        whole = " ".join(lines[start:])
        for text in (whole, _bare(whole)):
            if text and (found := _look(text, kind)):
                return found
    if any(header_kind(line) is not None for line in (" ".join(lines), *lines[-1:])):
        return IDENTITY
    return None


_BRACKET = re.compile(r"\(([^)]*)\)")
_NEUTRAL = re.compile(
    r"(?:d{1,2}|m{1,2}|y{1,4}|đ|ngày|tháng|năm|ghi(?: rõ| đủ)?|đầy đủ|người|đồng chí|đ c|đvt|đv|x|nếu có|dương lịch"
    r"|đánh(?: dấu)?|dấu|nam nữ|có|in hoa|chữ in hoa|viết chữ in hoa|\d{1,2}|\s)+"
    r"|(?:ghi|viết|đánh dấu) .*"
)
_OTHERS = frozenset({"con", "vo", "chong", "cha", "me", "bo", "anh", "chi", "em", "doan"})


def _of_another(group: str) -> bool:
    """Tell whether what stands under a group's name is of a relative, a sponsor, an address, the Youth Union."""
    brackets = _BRACKET.findall(group)
    return (
        header_kind(group) not in (None, "birth_date", "name")
        or " doan " in f" {fold(group)} "
        or any(
            header_kind(text) not in (None, "birth_date", "name") or _OTHERS & set(fold(text).split())
            for text in brackets
        )
    )


def _bare(text: str) -> str:
    """Return a header without brackets that only say how to fill it in, and without marks at its end."""
    return re.sub(r"[*:.]+$", "", _BRACKET.sub(_kept_bracket, text).strip()).strip()


def _kept_bracket(found: re.Match[str]) -> str:
    words = " ".join(re.split(r"[\W_]+", tidy(found[1]).casefold())).strip()
    neutral = bool(_NEUTRAL.fullmatch(words)) if words else "%" not in found[1]
    return " " if neutral else found[0]


def _look(text: str, kind: str) -> str | None:
    exact, loose = _spellings(kind)
    if (found := exact.get(_percent(text, tone_key(text)))) is not None:
        return found
    return loose.get(_percent(text, fold(text))) if text.isascii() else None


_COUNTED = ("year", "target", "members", "members_start", "members_end")
"""Roles under which a table may have one column a year."""

_YEAR = re.compile(r"(?:năm|nam)?\s*((?:19|20)\d\d)", re.IGNORECASE)


def recognise(headers: Sequence[Sequence[str]], kind: str, stated: Mapping[str, str]) -> Recognised:
    """Return what the columns of a sheet hold.

    Parameters
    ----------
    headers : sequence of sequence of str
        For each column the lines of its header.
    kind : {"register", "targets", "members"}
        What the table lists.
    stated : mapping of str to str
        From the mapping file: header, its lines joined by `` / `` → role.
    """
    told = {tone_key(header): name for header, name in stated.items()}
    claims: dict[str, list[int]] = {}
    years: dict[int, list[int]] = {}
    unknown = []
    for position, parts in enumerate(headers):
        found = told.get(tone_key(joined(parts)))
        year = _YEAR.fullmatch(tidy(parts[-1])) if parts and kind != "register" else None
        if year is not None and found in (None, *_COUNTED):
            group = found or role(parts[:-1], kind)
            if group in _COUNTED or not joined(parts[:-1]):
                years.setdefault(int(year[1]), []).append(position)
                continue
            found = DROPPED if group else None  # the years of something else: results, women
        else:
            found = found or role(parts, kind)
        if found is not None:
            claims.setdefault(found, []).append(position)
        elif joined(parts):
            unknown.append(position)
    single = {name: at for name, at in claims.items() if name not in _REPEATABLE or len(at) == 1}
    plain = {
        name: at[0] for name, at in single.items() if len(at) == 1 and name not in (IDENTITY, DROPPED, "name")
    }
    if years and (value := {"targets": "target", "members": "members"}.get(kind)) and value not in plain:
        plain[value] = -1
    return Recognised(
        roles=plain,
        names=tuple(claims.get("name", ())),
        identity=tuple(sorted([*claims.get(IDENTITY, ()), *claims.get("name", ())])),
        dropped=tuple(claims.get(DROPPED, ())),
        unknown=tuple(unknown),
        years={year: at[0] for year, at in years.items() if len(at) == 1},
        ambiguous={name: tuple(at) for name, at in single.items() if len(at) > 1}
        | {str(year): tuple(at) for year, at in years.items() if len(at) > 1},
    )


def joined(parts: Sequence[str]) -> str:
    """Return a header's lines as one text, as mapping files and messages write it."""
    return " / ".join(dict.fromkeys(tidy(part) for part in parts if tidy(part)))
