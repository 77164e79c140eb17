"""Formats: what a province's page, PDF and Word file take beyond the run of its notebook, as a run makes them."""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.reports import PLACES, planned

_WANTED = {"html": "   (wanted: at most 0.3 s)", "pdf": "   (wanted: at most 1.5 s)", "docx": ""}


def main() -> None:
    """Measure and print the seconds, and their ratios to the notebook's run.

    Each report is made by a warm process of its own, as a run makes it: with its colophon and the files of its
    data, the fonts and templates of its format loaded anew. Seconds count from its last cell to its last byte.
    """
    from analysis.report import warm, work

    warm.prepare()
    folder = Path(tempfile.mkdtemp(prefix="ketnap-bench-"))
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in _WANTED}
    try:
        jobs = planned(folder)
        work.make(jobs[0])  # the server may still be loading
        for job in jobs:
            for name, seconds in took.items():
                marks = [time.perf_counter()]
                made = work.make(
                    replace(job, formats=(name,)), lambda marks=marks: marks.append(time.perf_counter())
                )
                if made.error:
                    sys.exit(made.error)
                seconds.append((marks[1] - marks[0], time.perf_counter() - marks[1]))
    finally:
        shutil.rmtree(folder)
        warm.kill_all()
    print(f"beyond the run of a province's notebook, medians of {len(PLACES)} provinces; the longest")
    for name, seconds in took.items():
        beyond = [after for _run, after in seconds]
        ratio = statistics.median(after / run for run, after in seconds)
        print(
            f"{name:6} {statistics.median(beyond):6.2f} s  {max(beyond):6.2f} s  {ratio:5.2f} × the run{_WANTED[name]}"
        )


if __name__ == "__main__":
    main()
