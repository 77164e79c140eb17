"""A sheet as a grid of cells, with its titles, its header of one to three rows and what is merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.simulate.face import Face
from analysis.simulate.mess import Cell

SYNTHETIC = "DỮ LIỆU GIẢ LẬP (SYNTHETIC) – không phải người thật"
"""Stands in every file."""

NOTE = "dữ liệu giả lập (synthetic)"
"""Stands in the notes of every row where a file has no title."""

_HEADERS: dict[str, tuple[str, ...]] = {
    "ordinal": ("STT",),
    "name": ("Họ và tên",),
    "birth": ("Ngày sinh",),
    "birth_male": ("Năm sinh", "Nam"),
    "birth_female": ("Năm sinh", "Nữ"),
    "sex": ("Giới tính",),
    "female_mark": ("Nữ",),
    "ethnicity": ("Dân tộc",),
    "minority_mark": ("Dân tộc thiểu số",),
    "religion": ("Tôn giáo",),
    "religious_mark": ("Có đạo",),
    "hometown": ("Quê quán",),
    "residence": ("Nơi ở hiện nay",),
    "identity_number": ("Số CCCD",),
    "telephone": ("Điện thoại",),
    "general_education": ("Trình độ", "Văn hóa"),
    "professional_education": ("Trình độ", "Chuyên môn"),
    "education": ("Trình độ",),
    "occupation": ("Nghề nghiệp",),
    "youth_union": ("Đoàn viên",),
    "district": ("Huyện",),
    "unit": ("Đảng bộ cơ sở",),
    "cell": ("Chi bộ",),
    "admitted": ("Ngày kết nạp",),
    "recognised": ("Ngày công nhận chính thức",),
    "exited": ("Ngày rời Đảng",),
    "exit": ("Hình thức rời Đảng",),
    "certificate": ("Ngày cấp giấy chứng nhận lớp bồi dưỡng nhận thức về Đảng",),
    "sponsor": ("Người giới thiệu",),
    "notes": ("Ghi chú",),
}
_PARTY = (
    "district",
    "unit",
    "cell",
    "admitted",
    "recognised",
    "exited",
    "exit",
    "certificate",
    "sponsor",
    "notes",
)
_SUPER = {True: "Quá trình vào Đảng", False: "Thông tin cá nhân"}


@dataclass(slots=True)
class Sheet:
    """A sheet of a workbook, or a CSV file.

    Attributes
    ----------
    name : str
    rows : list of list of Cell
    merged : list of (top, left, bottom, right)
        Positions from 0, both ends included.
    hidden : list of int
        Positions of hidden rows.
    entries : list of (int, int)
        Position of each row that enters a person, and of the person among those of the sheet.
    """

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    entries: list[tuple[int, int]] = field(default_factory=list)

    def line(self, width: int, text: Cell = None, at: int = 0) -> None:
        """Add a row that holds one cell or none."""
        row: list[Cell] = [None] * width
        row[at] = text
        self.rows.append(row)

    def header(self, paths: Sequence[tuple[str, ...]], tops: Sequence[str] | None = None) -> None:
        """Add a header: one row a level of ``paths``, and one above them for ``tops``.

        A name that several neighbours share stands once and is merged over them; a column without
        a group is merged downwards.
        """
        first, depth = len(self.rows), max(len(path) for path in paths)
        if tops is not None:
            self._level(list(tops))
        for level in range(depth):
            self._level([path[level] if level < len(path) else "" for path in paths], paths, level)
        for at, path in enumerate(paths):
            top = first + (tops is not None) + len(path) - 1
            bottom = len(self.rows) - 1
            if top < bottom:
                self.merged.append((top, at, bottom, at))

    def _level(
        self, texts: list[str], paths: Sequence[tuple[str, ...]] | None = None, level: int = 0
    ) -> None:
        row: list[Cell] = []
        began = 0
        for at, text in enumerate(texts):
            groups = paths is None or len(paths[at]) > level + 1
            if at and groups and text and text == texts[began]:
                row.append(None)
            else:
                self._close(began, at - 1)
                began = at
                row.append(text or None)
        self._close(began, len(texts) - 1)
        self.rows.append(row)

    def _close(self, began: int, ended: int) -> None:
        if ended > began:
            self.merged.append((len(self.rows), began, len(self.rows), ended))


def roles(face: Face) -> list[str]:
    """Return what the columns of a register with this face hold."""
    found: list[str] = []
    for role in face.roles:
        if role == "birth" and face.births == "year":
            found += ["birth_male", "birth_female"]
        elif role == "sex" and face.births == "year":
            continue
        elif role in _MARKED and face.marks:
            found.append(_MARKED[role])
        elif role == "general_education" and face.one_education:
            found.append("education")
        elif (role == "professional_education" and face.one_education) or (role == "unit" and face.unit_rows):
            continue
        else:
            found.append(role)
    return found


_MARKED = {"sex": "female_mark", "ethnicity": "minority_mark", "religion": "religious_mark"}


def add_header(sheet: Sheet, columns: Sequence[str], face: Face) -> None:
    """Add the header of a register to a sheet."""
    paths = [_HEADERS[role] for role in columns]
    if face.header_rows == 1:
        sheet.header([(" ".join(path),) for path in paths])
        return
    tops = [_SUPER[role in _PARTY] for role in columns] if face.header_rows == 3 else None
    if tops is not None and columns[0] == "ordinal":
        tops[0] = ""
    sheet.header(paths, tops)


def add_title(sheet: Sheet, width: int, place: str, about: str) -> None:
    """Add the lines that stand above a table."""
    for text in (f"ĐẢNG BỘ {place.upper()}", SYNTHETIC, about.upper(), None):
        sheet.line(width, text)
