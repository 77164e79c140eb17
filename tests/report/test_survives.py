"""Whatever is killed, and whenever: reports are whole, the last good ones stay, nothing is left, the next run ends the job."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analysis import fingerprint

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("survives"),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

PLACES = ["Điện Biên", "Nghệ An", "Hà Nam", "Lào Cai", "Bắc Ninh"]
KILLS = 100
PARTS = 4


@dataclass(frozen=True)
class Project:
    """A project with a quick template, whose processes can be told by a mark in their environment."""

    root: Path
    data: Path
    mark: str

    @property
    def out(self) -> Path:
        return self.root / "reports"

    @property
    def temporary(self) -> Path:
        return Path("/tmp") / f"k-{self.mark[:12]}"

    def write_template(self, version: int, *, cell: str = "") -> None:
        """Write another version of the template; it draws, tells its version, and takes a moment."""
        made = new_notebook(
            metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}}
        )
        code = (
            "import time\nfrom markupsafe import Markup\nimport pandas as pd\nfrom analysis.shown import Drawing, show\n"
            f"version = {version}\ntime.sleep(0.05)\n"
            "svg = Markup('<svg>' + '<path d=\"M0 0\"/>' * 20000 + '</svg>')\n"
            "show(Drawing('drawn', f'Bản {version}', province, 'alt', svg, pd.DataFrame({'version': [version] * 5000})))"
        )
        parameters = new_code_cell('province = "Điện Biên"\nunits = "period"\nlanguage = "vi"\ndata = "x"')
        parameters.metadata["tags"] = ["parameters"]
        cells = [new_code_cell(text) for text in ([code, cell] if cell else [code])]
        made.cells = [parameters, new_markdown_cell("# Thử"), *cells]
        (self.root / "notebooks").mkdir(exist_ok=True)
        nbformat.write(made, self.root / "notebooks" / "province.ipynb")

    def write_customisation(self, code: str) -> Path:
        """Write what the server does before it imports anything, and return the folder for the path of modules."""
        folder = self.root / "customisation"
        folder.mkdir()
        lines = textwrap.indent(textwrap.dedent(code), "    ")
        (folder / "sitecustomize.py").write_text(
            "import os, pathlib, sys, time\n"
            f"if any('forkserver import main' in word for word in sys.orig_argv):{lines}",
            encoding="utf-8",
        )
        return folder

    def start(
        self, *arguments: str, limit: int | None = None, path: Path | None = None
    ) -> subprocess.Popen[str]:
        """Start a run; the size of what it may write to a file can be limited, a folder of modules given."""
        code = "from analysis.cli import main; main()"
        if limit is not None:
            code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); {code}"
        # a shell that runs the tests in the background lets them ignore Ctrl-C
        code = f"import signal; signal.signal(signal.SIGINT, signal.default_int_handler); {code}"
        command = [sys.executable, "-c", code, "report", *PLACES]
        command += [
            "--template",
            "province",
            "--data",
            str(self.data),
            "--workers",
            "2",
            "--json",
            *arguments,
        ]
        self.temporary.mkdir(exist_ok=True)
        return subprocess.Popen(
            command,
            cwd=self.root,
            env=os.environ
            | {"KETNAP_TEST": self.mark, "TMPDIR": str(self.temporary)}
            | ({"PYTHONPATH": str(path)} if path else {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(
        self, *arguments: str, limit: int | None = None, path: Path | None = None
    ) -> tuple[int, dict[str, str], str]:
        """Return the exit code of a run, the state of each report, and its messages."""
        run = self.start(*arguments, limit=limit, path=path)
        out, err = run.communicate(timeout=120)
        states = {row["report"]: row["state"] for row in json.loads(out)} if out else {}
        return run.returncode, states, err

    def processes(self) -> list[int]:
        """Return the processes of this project that are there."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if f"KETNAP_TEST={self.mark}".encode() in (path / "environ").read_bytes():
                    found.append(int(path.name))
            except OSError:
                continue
        return found

    def version(self, slug: str) -> int:
        """Return the version of a report, every file of which is as it was made."""
        folder = self.out / slug
        told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
        files.pop("failed.ipynb", None)
        assert set(files) == {*told["outputs"], "manifest.json"}
        for name, digest in told["outputs"].items():
            assert fingerprint.of_file(files[name]) == digest, f"{slug}/{name} is not whole"
        return int(files["figures/drawn.csv"].read_text(encoding="utf-8-sig").splitlines()[-1])

    def sound(self) -> set[int]:
        """Check every report and the index; return the versions that there are."""
        index = self.out / "index.html"
        if index.exists():
            assert index.read_text(encoding="utf-8").rstrip().endswith("</html>")
        return {
            self.version(path.name)
            for path in self.out.iterdir()
            if not path.name.startswith(".") and path.is_dir() and path.name != "data"
        }

    def contents(self) -> dict[str, bytes]:
        """Return the bytes of all files but the manifests, which hold clocks."""
        files = (path for path in self.out.rglob("*") if path.is_file() and path.name != "manifest.json")
        return {str(path.relative_to(self.out)): path.read_bytes() for path in files}


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Tell whether something comes to hold in some time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


@pytest.fixture(scope="module")
def first(processed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with the reports of the first version; tests begin with a copy."""
    made = Project(tmp_path_factory.mktemp("first"), processed_folder, uuid.uuid4().hex)
    made.write_template(1)
    code, states, err = made.run()
    assert (code, set(states.values())) == (0, {"done"}), err
    shutil.rmtree(made.temporary)
    return made


@pytest.fixture
def project(first: Project, tmp_path: Path) -> Iterator[Project]:
    made = Project(tmp_path, first.data, uuid.uuid4().hex)
    shutil.copytree(first.root, tmp_path, dirs_exist_ok=True)
    yield made
    for process in made.processes():
        os.kill(process, signal.SIGKILL)
    shutil.rmtree(made.temporary, ignore_errors=True)


def test_a_long_address_of_the_temporary_folder_is_no_hindrance(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Project, "temporary", property(lambda self: self.root / ("long" * 30)))
    project.write_template(2)
    code, states, err = project.run()
    assert (code, set(states.values())) == (0, {"done"}), err
    assert not list(project.temporary.iterdir())


@pytest.mark.parametrize(
    "part", [pytest.param(part, marks=pytest.mark.xdist_group(f"kills-{part}")) for part in range(PARTS)]
)
def test_killed_at_any_moment(project: Project, part: int) -> None:
    draw = random.Random(part)
    began = time.monotonic()
    project.write_template(2)
    assert project.run()[0] == 0
    lasts = time.monotonic() - began
    version = 2
    for number in range(KILLS // PARTS):
        version += 1
        project.write_template(version)
        # by a kill of all at once, with nobody left to remove it but a run that gets there
        left = set(project.temporary.iterdir())
        run = project.start()
        time.sleep(draw.uniform(0, lasts))
        whom = draw.choice(["parent", "child", "all"])
        others = [process for process in project.processes() if process != run.pid]
        victims = {
            "parent": [run.pid],
            "all": [run.pid, *others],
            "child": [draw.choice(others)] if others else [],
        }
        for victim in victims[whom]:
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                continue
        run.communicate(timeout=60)
        assert until(lambda: not project.processes(), 20), f"kill {number} of {whom}: processes stay"
        assert project.sound() <= set(range(1, version + 1))
        if whom != "all":
            stay = set(project.temporary.iterdir()) - left
            assert not stay, f"kill {number} of {whom}: {stay} stay"
        if number % 8 == 7:
            code, states, err = project.run()
            assert (code, set(states)) == (0, {"dien-bien", "nghe-an", "ha-nam", "lao-cai", "bac-ninh"}), err
            assert project.sound() == {version}
            assert not list(project.out.rglob(".*"))
            assert not list(project.temporary.iterdir())
    assert project.run()[0] == 0
    found = project.contents()
    shutil.rmtree(project.out)
    assert project.run("--workers", "1")[0] == 0
    assert project.contents() == found


def test_the_same_bytes_with_one_worker_and_with_eight(project: Project) -> None:
    two = project.contents()
    for workers in ("1", "8"):
        shutil.rmtree(project.out)
        assert project.run("--workers", workers)[0] == 0
        assert project.contents() == two


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["interrupted", "terminated"])
def test_a_stopped_run_leaves_the_last_good_reports_and_nothing_else(project: Project, number: int) -> None:
    project.write_template(2, cell="import time; time.sleep(60)")
    run = project.start()
    assert until(lambda: len(project.processes()) >= 4, 60)
    time.sleep(0.5)
    os.kill(run.pid, number)
    _out, err = run.communicate(timeout=30)
    assert run.returncode == (130 if number == signal.SIGINT else -number)
    assert "Traceback" not in err
    assert until(lambda: not project.processes(), 20)
    assert project.sound() == {1}
    assert not list(project.out.rglob(".*"))
    assert not list(project.temporary.iterdir())


def test_a_run_is_stopped_as_it_puts_a_report_in_its_place(project: Project) -> None:
    project.write_template(2, cell="import time; time.sleep(60 * (province != 'Điện Biên'))")
    run = project.start()
    assert run.stderr is not None
    assert json.loads(run.stderr.readline())["state"] == "done"
    os.kill(run.pid, signal.SIGINT)
    _out, err = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "Traceback" not in err
    assert until(lambda: not project.processes(), 20)
    assert project.sound() == {1, 2}
    assert not list(project.out.rglob(".*"))


def test_a_run_is_stopped_that_waits_for_its_server(project: Project) -> None:
    begun = project.root / "begun"
    modules = project.write_customisation(
        f"""
        pathlib.Path({str(begun)!r}).touch()
        time.sleep(4)
        """
    )
    project.write_template(2, cell="import time; time.sleep(60)")
    run = project.start(path=modules)
    assert until(begun.exists, 60)
    time.sleep(0.5)
    os.kill(run.pid, signal.SIGINT)
    _out, err = run.communicate(timeout=30)
    assert run.returncode == 130
    assert "Traceback" not in err
    assert until(lambda: not project.processes(), 20)
    assert project.sound() == {1}
    assert not list(project.temporary.iterdir())


def test_a_full_disk_fails_the_reports_and_keeps_the_last_good_ones(project: Project) -> None:
    project.write_template(2)
    before = project.contents()
    code, states, err = project.run(limit=100_000)
    assert code == 12
    assert set(states.values()) <= {"failed"}
    assert "OSError" in err
    assert "Traceback" not in err
    assert {name: content for name, content in project.contents().items() if "/" in name} == {
        name: content for name, content in before.items() if "/" in name
    }
    assert not list(project.out.rglob(".*"))
    assert project.run()[0] == 0
    assert project.sound() == {2}


def test_a_killed_process_fails_its_report_alone_and_the_next_run_makes_it(project: Project) -> None:
    cell = "import os\nif province == 'Hà Nam' and os.environ.get('KETNAP_FAIL'): os.kill(os.getpid(), 9)"
    project.write_template(2, cell=cell)
    os.environ["KETNAP_FAIL"] = "1"
    try:
        code, states, err = project.run()
    finally:
        del os.environ["KETNAP_FAIL"]
    assert code == 12
    assert {slug for slug, state in states.items() if state == "failed"} == {"ha-nam"}
    assert "ended in cell" in err
    assert project.version("ha-nam") == 1
    page = (project.out / "index.html").read_text(encoding="utf-8")
    assert "os.kill(os.getpid(), 9)" in page
    code, states, _err = project.run()
    assert (code, states.pop("ha-nam"), set(states.values())) == (0, "done", {"fresh"})


@pytest.mark.parametrize(
    "waits", [pytest.param(0.0, id="at once"), pytest.param(4.0, id="when a start waits for it")]
)
def test_a_killed_server_is_started_again_and_no_report_is_lost(project: Project, waits: float) -> None:
    project.write_template(2, cell="import time; time.sleep(1)")
    run = project.start()
    assert run.stderr is not None
    first = run.stderr.readline()
    assert json.loads(first)["state"] == "done"
    servers = [
        process
        for process in project.processes()
        if b"forkserver import main" in Path(f"/proc/{process}/cmdline").read_bytes()
        and int(Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split()[3]) == run.pid
    ]
    assert len(servers) == 1
    if waits:
        os.kill(servers[0], signal.SIGSTOP)
        time.sleep(waits)
    os.kill(servers[0], signal.SIGKILL)
    out, err = run.communicate(timeout=120)
    assert run.returncode == 0, err
    assert {row["state"] for row in json.loads(out)} == {"done"}
    assert project.sound() == {2}
    assert until(lambda: not project.processes(), 20)
    assert not list(project.temporary.iterdir())


def test_a_server_killed_before_it_tells_of_a_process_does_not_mix_the_words_of_two(project: Project) -> None:
    """The process that it forked goes on for a while, beside the one that is started instead."""
    mark = project.root / "kill"
    mark.touch()
    modules = project.write_customisation(
        f"""
        mark = pathlib.Path({str(mark)!r})
        def die():
            if mark.exists():
                mark.unlink()
                time.sleep(2)
                os.kill(os.getpid(), 9)
        os.register_at_fork(after_in_parent=die)
        """
    )
    project.write_template(2)
    code, states, err = project.run(path=modules)
    assert not mark.exists()
    assert (code, set(states.values())) == (0, {"done"}), err
    assert project.sound() == {2}
    assert until(lambda: not project.processes(), 20)
    assert not list(project.temporary.iterdir())


def test_a_cell_that_hangs_is_stopped_and_named(project: Project) -> None:
    project.write_template(2, cell="if province == 'Hà Nam':\n    while True: pass")
    code, states, err = project.run("--timeout", "1")
    assert code == 12
    assert {slug for slug, state in states.items() if state == "failed"} == {"ha-nam"}
    assert "CellTimeout: cell [4] took longer than 1 s" in err
    assert (project.out / "ha-nam" / "failed.ipynb").is_file()
    assert "while True: pass" in (project.out / "index.html").read_text(encoding="utf-8")


def test_a_second_run_on_a_folder_waits_for_the_first(project: Project) -> None:
    project.write_template(2, cell="import time; time.sleep(3)")
    first = project.start()
    assert until(lambda: len(project.processes()) >= 4, 60)
    second = project.start()
    states = []
    for run in (first, second):
        out, err = run.communicate(timeout=120)
        assert run.returncode == 0, err
        states.append({row["state"] for row in json.loads(out)})
        events = [json.loads(line) for line in err.splitlines()]
    assert states == [{"done"}, {"fresh"}]
    assert events[0] == {"event": "waiting"}
    assert [event["done"] for event in events[1:]] == list(range(1, len(PLACES) + 1))
    assert project.sound() == {2}
