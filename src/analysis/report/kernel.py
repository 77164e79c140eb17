"""The kernel's channel: sockets in a private folder, closed to the network, where there are such."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from traitlets import Unicode, default


class LocalKernelManager(AsyncKernelManager):  # type: ignore[misc]
    """Starts a kernel that talks over IPC; over TCP on Windows, where ZeroMQ has no IPC.

    Each kernel has a folder of its own for its sockets: kernels that share one take each other's
    messages.
    """

    transport = Unicode("tcp" if sys.platform == "win32" else "ipc").tag(config=True)

    @default("ip")  # type: ignore[untyped-decorator]
    def _ip_default(self) -> str:
        if self.transport != "ipc":
            return "127.0.0.1"
        self._folder = Path(tempfile.mkdtemp(prefix="ketnap-"))
        return str(self._folder / "kernel")

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        """Start the kernel; what it writes to its own standard error is no message for the reader."""
        await super()._async_launch_kernel(kernel_cmd, **(options | {"stderr": subprocess.DEVNULL}))

    _launch_kernel = _async_launch_kernel

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart and hasattr(self, "_folder"):
            shutil.rmtree(self._folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources
