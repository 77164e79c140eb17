"""What a report was made with and from, and how the software is cited: the same each time it is made of the same."""

from __future__ import annotations

from analysis import __version__
from analysis.language import _
from analysis.report.job import Job

SOFTWARE = """\
@software{{ketnap,
  author = {{{{The ketnap authors}}}},
  title = {{{{ketnap}}: reproducible research on the admission of Party members in Vietnam}},
  version = {{{version}}},
  license = {{MIT}},
}}"""
"""How the software is cited, in BibTeX; takes its version."""

_LETTERS = 12
"""Of a hash: enough to tell two apart; manifest.json has it whole."""


def colophon(job: Job) -> list[tuple[str, str]]:
    """Return labels and words: software, template, data, and where the rest is."""
    hashed = _("{what} (SHA-256 {start}…)")
    made = {name: str(job.inputs[name])[:_LETTERS] for name in ("notebook", "library", "data")}
    data = _("các bảng đã làm sạch mà báo cáo này đọc")
    return [
        (_("Phần mềm"), hashed.format(what=f"ketnap {__version__}", start=made["library"])),
        (_("Mẫu báo cáo"), hashed.format(what=f"{job.notebook.stem}.ipynb", start=made["notebook"])),
        (_("Bảng số liệu"), hashed.format(what=data, start=made["data"])),
        (
            _("Ngày"),
            _(
                "không ghi ngày giờ chạy: cùng số liệu, mẫu và phần mềm thì cùng một tệp; mọi mã băm ở {manifest}"
            ).format(manifest=job.file("manifest.json")),
        ),
    ]
