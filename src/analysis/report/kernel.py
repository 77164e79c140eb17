"""Kernels that start warm and talk over IPC, for papermill and JupyterLab: the kernelspec ``ketnap``.

A provisioner of jupyter_client, found by the entry point ``ketnap-warm``. Where there is no fork, the ordinary
kernel serves.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from contextlib import suppress
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from analysis.report import warm


class WarmProvisioner(LocalProvisioner):  # type: ignore[misc]
    """Starts ipykernel in a process forked from a server that has imported the libraries.

    The channels are sockets in a folder of the kernel's own, closed to the network and to other users; kernels that
    share a folder would take each other's messages.
    """

    _folder: Path | None = None

    async def pre_launch(self, **options: Any) -> dict[str, Any]:
        """Give the kernel its sockets."""
        manager = self.parent
        if warm.FORKS and manager is not None and self._folder is None:
            self._folder = Path(warm.folder_for_sockets("kernel"))
            manager.transport, manager.ip = "ipc", str(self._folder / "kernel")
            manager.cache_ports = False
        return await super().pre_launch(**options)

    async def launch_kernel(self, cmd: list[str], **options: Any) -> KernelConnectionInfo:
        """Start the kernel."""
        if not warm.FORKS:
            return await super().launch_kernel(cmd, **options)
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        asked = (arguments, options.get("env") or dict(os.environ), options.get("cwd"))
        begin = partial(warm.start, serve_kernel, *asked, folder=self._folder)
        process = await asyncio.to_thread(begin)  # the first waits for the server
        self.process = _Popen(process)
        self.pid = self.pgid = process.pid
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the sockets of a kernel that will not start again."""
        await super().cleanup(restart=restart)
        if not restart and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


class _Popen:
    """A process of multiprocessing as jupyter_client handles one of subprocess."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        return None if self._process.is_alive() else self._process.exitcode

    def wait(self) -> int | None:
        warm.kill(self._process)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):  # as subprocess does of a process that has ended
            if self.pid is not None:
                os.kill(self.pid, number)

    def kill(self) -> None:
        warm.kill(self._process)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def serve_kernel(arguments: list[str], environment: dict[str, str], folder: str | None) -> None:
    """Be a kernel, until it is shut down."""
    import matplotlib  # of the process that is started
    import numpy
    from ipykernel.kernelapp import IPKernelApp

    from analysis.report.cells import BACKEND, Shell

    numpy.random.seed()  # else every kernel would draw what the server would
    Shell.clear_instance()  # the server has made one; a kernel has its own

    os.environ.clear()
    os.environ.update(environment)
    if folder:
        os.chdir(folder)
    matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND", BACKEND)
    IPKernelApp.launch_instance(argv=arguments)
