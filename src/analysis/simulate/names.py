"""Names that belong to nobody: drawn syllable by syllable, with numbers that no one can hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.simulate.parts import Locality

Texts = npt.NDArray[Any]
"""One text a row, dtype object."""

_FAMILY = {
    "": ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Đinh"),
    "thai": ("Lò", "Quàng", "Cà", "Tòng", "Lường", "Cầm", "Vi", "Lô"),
    "mong": ("Giàng", "Sùng", "Vàng", "Thào", "Lầu", "Hạng", "Mùa"),
    "dao": ("Chảo", "Tẩn", "Lý", "Phàn", "Đặng"),
    "tay": ("Nông", "Hoàng", "Ma", "Lương"),
    "nung": ("Nông", "Lù", "Thèn", "Vương"),
    "ede": ("Y", "H'"),
    "mnong": ("Y", "H'"),
}
_MIDDLE = {
    "male": ("Văn", "Hữu", "Đức", "Công", "Quang", "Xuân", "Minh", "Thế"),
    "female": ("Thị", "Thị", "Thị Thu", "Ngọc", "Thị Hồng", "Thanh", "Phương"),
}
_GIVEN = {
    "male": (
        *("An", "Bình", "Cường", "Dũng", "Đạt", "Hòa", "Hùng", "Khánh", "Long"),
        *("Nam", "Phúc", "Quân", "Sơn", "Thành", "Thắng", "Tuấn", "Việt", "Vinh"),
    ),
    "female": (
        *("Anh", "Chi", "Dung", "Giang", "Hà", "Hạnh", "Hoa", "Hương", "Lan"),
        *("Linh", "Mai", "Nga", "Oanh", "Thảo", "Thúy", "Trang", "Vân", "Yến"),
    ),
}
_FIRST = ("Mường", "Nậm", "Tân", "Hòa", "Phú", "Bản", "Đông", "Thủy", "Cư", "Ea", "Nghĩa", "Quỳnh", "Thượng")
_SECOND = ("An", "Bình", "H'Đing", "Hóa", "Khoang", "Lầm", "Mít", "M'Đrắk", "Nưa", "Phong", "Quý", "Tiến")
_THIRD = ("", "", "", "Đoài", "Hạ", "Thượng", "Đông")
_TYPE = {"commune": "xã", "ward": "phường", "township": "thị trấn"}
_ORGANISATIONS = (
    "Trường THPT",
    "Trường THCS",
    "Trường Mầm non",
    "Trạm Y tế",
    "Công ty TNHH",
    "Hợp tác xã",
    "Phòng Nội vụ",
    "Công ty Cổ phần",
)


def drawn(rng: np.random.Generator, words: tuple[str, ...], size: int) -> Texts:
    """Return words drawn with equal chances, as an array of str objects."""
    chosen: Texts = np.array(words, dtype=object)[rng.integers(len(words), size=size)]
    return chosen


def persons(rng: np.random.Generator, sex: Texts, ethnicity: Texts) -> Texts:
    """Return full names (*họ và tên*) such as people of this sex and ethnicity carry.

    Parameters
    ----------
    sex, ethnicity : arrays of str, one a person
    """
    found = np.empty(len(sex), dtype=object)
    keys = np.where(np.isin(ethnicity.astype(str), list(_FAMILY)), ethnicity, "")
    for people in ("male", "female"):
        of_sex = sex == people
        for key, families in _FAMILY.items():
            rows = np.flatnonzero(of_sex & (keys == key))
            family = drawn(rng, _of_sex(families, people), len(rows))
            given = drawn(rng, _GIVEN[people], len(rows))
            middle = drawn(rng, _MIDDLE[people], len(rows))
            found[rows] = (
                family + " " + given if key in ("ede", "mnong") else family + " " + middle + " " + given
            )
    return found


def _of_sex(families: tuple[str, ...], sex: str) -> tuple[str, ...]:
    """Return the family names of one sex: men of the Central Highlands are Y, women H'."""
    if families == ("Y", "H'"):
        return families[:1] if sex == "male" else families[1:]
    return families


def identity_numbers(rng: np.random.Generator, size: int) -> Texts:
    """Return twelve digits that begin with 000, where every true number has its province."""
    return np.array([f"000{n:09d}" for n in rng.integers(10**9, size=size).tolist()], dtype=object)


def telephones(rng: np.random.Generator, size: int) -> Texts:
    """Return numbers of eleven digits from 0120, a range that was closed in 2018."""
    return np.array([f"0120{n:07d}" for n in rng.integers(10**7, size=size).tolist()], dtype=object)


def villages(rng: np.random.Generator, size: int) -> Texts:
    """Return names of villages and street groups."""
    kind = drawn(rng, ("Bản", "Thôn", "Buôn", "Tổ dân phố", "Xóm"), size)
    number = np.array([str(n) for n in rng.integers(1, 13, size=size).tolist()], dtype=object)
    return kind + " " + number


def units(rng: np.random.Generator, locality: list[Locality], communes: list[bool]) -> list[str]:
    """Return one name a unit, no two the same: communes with their type, others after a commune."""
    taken: set[str] = set()
    found: list[str] = []
    for kind, is_commune in zip(locality, communes, strict=True):
        number = 0
        while True:
            words = [drawn(rng, part, 1)[0] for part in (_FIRST, _SECOND, _THIRD)]
            place = " ".join(word for word in words if word)
            head = _TYPE[kind] if is_commune else drawn(rng, _ORGANISATIONS, 1)[0]
            name = f"{head} {place}"
            number += 1
            if number > 20:
                name = f"{name} {len(found) + 1}"
            if name not in taken:
                break
        taken.add(name)
        found.append(name)
    return found
