"""The first page of the reports: a map of tiles, a table of provinces, how it was made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment

from analysis import __version__, wording
from analysis.clean.places import province_slug
from analysis.language import _, language, number
from analysis.report import manifest
from analysis.report.parameters import VINTAGES
from analysis.report.place_slice import Cuts
from analysis.vocab import Province, provinces, region, table

_STYLE = Path(__file__).parent / "template" / "ketnap" / "style.css"
_PAGE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<!DOCTYPE html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{ _("Kết nạp đảng viên: các tỉnh, thành phố") }} · ketnap</title>
<style>
{{ style|safe }}
</style>
</head>
<body>
<a class="kn-skip" href="#kn-main">{{ _("Đến nội dung") }}</a>
<header class="kn-top"><a href="index.html">ketnap</a></header>
<div class="kn-page kn-index">
<main id="kn-main">
<h1>{{ _("Kết nạp đảng viên: các tỉnh, thành phố") }}</h1>
<p class="kn-lead">{{ lead }}</p>
<p>{{ intro }}</p>
{% if comparison %}
<p><a href="comparison/report.html"><strong>{{ _("So sánh các tỉnh, thành phố") }}</strong></a>: {{ _("chỉ tiêu và kết quả, thiên lệch do chọn tin, thành phần qua các năm.") }}</p>
{% endif %}
{% if registers %}
<p>{{ _("Theo danh sách của các cơ quan") }}: {% for link in registers %}<a href="{{ link.href }}">{{ link.name }}</a>{% if not loop.last %}, {% endif %}{% endfor %}.</p>
{% endif %}
{% if quality %}
<p><a href="data-quality/report.html"><strong>{{ _("Chất lượng dữ liệu") }}</strong></a>: {{ _("danh sách kết nạp, chỉ tiêu, đảng viên của các cơ quan; dòng nào vào bảng, dòng nào bị loại và vì sao.") }}</p>
{% endif %}
{% if failed %}
<h2 class="kn-failed">{{ _("Báo cáo hỏng") }}</h2>
<p>{{ _("Các báo cáo khác không bị ảnh hưởng; lần chạy sau sẽ làm lại những báo cáo này.") }}</p>
{% for report in failed %}
<details open><summary><strong>{{ report.label }}</strong>: {{ report.error }}</summary>
{% if report.cell %}
<p>{{ _("Ô mã bị dừng") }}:</p>
<pre tabindex="0"><code>{{ report.cell }}</code></pre>
{% endif %}
<p>{% if report.notebook %}<a href="{{ report.notebook }}">{{ _("Sổ đến chỗ hỏng") }}</a>{% endif %}{% if report.last %} · <a href="{{ report.last }}">{{ _("bản tốt gần nhất") }}</a>{% endif %}</p>
</details>
{% endfor %}
{% endif %}
<h2>{{ _("Bản đồ ô") }}</h2>
<p>{{ _("Mỗi ô một tỉnh, thành phố, đặt gần đúng vị trí; số là số liệu công bố có trong bộ dữ liệu, ô càng đậm càng nhiều.") }}</p>
<nav class="kn-tiles" style="grid-template-columns: repeat({{ columns }}, minmax(0, 1fr))" aria-label="{{ _('Bản đồ ô') }}">
{% for tile in tiles %}
{% if tile.islands %}
<span class="islands" style="grid-row: {{ tile.row }}; grid-column: {{ tile.column }}">{{ tile.islands }}<small>({{ tile.name }})</small></span>
{% elif tile.href %}
<a class="t{{ tile.shade }}" style="grid-row: {{ tile.row }}; grid-column: {{ tile.column }}" href="{{ tile.href }}">{{ tile.name }}<small>{{ tile.count }}</small></a>
{% else %}
<span class="t{{ tile.shade }}" style="grid-row: {{ tile.row }}; grid-column: {{ tile.column }}">{{ tile.name }}<small>{{ tile.count }}</small></span>
{% endif %}
{% endfor %}
</nav>
<h2>{{ _("Các tỉnh, thành phố") }}</h2>
<figure class="kn-table"><div class="kn-scroll" tabindex="0" role="group" aria-label="{{ _('Các tỉnh, thành phố') }}">
<table>
<thead><tr><th scope="col">{{ _("Tỉnh, thành phố") }}</th><th scope="col">{{ _("Vùng") }}</th><th scope="col" class="num">{{ _("Số liệu") }}</th><th scope="col" class="num">{{ _("Nguồn") }}</th><th scope="col">{{ _("Năm") }}</th><th scope="col">{{ _("Tình trạng") }}</th></tr></thead>
<tbody>
{% for row in rows %}
<tr><th scope="row">{% if row.href %}<a href="{{ row.href }}">{{ row.name }}</a>{% else %}{{ row.name }}{% endif %}</th><td>{{ row.region }}</td><td class="num">{{ row.figures }}</td><td class="num">{{ row.sources }}</td><td>{{ row.years }}</td><td>{{ row.state }}</td></tr>
{% endfor %}
</tbody>
</table>
</div></figure>
<h2>{{ _("Số liệu từ đâu, làm thế nào") }}</h2>
<p>{{ made }}</p>
</main>
</div>
<footer class="kn-foot"><p>{{ footer }}</p></footer>
</body>
</html>
""")


@dataclass(frozen=True, slots=True)
class _Row:
    place: Province
    name: str
    region: str
    href: str
    count: int
    figures: str
    sources: str
    years: str
    state: str


def write(out: Path, cuts: Cuts) -> Path:
    """Write index.html over the reports that are there, and return its path.

    Parameters
    ----------
    out : Path
        Folder of the reports.
    cuts : Cuts
        The processed tables by province; reports made in other units than theirs are not linked.
    """
    tables, units = cuts.tables, cuts.units
    rows = [_row(out, cuts, place) for place in provinces(VINTAGES[units])]
    page = _PAGE.render(
        _=_,
        language=language(),
        style=_STYLE.read_text(encoding="utf-8"),
        lead=_("{figures} số liệu đã công bố, {sources} nguồn, {known} trong {all} tỉnh, thành phố").format(
            figures=number(len(tables.figures)),
            sources=number(len(tables.sources)),
            known=number(sum(row.count > 0 for row in rows)),
            all=number(len(rows)),
        ),
        intro=_intro(units),
        comparison=bool(_state(out, "comparison", units, empty=False)[1]),
        registers=_registers(out, units),
        failed=_failed(out, units),
        quality=bool(_state(out, "data-quality", units, empty=False)[1]),
        columns=max(int(tile["column"]) for tile in table("tiles") if tile["vintage"] == VINTAGES[units]) + 1,
        tiles=_tiles(rows, units),
        rows=rows,
        made=_(
            "Các con số được mã hóa từng con một từ báo chí và trang của cấp ủy (CC BY 4.0 cho phần mã hóa), làm sạch, kiểm tra "
            "phép tính, rồi dựng thành báo cáo bằng sổ Jupyter chạy qua papermill. Mỗi báo cáo có sổ đã chạy (report.ipynb), hình "
            "(figures/), bảng (tables/) và manifest.json ghi mọi thứ đã dùng."
        ),
        footer=_("Làm bằng ketnap {version}. Chạy tại máy, không gửi dữ liệu đi đâu.").format(
            version=__version__
        ),
    )
    path = out / "index.html"
    manifest.write_whole(path, page.encode())
    return path


def _intro(units: str) -> str:
    if units == "2025":
        return _(
            "Báo cáo theo 34 tỉnh, thành phố từ ngày 1/7/2025; số liệu của tỉnh cũ được đưa về tỉnh mới và ghi rõ tên cũ."
        )
    return _(
        "Báo cáo theo 63 tỉnh, thành phố đến ngày 30/6/2025; số liệu của tỉnh mới cùng tên đứng riêng trong báo cáo của tỉnh ấy."
    )


def _row(out: Path, cuts: Cuts, place: Province) -> _Row:
    told = cuts.told(place)
    code = region(place.vintage, place.code)
    state, href = _state(out, province_slug(place), cuts.units, empty=not told.figures)
    return _Row(
        place,
        place.name,
        wording.name("region", code) if code else "–",
        href,
        told.figures,
        number(told.figures),
        number(told.sources),
        told.years,
        state,
    )


def _state(out: Path, slug: str, units: str, *, empty: bool) -> tuple[str, str]:
    made = manifest.read(out / slug)
    page = out / slug / "report.html"
    # A report that is of no units is the same in all.
    if made is None or made["inputs"]["parameters"].get("units", units) != units:
        return _("chưa làm"), ""
    href = f"{slug}/report.html" if page.is_file() else ""
    if made["state"] == "failed":
        last = _("; bản cũ còn đó") if href else ""
        return _("hỏng: {error}").format(error=_short(made["error"])) + last, href
    return (_("không có số liệu") if empty else _("xong")), href


def _short(message: str, most: int = 80) -> str:
    return message if len(message) <= most else f"{message[:most]}…"


def _failed(out: Path, units: str) -> list[dict[str, str]]:
    """Return the reports that failed last, with the message, the cell, and what there is to look at."""
    found = []
    for path in sorted(out.glob(f"*/{manifest.NAME}")):
        told = manifest.read(path.parent)
        if (
            told is None
            or told["state"] != "failed"
            or told["inputs"]["parameters"].get("units", units) != units
        ):
            continue
        links = {"notebook": path.with_name("failed.ipynb"), "last": path.with_name("report.html")}
        hrefs = {
            name: f"{file.parent.name}/{file.name}" if file.is_file() else "" for name, file in links.items()
        }
        words = {"label": told.get("label", path.parent.name), "error": told.get("error", "")}
        found.append({**words, "cell": told.get("cell", ""), **hrefs})
    return found


def _registers(out: Path, units: str) -> list[dict[str, str]]:
    """Return the reports on registers that are there: of provinces, then their comparison."""
    slugs = [(f"{province_slug(place)}-register", place.name) for place in provinces(VINTAGES[units])]
    slugs.append(("comparison-register", _("so sánh")))
    found = [(_state(out, slug, units, empty=False)[1], name) for slug, name in slugs]
    return [{"href": href, "name": name} for href, name in found if href]


def _tiles(rows: list[_Row], units: str) -> list[dict[str, object]]:
    by_code = {row.place.code: row for row in rows}
    most = max((row.count for row in rows), default=1) or 1
    tiles: list[dict[str, object]] = []
    for tile in sorted(
        (t for t in table("tiles") if t["vintage"] == VINTAGES[units]),
        key=lambda t: (int(t["row"]), int(t["column"])),
    ):
        row = by_code[tile["province_code"]]
        share = row.count / most
        shade = 0 if row.count == 0 else 1 if share < 0.05 else 2 if share < 0.2 else 3 if share < 0.5 else 4
        tiles.append(
            {
                "row": int(tile["row"]) + 1,
                "column": int(tile["column"]) + 1,
                "islands": tile["islands"],
                "name": row.name,
                "href": row.href,
                "count": row.figures if row.count else "–",
                "shade": shade,
            }
        )
    return tiles
