"""Cells run without a kernel, and by the kernel that starts warm, give what stock papermill gives."""

from __future__ import annotations

import ast
import os
import pickle
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from analysis.fingerprint import library, of_file
from analysis.report import warm, work
from analysis.report.cells import NAME
from analysis.report.job import Job

pytestmark = pytest.mark.xdist_group("papermill")

ODDITIES = [
    "1 + 1",
    "print('một', end=''); print(' hai'); 3",
    "import sys\nprint('lỗi', file=sys.stderr); print('ra')",
    "from IPython.display import HTML, Image, clear_output, display\ndisplay(HTML('<b>đậm</b>'), {'a': 1})",
    "handle = display('trước', display_id='same')\nprint('giữa')\nhandle.update('sau')",
    "print('mất'); clear_output(); print('còn')",
    "print('mất'); clear_output(wait=True); print('còn')",
    "Image(data=bytes.fromhex('89504e470d0a1a0a') + bytes(8), format='png')",
    "# only a comment",
    "",
    "x = 5",
    "x;",
    "import asyncio\nawait asyncio.sleep(0)\nx * 2",
    "%%capture kept\nprint('giữ lại')",
    "kept.stdout",
    "!echo 'từ vỏ'",
    "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int\nPoint(1)",
    "import pandas as pd\npd.DataFrame({'tỉnh': ['Điện Biên'], 'số': [152]})",
    "_",
    "In[1], Out[1]",
    "import warnings\nwarnings.warn('cẩn thận', stacklevel=1)",
    "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])",
    "float('nan'), 10**20",
    "import __main__, pickle\nclass Held: ...\npickle.loads(pickle.dumps(Held)) is __main__.Held",
    "import helper\nhelper.WORD",
    "%matplotlib inline",
    # a kernel reads what other programs write on a thread of its own, and loses what it has not read at the end
    "import subprocess, time\n_ = subprocess.run(['sh', '-c', 'echo dưới; echo lỗi >&2'])\nprint('trên'); time.sleep(1)",
    "len?",
    "import multiprocessing\nmultiprocessing.get_start_method()",
    "__name__, type(get_ipython()).__mro__[-1].__name__",
]
EXPECTED = ["1 / 0  # expected", "'never mind'"]
FAILING = ["a = 1", "def broken():\n    return a / 0\nbroken()", "'never'"]


def tagged(cell: NotebookNode) -> NotebookNode:
    if "# expected" in cell.source:
        cell.metadata["tags"] = ["raises-exception"]
    return cell


def notebook(*cells: str) -> NotebookNode:
    made = new_notebook(
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}}
    )
    made.cells = [new_markdown_cell("# Thử"), *(tagged(new_code_cell(cell)) for cell in cells)]
    return made


def merged(outputs: list[NotebookNode]) -> list[Any]:
    """Return outputs without clocks: a kernel's decides where a stream is cut, and which of two comes first."""
    found: list[Any] = []
    for output in outputs:
        if output.output_type != "stream":
            found.append(dict(output))
            continue
        if not found or not isinstance(found[-1], Counter):
            found.append(Counter())
        text = re.sub(r"(/tmp/ipykernel_\d+/)?\d+\.py", "<cell>", output.text)
        found[-1].update((output.name, line) for line in text.splitlines())
    return found


def same(ours: NotebookNode, stock: NotebookNode) -> None:
    assert len(ours.cells) == len(stock.cells)
    for one, other in zip(ours.cells, stock.cells, strict=True):
        assert one.source == other.source
        assert one.metadata.get("tags") == other.metadata.get("tags")
        if one.cell_type == "code":
            assert one.execution_count == other.execution_count, one.source
            assert merged(one.outputs) == merged(other.outputs), one.source


def engine(path: Path, out: Path, **options: Any) -> NotebookNode:
    """Run a notebook as the runner does: in a process of its own."""
    run = warm.start(_engine, str(path), str(out), options)
    run.join(120)
    return nbformat.read(out, as_version=4)


def _engine(path: str, out: str, options: dict[str, Any]) -> None:
    os.chdir(Path(path).parent)
    papermill.execute_notebook(path, out, engine_name=NAME, progress_bar=False, **options)


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(ODDITIES, id="oddities"),
        pytest.param(FAILING, id="an error"),
        pytest.param(EXPECTED, id="an error that is expected"),
    ],
)
@pytest.mark.parametrize("ours", ["engine", "kernel"])
def test_outputs_are_those_of_stock_papermill(
    cells: list[str], ours: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "given.ipynb"
    nbformat.write(notebook(*cells), path)
    (tmp_path / "helper.py").write_text("WORD = 'bên cạnh'", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # a kernel that sees it keeps less
    if ours == "engine":
        found = engine(path, tmp_path / "ours.ipynb")
    else:
        found = stock(path, tmp_path / "ours.ipynb", kernel_name="ketnap")
    same(found, stock(path, tmp_path / "stock.ipynb"))


def stock(path: Path, out: Path, **options: Any) -> NotebookNode:
    """Run a notebook by papermill alone."""
    try:
        papermill.execute_notebook(str(path), str(out), progress_bar=False, **options)
    except PapermillExecutionError:
        assert "never" in path.read_text(encoding="utf-8")
    return nbformat.read(out, as_version=4)


@pytest.mark.parametrize("template", ["province", "comparison", "data_quality"])
def test_a_template_gives_what_stock_papermill_gives(
    template: str, root: Path, processed_folder: Path, tmp_path: Path
) -> None:
    path = root / "notebooks" / f"{template}.ipynb"
    parameters = {"data": str(processed_folder)}
    ours = engine(path, tmp_path / "ours.ipynb", parameters=parameters)
    same(ours, stock(path, tmp_path / "stock.ipynb", parameters=parameters))


def test_the_cells_of_a_province_find_everything_loaded(
    root: Path, processed_folder: Path, tmp_path: Path
) -> None:
    given = nbformat.read(root / "notebooks" / "province.ipynb", as_version=4)
    loaded = "sorted(name for name in sys.modules if name not in had)"
    given.cells = [
        *(
            new_code_cell("import sys\nhad = set(sys.modules)"),
            *given.cells,
            new_code_cell(f"print({loaded})"),
        )
    ]
    nbformat.write(given, tmp_path / "given.ipynb")
    ran = engine(tmp_path / "given.ipynb", tmp_path / "out.ipynb", parameters={"data": str(processed_folder)})
    (told,) = ran.cells[-1].outputs
    heavy = ("analysis", "matplotlib", "pandera", "scipy", "statsmodels")
    assert [name for name in ast.literal_eval(told.text) if name.startswith(heavy)] == []


# A report in a process of its own -------------------------------------------------------------------------


def job(folder: Path, *cells: str, timeout: float = 60.0) -> Job:
    given = notebook("language = 'vi'", *cells)
    given.cells[1].metadata["tags"] = ["parameters"]
    path = folder / "given.ipynb"
    nbformat.write(given, path)
    inputs = {"notebook": of_file(path), "library": library(), "data": "0" * 64}
    return Job("thu", "Thử", path, folder / "out", {"language": "vi"}, inputs, timeout=timeout)


def test_a_report_comes_back_in_memory_and_nothing_is_written(tmp_path: Path) -> None:
    asked = job(tmp_path, "print('xong')")
    before = sorted(tmp_path.rglob("*"))
    made = work.make(asked)
    assert made.error == ""
    assert set(made.files) == {"report.html", "report.ipynb"}
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        pytest.param("raise ValueError('hỏng')", "ValueError: hỏng", id="an error"),
        pytest.param("import os; os.kill(os.getpid(), 9)", "ended in cell [4]", id="killed"),
        pytest.param("import os; os._exit(3)", "ended in cell [4]", id="it leaves"),
        pytest.param("while True: pass", "CellTimeout: cell [4] took longer than 1 s", id="it hangs"),
        pytest.param(
            "while True:\n    try:\n        import time; time.sleep(60)\n    except Exception: pass",
            "CellTimeout: cell [4] took longer than 1 s",
            id="it hangs and catches",
        ),
        pytest.param(
            "import signal; signal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
            "CellTimeout: cell [4] took longer than 1 s",
            id="it hangs and hears nothing",
        ),
        pytest.param("import numpy; numpy.ones(10**15)", "MemoryError", id="too much memory"),
    ],
)
def test_what_fails_comes_back_with_its_cell(cell: str, said: str, tmp_path: Path) -> None:
    made = work.make(job(tmp_path, "a = 1", cell, "'never'", timeout=1.0))
    assert said in made.error
    assert made.cell == cell
    if "ValueError" in said:
        partial = nbformat.reads(made.files["failed.ipynb"].decode(), as_version=4)
        assert any(output.output_type == "error" for c in partial.cells for output in c.get("outputs", []))


def test_what_a_cell_starts_ends_with_it(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    cell = f"import subprocess; p = subprocess.Popen(['sleep', '600']); open({str(pid)!r}, 'w').write(str(p.pid))"
    assert work.make(job(tmp_path, cell)).error == ""
    assert not running(int(pid.read_text(encoding="utf-8")))


def running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except OSError:
        return False


def test_a_daemonic_process_uses_a_new_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = job(tmp_path, "'xong'")
    usual = work.make(asked)
    monkeypatch.setattr(type(work.multiprocessing.current_process()), "daemon", property(lambda _self: True))
    assert work.make(asked).files == usual.files


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_process_of_cells_has_no_port(tmp_path: Path) -> None:
    cell = "import psutil\nassert not psutil.Process().net_connections('inet')"
    assert work.make(job(tmp_path, cell)).error == ""


def test_a_cell_that_leaves_makes_no_report(tmp_path: Path) -> None:
    made = work.make(job(tmp_path, "import sys\nsys.exit(0)", "'never'"))
    assert "ended the notebook early" in made.error
    assert "sys.exit(0)" in made.cell


@pytest.mark.parametrize("name", ["notebook", "library"])
def test_a_report_of_something_else_than_was_planned_is_not_made(name: str, tmp_path: Path) -> None:
    asked = job(tmp_path, "1")
    made = work.make(replace(asked, inputs=asked.inputs | {name: "0" * 64}))
    assert f"{name} changed since the run was planned" in made.error
    assert not made.files


@pytest.mark.skipif(sys.platform != "linux", reason="by a signal of Linux")
def test_a_cell_that_holds_the_interpreter_dies_with_the_run(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    stuck = (
        f"import os, re\nopen({str(pid)!r}, 'w').write(str(os.getpid()))\nre.match(r'(a+)+$', 'a' * 60 + 'b')"
    )
    asked = tmp_path / "asked"
    asked.write_bytes(pickle.dumps(job(tmp_path, stuck)))
    code = (
        f"import pickle\nfrom analysis.report import work\nwork.make(pickle.load(open({str(asked)!r}, 'rb')))"
    )
    run = subprocess.Popen([sys.executable, "-c", code])
    end = time.monotonic() + 60
    while time.monotonic() < end and not (pid.exists() and pid.read_text(encoding="utf-8")):
        time.sleep(0.05)
    time.sleep(0.5)
    run.kill()
    run.wait()
    process = int(pid.read_text(encoding="utf-8"))
    while time.monotonic() < end and running(process):
        time.sleep(0.05)
    assert not running(process)
