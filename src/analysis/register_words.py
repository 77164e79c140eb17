"""Words for what cleaning tells of registers: roles of columns, rules, sheets, encodings and their evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from analysis.language import _, language
from analysis.vocab import table


class Rule(NamedTuple):
    """What a rule of the cleaners does to a cell or row, and its words for the reader.

    Attributes
    ----------
    effect : str
        ``read`` where the cell says the same in another form; ``assumed`` where the reading rests on
        an assumption; ``silent`` where the cell says that nothing is known; ``refused`` where it
        could not be read; ``either`` where it was read if it has a value; ``row_refused`` and
        ``row_aside`` for whole rows; ``unknown`` for a rule that the code table lacks.
    words : str
        In the reader's language.
    """

    effect: str
    words: str


def rule(name: str) -> Rule:
    """Return a rule; those of one cell may be joined by ``+``.

    Examples
    --------
    >>> rule("no_such_day")
    Rule(effect='refused', words='ngày không có trong lịch (31/02)')
    >>> rule("nfc+spaces").words
    'ghép chữ cái với dấu theo một cách; bỏ dấu cách thừa'
    >>> rule("of_another_version")
    Rule(effect='unknown', words='of_another_version')
    """
    parts = [_rules(language()).get(part) or Rule("unknown", part) for part in name.split("+")]
    return Rule(parts[0].effect, "; ".join(part.words for part in parts))


@cache
def _rules(language: str) -> dict[str, Rule]:
    return {row["rule"]: Rule(row["effect"], row[f"label_{language}"]) for row in table("rules")}


def effect(name: str, *, valued: bool) -> str:
    """Return what a rule did where it left a value, or left none.

    Examples
    --------
    >>> effect("leading_zero", valued=True), effect("leading_zero", valued=False)
    ('read', 'refused')
    """
    found = rule(name).effect
    return found if found != "either" else "read" if valued else "refused"


def role(name: str) -> str:
    """Return the words for what a column holds; a year for the column of a year.

    Examples
    --------
    >>> role("admitted"), role("2016")
    ('ngày kết nạp', 'năm 2016')
    """
    if re.fullmatch(r"\d{4}", name):
        return _("năm {year}").format(year=name)
    return _roles(language()).get(name, name)


@cache
def _roles(language: str) -> dict[str, str]:
    return {row["role"]: row[f"label_{language}"] for row in table("roles")}


def columns(read: str) -> list[tuple[str, str]]:
    """Return (header, role) of each column that the table ``files`` says was read.

    A header may itself hold ``;`` or ``=``; a part that names no role is the beginning of the next.

    Examples
    --------
    >>> columns("Năm sinh; tuổi = birth; Ngày kết nạp = admitted")
    [('Năm sinh; tuổi', 'birth'), ('Ngày kết nạp', 'admitted')]
    """
    found, open_ = [], ""
    for part in read.split("; ") if read else []:
        header, _equals, name = (open_ + part).rpartition(" = ")
        if name in _roles("vi") or re.fullmatch(r"\d{4}", name):
            found.append((headers(header), name))
            open_ = ""
        else:
            open_ += f"{part}; "
    return found


def headers(told: str) -> str:
    """Return headers of columns that were left out; one that names a person is told without the name.

    Examples
    --------
    >>> headers("Họ và tên; (a header that names a person)")
    'Họ và tên; (tiêu đề có tên người)'
    """
    return told.replace("(a header that names a person)", _("(tiêu đề có tên người)"))


def sheet(file: str, name: str) -> str:
    """Return a file, and its sheet if it has several, for the reader."""
    return _("{file}, trang {sheet}").format(file=file, sheet=name) if name else file


def marked(text: str, *, synthetic: bool) -> str:
    """Return the words for rows of one origin, marked where a simulation made them."""
    return _("{text} (dữ liệu giả lập)").format(text=text) if synthetic else text


def titled(title: str, origins: Iterable[bool]) -> str:
    """Return the title of a table or figure, marked where all or some of its rows are synthetic.

    Examples
    --------
    >>> titled("Các tệp", [True, True]), titled("Các tệp", [True, False]), titled("Các tệp", [False])
    ('Các tệp (dữ liệu giả lập)', 'Các tệp (có dữ liệu giả lập)', 'Các tệp')
    """
    held = {bool(one) for one in origins}
    if held == {True}:
        return marked(title, synthetic=True)
    return _("{title} (có dữ liệu giả lập)").format(title=title) if True in held else title


def kind(table_name: str) -> str:
    """Return what the rows of a sheet list."""
    return {
        "admissions": _("người được kết nạp"),
        "targets": _("chỉ tiêu"),
        "members": _("đảng viên"),
        "": _("không có bảng"),
    }[table_name]


def encoding(label: str) -> str:
    """Return the name of an encoding, as people know it."""
    return {"tcvn3": "TCVN3 (ABC)", "vni": "VNI", "utf-8-sig": "UTF-8", "unicode": "Unicode"}.get(
        label, label.upper().replace("CP", "Windows-")
    )


def evidence(text: str) -> str:
    """Return in the reader's language how an encoding was found; as it stands where that is not known.

    Examples
    --------
    >>> evidence("of 12 accented words, Vietnamese in tcvn3 11, cp1258 2")
    'trong 12 từ có dấu, số từ đúng tiếng Việt: tcvn3 11, cp1258 2'
    """
    fixed = {
        "every byte fits": _("mọi byte đều hợp lệ"),
        "ASCII only": _("chỉ có chữ không dấu"),
        "byte order mark": _("có dấu thứ tự byte ở đầu tệp"),
        "no accented words": _("không có từ có dấu"),
        "as the workbook keeps it": _("bảng tính lưu sẵn Unicode"),
        "stated": _("tệp ánh xạ nêu"),
    }
    if text in fixed:
        return fixed[text]
    if match := re.fullmatch(
        r"of (\d+) accented words, Vietnamese in ([^;]*)(?:; (\d+) are Western letters)?", text
    ):
        words = _("trong {count} từ có dấu, số từ đúng tiếng Việt: {scores}").format(
            count=match[1], scores=match[2]
        )
        return words + ("; " + _("{count} là chữ Tây Âu").format(count=match[3]) if match[3] else "")
    if match := re.fullmatch(r"(\d+) words are Vietnamese only in (\w+)(?:, fonts (.*))?", text):
        words = _("{count} từ chỉ đúng tiếng Việt khi đọc theo {code}").format(
            count=match[1], code=encoding(match[2])
        )
        return words + ("; " + _("phông {fonts}").format(fonts=match[3]) if match[3] else "")
    if match := re.fullmatch(r"zero bytes as in (.+)", text):
        return _("byte 0 nằm như trong {code}").format(code=match[1])
    return text
