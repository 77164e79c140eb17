"""Formats: what a province's page, PDF and Word file take beyond the run of its notebook."""

from __future__ import annotations

import io
import shutil
import statistics
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path

import nbformat

from bench.reports import PLACES, ROOT, cells_of, command

_WANTED = {"html": "   (wanted: at most 0.3 s)", "pdf": "   (wanted: at most 1.5 s)", "docx": ""}


def main() -> None:
    """Measure and print the seconds, and their ratios to the notebook's run."""
    from analysis.clean.places import find_province, province_slug
    from analysis.language import use
    from analysis.report import paper, pdf, render, word

    use("vi")
    folder = Path(tempfile.mkdtemp(prefix="ketnap-bench-"))
    try:
        command("ketnap", "report", *PLACES, "--template", "province", "--out", folder, "--workers", 1)
        run = cells_of(ROOT / "notebooks" / "province.ipynb")
        rounds = []
        for place in [PLACES[0], *PLACES]:  # the first warms what is loaded once
            slug = province_slug(find_province(place, "2008"))
            notebook = nbformat.read(folder / slug / "report.ipynb", as_version=4)
            took = {}
            with redirect_stdout(io.StringIO()):
                began = time.perf_counter()
                run(place)
                took["run"] = time.perf_counter() - began
            began = time.perf_counter()
            prepared = render.prepared(notebook, "vi")
            render.html(prepared, "vi", "", "../index.html")
            took["html"] = time.perf_counter() - began
            for name, make in (("pdf", pdf.pdf), ("docx", word.docx)):
                began = time.perf_counter()
                make(paper.of(render.prepared(notebook, "vi"), "vi", ""))
                took[name] = time.perf_counter() - began
            rounds.append(took)
    finally:
        shutil.rmtree(folder)
    print(f"beyond the run of a province's notebook, medians of {len(PLACES)} provinces; the longest")
    for name in ("html", "pdf", "docx"):
        seconds = [took[name] for took in rounds[1:]]
        ratio = statistics.median(took[name] / took["run"] for took in rounds[1:])
        print(
            f"{name:6} {statistics.median(seconds):6.2f} s  {max(seconds):6.2f} s  {ratio:5.2f} × the run{_WANTED[name]}"
        )


if __name__ == "__main__":
    main()
