"""The benchmarks: times of one run on one machine, side by side, as ratios."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import models, registers

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that some work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def command(*words: object, cwd: Path = ROOT) -> None:
    """Run a command of the environment; its output is shown only if it fails."""
    done = subprocess.run(
        [str(BIN / str(words[0])), *map(str, words[1:])], cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def reports() -> None:
    """Measure one province by stock tools and by ketnap, and a run with nothing to do."""
    command("ketnap", "clean")
    folder = Path(tempfile.mkdtemp(prefix="ketnap-bench-"))
    try:
        executed = folder / "stock.ipynb"

        def stock() -> None:
            command(
                "papermill", "province.ipynb", executed, "-p", "province", "Nghệ An", cwd=ROOT / "notebooks"
            )
            command("jupyter", "nbconvert", "--to", "html", executed)

        def ours() -> None:
            command("ketnap", "report", "Nghệ An", "--out", folder / "reports", "--force")

        def again() -> None:
            command("ketnap", "report", "Nghệ An", "--out", folder / "reports")

        rows = {
            "stock papermill + nbconvert": timed(stock),
            "ketnap report": timed(ours),
            "nothing to do": timed(again),
        }
    finally:
        shutil.rmtree(folder)
    base = rows["stock papermill + nbconvert"]
    print("one province, start to HTML; ratio to stock tools in the same run")
    for name, seconds in rows.items():
        print(f"{name:30} {seconds:6.1f} s   {seconds / base:5.2f}")


if __name__ == "__main__":
    reports()
    registers.main()
    models.main()
