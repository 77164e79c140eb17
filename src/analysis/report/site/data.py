"""The page of the data: the tables, what their columns hold, and those that may be published, to download."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis import fingerprint, processed
from analysis.errors import DataRefusedError, Problem
from analysis.language import _, language, number
from analysis.report.site.measures import Measure
from analysis.report.site.pages import render
from analysis.vocab import provinces

PUBLISHED = ("sources", "figures", "unit_periods", "composition", "checks")
"""Tables that hold what newspapers printed. The others hold people or what offices did not publish."""

FOLDER = "data"
MAP = f"{FOLDER}/map.csv"


def files(folder: Path, package: dict[str, Any]) -> dict[str, bytes]:
    """Return the published tables as CSV, and a package file that tells of them alone.

    Parameters
    ----------
    folder : Path
        Of the processed tables.
    package : dict
        Their package file.

    Raises
    ------
    DataRefusedError
        A file is not what cleaning wrote with the package file.
    """
    kept = [resource for resource in package["resources"] if resource["name"] in PUBLISHED]
    found = {f"{FOLDER}/{resource['path']}": _whole(folder, resource) for resource in kept}
    told = package | {"resources": [_without_twins(resource) for resource in kept]}
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    return found | {f"{FOLDER}/{processed.PACKAGE}": text.encode()}


def _whole(folder: Path, resource: dict[str, Any]) -> bytes:
    path = folder / resource["path"]
    content = path.read_bytes() if path.is_file() else b""
    if fingerprint.of_bytes(content) != resource["hashes"][resource["path"]]:
        seen = "not the table that cleaning wrote last"
        raise DataRefusedError([Problem(str(path), None, None, seen, "run `ketnap clean` again")])
    return content


def _without_twins(resource: dict[str, Any]) -> dict[str, Any]:
    return resource | {"hashes": {resource["path"]: resource["hashes"][resource["path"]]}}


def map_values(measures: Sequence[Measure], vintage: str) -> bytes:
    """Return the values of the map as CSV, a row a measure and province that has one."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        [*("measure", "province_vintage", "province_code", "province", "value", "unit"), *_PERIOD]
    )
    for measure in measures:
        for place in provinces(vintage):
            if told := measure.values.get(place.code):
                unit = {"%": "percent"}.get(measure.unit, "count")
                row = [
                    measure.name,
                    vintage,
                    place.code,
                    place.name,
                    f"{told.value:.10g}",
                    unit,
                    *(told.origin or [""] * len(_PERIOD)),
                ]
                writer.writerow(row)
    return text.getvalue().encode("utf-8-sig")  # Excel needs the mark


_PERIOD = ("basis", "qualifier", "period_type", "period_start", "period_end", "sources")


def page(package: dict[str, Any]) -> bytes:
    """Return the page of the data in the language in use."""
    return render("data", _content(package))


def _content(package: dict[str, Any]) -> dict[str, Any]:
    tables = [_table(resource) for resource in package["resources"]]
    note = ""
    if language() == "vi":
        note = _("Phần mô tả cột viết bằng tiếng Anh, như trong datapackage.json.")
    lead = _("{published} bảng để tải về, {all} bảng được mô tả")
    return {
        "title": _("Dữ liệu và bảng mã"),
        "lead": lead.format(published=number(len(PUBLISHED)), all=number(len(tables))),
        "intro": [
            _(
                "Để tải về chỉ có số liệu đã công bố: những con số mà báo chí và cấp ủy đã đăng, mã hóa từng con số một (CC BY 4.0)."
            ),
            _(
                "Bảng làm từ danh sách của cơ quan không đăng ở đây, vì nói về từng người hay là số liệu chưa công bố; chỉ có mô tả "
                "các cột. Tệp của chúng ở lại máy của người có quyền giữ."
            ),
        ],
        "advice": _advice(package),
        "files": [
            {"href": MAP, "words": _("Giá trị của bản đồ (CSV)")},
            {"href": f"{FOLDER}/{processed.PACKAGE}", "words": "datapackage.json (Table Schema)"},
        ],
        "tables": tables,
        "columns_note": note,
    }


def _advice(package: dict[str, Any]) -> list[str]:
    """Return what a reader should know before opening the tables."""
    columns = {each["name"]: number(len(each["schema"]["fields"])) for each in package["resources"]}
    return [
        _(
            "Bắt đầu từ figures: mỗi dòng một con số như nguồn nêu, {columns} cột; source_id nối với bảng sources."
        ).format(columns=columns["figures"]),
        _(
            "unit_periods có {columns} cột, vì đặt cạnh nhau mọi con số của một đơn vị và thời kỳ; phần lớn ô trống, do nguồn chỉ "
            "nêu vài con số. Thường chỉ cần unit, period_start, period_end, admitted, members_end, attainment; cột đuôi "
            "_qualifier cho biết con số chính xác hay khoảng chừng, cột đuôi _printed là con số nguồn in."
        ).format(columns=columns["unit_periods"]),
        _(
            "unit_id là khóa để nối các bảng, không để đọc: dấu thanh dời về cuối tiếng nên có thể hiện lệch. Tên để đọc ở cột unit."
        ),
    ]


def _table(resource: dict[str, Any]) -> dict[str, Any]:
    published = resource["name"] in PUBLISHED
    schema = resource["schema"]
    return {
        "name": resource["name"],
        "about": _about(resource["name"]),
        "rows": number(resource["rows"]) if published else "–",
        "href": f"{FOLDER}/{resource['path']}" if published else "",
        "key": ", ".join(schema.get("primaryKey", [])),
        "count": _("{count} cột").format(count=number(len(schema["fields"]))),
        "columns": [_column(field) for field in schema["fields"]],
    }


def _column(field: dict[str, Any]) -> dict[str, str]:
    types = {
        "string": _("chữ"),
        "number": _("số"),
        "integer": _("số nguyên"),
        "date": _("ngày"),
        "boolean": _("đúng hay sai"),
    }
    allowed = field.get("constraints", {}).get("enum", [])
    return {
        "name": field["name"],
        "type": types[field["type"]],
        "about": field["description"],
        "allowed": ", ".join(map(str, allowed)),
    }


def _about(name: str) -> str:
    """Return what a row of a table is."""
    return {
        "sources": _("một tài liệu có đăng số liệu."),
        "figures": _("một con số đã công bố, với đơn vị, thời kỳ và cách nguồn viết."),
        "unit_periods": _("một đơn vị và thời kỳ; các nguồn trái nhau giữ mỗi nguồn một dòng."),
        "composition": _("tỷ lệ của một nhóm trong số kết nạp hay trong số đảng viên."),
        "checks": _("một phép kiểm tra số học và phát hiện của nó; số nguồn nêu luôn được giữ."),
        "admissions": _("một người được kết nạp, không có danh tính."),
        "unit_years": _("một đơn vị, năm, nhóm tuổi và giới: số kết nạp và số đảng viên."),
        "targets": _("một chỉ tiêu mà tệp của cơ quan đặt cho đơn vị và năm."),
        "members": _("một số đảng viên mà tệp của cơ quan đếm, của đơn vị hay một phần của nó."),
        "files": _("một trang tính đã đọc: gì vào, gì ở lại, gì bị loại."),
        processed.LOG: _("một giá trị hay dòng mà việc làm sạch đã đổi, từ chối, hay đọc từ ghi chú."),
    }[name]
