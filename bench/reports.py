"""Reports: one province by stock tools, by ketnap, and by the same library calls alone; parallel, and with nothing to do."""

from __future__ import annotations

import io
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PLACES = ["Nghệ An", "Điện Biên", "Đắk Lắk", "Lào Cai", "Hà Nam", "Cao Bằng", "Lạng Sơn", "Sơn La"]
_RUNS = 3


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


def stock(folder: Path, place: str) -> None:
    """Make a report by the commands of stock tools."""
    executed = folder / "stock.ipynb"
    command("papermill", "province.ipynb", executed, "-p", "province", place, cwd=ROOT / "notebooks")
    command("jupyter", "nbconvert", "--to", "html", executed)


def cells_of(notebook: Path) -> Callable[[str], list[dict[str, Any]]]:
    """Return what makes the library calls of the template for a province, and returns what it shows."""
    import nbformat

    from analysis import shown

    template = nbformat.read(notebook, as_version=4)
    cells = [
        (compile(cell.source, "cell", "exec"), "parameters" in cell.metadata.get("tags", []))
        for cell in template.cells
        if cell.cell_type == "code"
    ]

    def ran(place: str) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = []

        def keep(thing: Any) -> None:
            parts.append(thing._repr_mimebundle_())

        usual, shown.display = shown.display, keep
        try:
            names: dict[str, Any] = {}
            for code, parameters in cells:
                exec(code, names)
                if parameters:
                    names |= {"province": place, "data": str(ROOT / "data" / "processed")}
        finally:
            shown.display = usual
        return parts

    return ran


def planned(folder: Path) -> list[Any]:
    """Return the jobs of the provinces' reports, to be made into a folder."""
    from analysis import processed
    from analysis.report import jobs
    from analysis.report.place_slice import Cuts
    from analysis.report.project import find

    project = find(ROOT)
    cuts = Cuts(processed.load(project.processed), "period")
    places = jobs.wanted(PLACES, False, "period")
    return jobs.plan(project, project.processed, cuts, folder, places, ["province"], language="vi")


def floor(folder: Path) -> Callable[[str], dict[str, bytes]]:
    """Return what makes the library calls of the template for a province, and returns the files of its report."""
    import nbformat

    from analysis.report.rendered import rendered

    of = dict(zip(PLACES, planned(folder), strict=True))
    run = cells_of(ROOT / "notebooks" / "province.ipynb")

    def made(place: str) -> dict[str, bytes]:
        page = nbformat.v4.new_notebook()
        outputs = [nbformat.v4.new_output("display_data", data=data) for data in run(place)]
        page.cells = [nbformat.v4.new_code_cell("", outputs=outputs)]
        return rendered(of[place], page)

    return made


def main() -> None:
    """Measure and print the ratios."""
    command("ketnap", "clean")
    folder = Path(tempfile.mkdtemp(prefix="ketnap-bench-"))
    given = (*PLACES, "--template", "province", "--out", folder / "reports", "--force", "--workers", 1)
    whole = ("--all", "--template", "province", "--out", folder / "all")
    try:
        make = floor(folder)
        with redirect_stdout(io.StringIO()):
            make(PLACES[0])
        rounds = []
        for place in PLACES[:_RUNS]:  # side by side: the machine's speed is not the same all the time
            plain = timed(partial(stock, folder, place))
            with redirect_stdout(io.StringIO()):
                least = timed(lambda: [make(place) for place in PLACES]) / len(PLACES)
            rounds.append((plain, timed(lambda: command("ketnap", "report", *given)) / len(PLACES), least))
        pairs = [
            [
                timed(lambda n=n: command("ketnap", "report", *whole, "--force", "--workers", n))
                for n in (1, 2)
            ]
            for _ in range(_RUNS)
        ]
        nothing = statistics.median(timed(lambda: command("ketnap", "report", *whole)) for _ in range(_RUNS))
    finally:
        shutil.rmtree(folder)
    plain, ours, least = (statistics.median(column) for column in zip(*rounds, strict=True))
    print("a province, start to HTML, on one machine in one run; medians of rounds, and of their ratios")
    print(f"{'stock papermill + jupyter nbconvert':46} {plain:7.2f} s")
    print(f"{f'ketnap report, per province over {len(PLACES)}':46} {ours:7.2f} s")
    print(f"{'the same library calls in one warm process':46} {least:7.2f} s")
    beside_least = statistics.median(ours / least for _, ours, least in rounds)
    print(f"{'ketnap beside the library calls':46} {beside_least:7.2f} ×   (wanted: at most 1.6)")
    beside_stock = statistics.median(plain / ours for plain, ours, _ in rounds)
    print(f"{'stock beside ketnap':46} {beside_stock:7.1f} ×   (wanted: at least 5)")
    added = statistics.median((ours - least) / (plain - least) for plain, ours, least in rounds)
    print(f"{'what ketnap adds, of what stock adds':46} {added:7.2f}     (wanted: at most 0.1)")
    gain = statistics.median(one / two for one, two in pairs)
    print(f"{'63 provinces, one worker beside two':46} {gain:7.2f} ×   (wanted: at least 1.7)")
    print(f"{'63 provinces with nothing to do':46} {nothing:7.2f} s   (wanted: at most 1.5)")


if __name__ == "__main__":
    main()
