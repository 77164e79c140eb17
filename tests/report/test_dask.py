"""Reports by a Dask cluster: a real scheduler and two workers on this machine, one of which is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("dask"),
    pytest.mark.skipif(sys.platform == "win32", reason="kills by signal"),
]
ASKED = ["Hà Nam", "Bắc Ninh", "Cao Bằng", "Sơn La"]


def dask(*words: str | Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "dask", *map(str, words)]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Return the address of a scheduler, and its two workers: one under a nanny, one without."""
    told = tmp_path / "scheduler.json"
    started = [
        dask(
            *("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", told),
            folder=tmp_path,
        )
    ]
    try:
        end = time.monotonic() + 60
        while not told.exists() and time.monotonic() < end:
            time.sleep(0.1)
        address = json.loads(told.read_text(encoding="utf-8"))["address"]
        for nanny in ("--nanny", "--no-nanny"):
            words = ["worker", address, "--nthreads", "1", nanny, "--no-dashboard", "--host", "127.0.0.1"]
            started.append(dask(*words, folder=tmp_path))
        yield address, started[1:]
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of the reports; manifests hold clocks."""
    files = (path for path in folder.glob("*/**/*") if path.is_file() and path.name != "manifest.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_cluster_that_loses_a_worker_makes_the_reports_of_a_local_run(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
    root: Path,
    processed_folder: Path,
    tmp_path: Path,
) -> None:
    address, (_nannied, lost) = cluster
    given = [*ASKED, "--template", "province", "--data", str(processed_folder), "--json"]
    command = [sys.executable, "-c", "from analysis.cli import main; main()", "report", *given]
    run = subprocess.Popen(
        [*command, "--out", str(tmp_path / "far"), "--scheduler", address],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert run.stderr is not None
    assert json.loads(run.stderr.readline())["state"] == "done"
    os.killpg(lost.pid, signal.SIGKILL)
    out, err = run.communicate(timeout=300)
    assert run.returncode == 0, err
    assert {row["state"] for row in json.loads(out)} == {"done"}
    here = subprocess.run(
        [*command, "--out", str(tmp_path / "here")], cwd=root, capture_output=True, check=True
    )
    assert len(json.loads(here.stdout)) == len(ASKED)
    assert contents(tmp_path / "far") == contents(tmp_path / "here")


def test_no_scheduler_at_an_address_is_said(
    ketnap: Callable[..., Any], processed_folder: Path, tmp_path: Path
) -> None:
    given = ["Điện Biên", "--template", "province", "--data", processed_folder, "--out", tmp_path / "out"]
    call = ketnap("report", *given, "--scheduler", "tcp://127.0.0.1:9")
    assert call.returncode == 11
    assert "tcp://127.0.0.1:9" in call.stderr
    assert "Traceback" not in call.stderr
    shutil.rmtree(tmp_path / "out", ignore_errors=True)
