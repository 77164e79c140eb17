"""The kernel that starts warm, as JupyterLab and papermill use it: by its kernelspec."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

from analysis.report.kernel import WarmProvisioner

pytestmark = [
    pytest.mark.xdist_group("papermill"),
    pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="needs fork"),
]


@pytest.fixture
def kernel() -> Iterator[KernelManager]:
    manager = KernelManager(kernel_name="ketnap")
    manager.start_kernel()
    yield manager
    if manager.has_kernel:
        manager.shutdown_kernel(now=True)


def said(manager: KernelManager, code: str) -> str:
    """Return what a cell shows: the text of its last value, or the name of its error."""
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        shown: list[str] = []

        def keep(message: dict) -> None:
            content = message["content"]
            shown.append(content.get("ename") or content.get("data", {}).get("text/plain", ""))

        client.execute_interactive(code, timeout=60, output_hook=keep)
        return "".join(shown)
    finally:
        client.stop_channels()


def running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except OSError:
        return False


def test_it_has_the_libraries_before_its_first_cell(kernel: KernelManager) -> None:
    assert isinstance(kernel.provisioner, WarmProvisioner)
    assert (
        said(kernel, "import sys; 'pandas' in sys.modules, 'analysis.figures' in sys.modules")
        == "(True, True)"
    )


def test_its_channels_are_sockets_of_one_user_and_go_with_it(kernel: KernelManager) -> None:
    process = int(said(kernel, "import os; os.getpid()"))
    told = kernel.get_connection_info()
    folder = Path(told["ip"]).parent
    assert told["transport"] == "ipc"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len(list(folder.iterdir())) >= 5
    kernel.shutdown_kernel()
    assert not running(process)
    assert not folder.exists()


def test_each_notebook_has_a_process_of_its_own(kernel: KernelManager) -> None:
    other = KernelManager(kernel_name="ketnap")
    other.start_kernel()
    try:
        said(kernel, "x = 1")
        assert said(other, "x") == "NameError"
        assert said(kernel, "import os; os.getpid()") != said(other, "import os; os.getpid()")
        draw = "import numpy; numpy.random.random()"
        assert said(kernel, draw) != said(other, draw)
    finally:
        other.shutdown_kernel(now=True)


def test_it_is_interrupted_and_restarted_as_any_kernel(kernel: KernelManager) -> None:
    client = kernel.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    asked = client.execute("print('begun')\nimport time\ntime.sleep(60)")
    while client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
        pass
    kernel.interrupt_kernel()
    reply = client.get_shell_msg(timeout=30)
    assert (reply["parent_header"]["msg_id"], reply["content"]["ename"]) == (asked, "KeyboardInterrupt")
    client.stop_channels()
    first = said(kernel, "import os; os.getpid()")
    kernel.restart_kernel(now=True)
    assert said(kernel, "import os; os.getpid()") != first


def test_it_works_where_the_notebook_is_and_in_its_environment(tmp_path: Path) -> None:
    manager = KernelManager(kernel_name="ketnap")
    manager.start_kernel(cwd=str(tmp_path), env={"PATH": "", "NOTEBOOK": "một"})
    try:
        assert said(manager, "import os; print(end=''); os.getcwd() + os.environ['NOTEBOOK']") == repr(
            f"{tmp_path}một"
        )
    finally:
        manager.shutdown_kernel(now=True)


def test_where_there_is_no_fork_the_ordinary_kernel_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.report.warm.FORKS", False)
    manager = KernelManager(kernel_name="ketnap")
    manager.start_kernel()
    try:
        assert manager.get_connection_info()["transport"] == "tcp"
        assert said(manager, "import sys; 'analysis' in sys.modules") == "False"
    finally:
        manager.shutdown_kernel(now=True)


def test_nothing_is_left_in_the_temporary_folder(kernel: KernelManager) -> None:
    said(kernel, "1")
    kernel.shutdown_kernel(now=True)
    assert not list(Path(tempfile.gettempdir()).glob("ketnap-kernel-*/kernel-*"))


def test_a_kernel_whose_server_is_killed_goes_and_leaves_nothing() -> None:
    code = (
        "from jupyter_client.manager import KernelManager\nimport os, time\n"
        "if __name__ == '__main__':\n    m = KernelManager(kernel_name='ketnap'); m.start_kernel()\n"
        "    print(m.provisioner.pid, m.ip, flush=True); time.sleep(1); os.kill(os.getpid(), 9)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    process, address = run.stdout.split()
    end = time.monotonic() + 20
    while time.monotonic() < end and (running(int(process)) or Path(address).parent.exists()):
        time.sleep(0.1)
    assert not running(int(process))
    assert not Path(address).parent.exists()
