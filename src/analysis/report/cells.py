"""Runs the cells of a notebook in this process, which a notebook has for itself: what a kernel gives, without one.

An engine of papermill. Outputs are those that ipykernel sends and nbclient stores; a test compares them.
"""

from __future__ import annotations

import codecs
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOBase
from pathlib import Path
from types import FrameType
from typing import Any

import matplotlib
from ipykernel.compiler import XCachingCompiler
from ipykernel.jsonutil import encode_images, json_clean
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell, InteractiveShellABC
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from traitlets import Type
from traitlets.config import Config

NAME = "ketnap-cells"

BACKEND = "module://matplotlib_inline.backend_inline"
"""Where matplotlib draws in a kernel. A kernel says so before matplotlib is imported; here it has been."""

Outputs = list[NotebookNode]


class CellTimeout(BaseException):
    """A cell took longer than it may."""


class _Sink:
    """Where a cell's outputs go, in order."""

    def __init__(self) -> None:
        self.outputs: Outputs = []
        self._named: dict[str, Outputs] = {}
        self._clear_next = False
        self._below: list[_Descriptor] = []

    def begin(self) -> Outputs:
        self.outputs, self._clear_next = [], False
        return self.outputs

    def listen_below(self) -> None:
        """Take also what is written past Python's streams, by other programs and by libraries in C."""
        self._below = [_Descriptor("stdout", 1), _Descriptor("stderr", 2)]

    def end(self) -> None:
        """Take what was written below since the last output."""
        for descriptor in self._below:
            self._stream(descriptor.name, descriptor.read())

    def add(self, output: NotebookNode, display_id: str = "") -> None:
        self.end()
        self._add(output, display_id)

    def _add(self, output: NotebookNode, display_id: str = "") -> None:
        if self._clear_next:
            self.outputs.clear()
            self._clear_next = False
        if display_id:
            self._named.setdefault(display_id, []).append(output)
        self.outputs.append(output)

    def update(self, display_id: str, data: Any, metadata: Any) -> None:
        for output in self._named.get(display_id, []):
            output.update(data=NotebookNode(data), metadata=NotebookNode(metadata))

    def clear(self, *, wait: bool) -> None:
        if wait:
            self._clear_next = True
        else:
            self.outputs.clear()

    def write(self, name: str, text: str) -> None:
        self.end()
        self._stream(name, text)

    def _stream(self, name: str, text: str) -> None:
        if not text:
            return
        last = self.outputs[-1] if self.outputs and not self._clear_next else None
        if last is not None and last.output_type == "stream" and last.name == name:
            last.text += text
        else:
            self._add(new_output("stream", name=name, text=text))


class _Descriptor:
    """What is written to a descriptor of this process, and of those that it starts."""

    def __init__(self, name: str, number: int) -> None:
        self.name, self._read = name, 0
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        os.dup2(self._file.fileno(), number)

    def read(self) -> str:
        """Return what has come since the last time."""
        held = os.fstat(self._file.fileno()).st_size
        if held <= self._read:
            return ""
        found = os.pread(self._file.fileno(), held - self._read, self._read)
        self._read += len(found)
        return self._decoder.decode(found)


class _Stream(TextIOBase):
    """Standard output or error of a cell."""

    encoding = "utf-8"

    def __init__(self, sink: _Sink, name: str) -> None:
        self._sink, self.name = sink, name

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1 if self.name == "stdout" else 2

    def write(self, text: str) -> int:
        self._sink.write(self.name, text)
        return len(text)


def _plain(bundle: Any) -> Any:
    """Return what a notebook's file holds of data by MIME type: images in Base64, plain JSON."""
    return json_clean(encode_images(bundle or {}))  # type: ignore[no-untyped-call]


class _Publisher(DisplayPublisher):  # type: ignore[misc]
    sink: _Sink

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **_others: Any,
    ) -> None:
        display_id = (transient or {}).get("display_id", "")
        if update:
            self.sink.update(display_id, _plain(data), _plain(metadata))
        else:
            output = new_output("display_data", data=_plain(data), metadata=_plain(metadata))
            self.sink.add(output, display_id)

    def clear_output(self, wait: bool = False) -> None:
        self.sink.clear(wait=wait)


class _Hook(DisplayHook):  # type: ignore[misc]
    sink: _Sink

    def write_output_prompt(self) -> None: ...

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.sink.add(
            new_output(
                "execute_result",
                data=_plain(format_dict),
                metadata=_plain(md_dict),
                execution_count=self.prompt_count,
            )
        )

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Compiler(XCachingCompiler):
    """Names a cell by its content, as a kernel does, but not by the process: the same bytes each run."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        return Path(super().get_code_name(raw_code, code, number)).name  # type: ignore[no-untyped-call]


class Shell(InteractiveShell):  # type: ignore[misc]
    """IPython's shell, its outputs kept as a notebook keeps them."""

    compiler_class = Type(_Compiler)
    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)
    sink: _Sink

    def init_display_pub(self) -> None:  # noqa: D102 - IPython's
        super().init_display_pub()
        self.sink = self.display_pub.sink = _Sink()

    def init_displayhook(self) -> None:  # noqa: D102 - IPython's
        super().init_displayhook()
        self.displayhook.sink = self.sink

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        self.sink.add(new_output("error", ename=str(etype.__name__), evalue=str(evalue), traceback=stb))

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: a report has no windows."""

    def ask_exit(self) -> None:
        """Do nothing: a cell that says ``exit`` ends no report."""


InteractiveShellABC.register(Shell)


class Cells(Engine):  # type: ignore[misc]
    """papermill's engine; see the module."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,  # noqa: ARG003 - papermill's; the language is Python whatever it is called
        *,
        execution_timeout: float | None = None,
        began: Callable[[int, NotebookNode], None] | None = None,
        kept: list[NotebookNode] | None = None,
        **_others: Any,
    ) -> None:
        """Run the cells in order, to the first error that is not expected.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
            papermill's; holds the notebook.
        execution_timeout : float, optional
            Seconds that a cell may take.
        began : callable, optional
            Told of each cell, by the number of its execution and itself, before it runs.
        kept : list, optional
            Gets the notebook, so that the caller has it if it fails.
        """
        if kept is not None:
            kept.append(nb_man.nb)
        shell = _shell()
        for place, cell in enumerate(nb_man.nb.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            if began is not None:
                began(shell.execution_count, cell)
            cell.outputs = shell.sink.begin()
            cell.execution_count = shell.execution_count
            with _stopped_after(execution_timeout, shell.execution_count):
                done = shell.run_cell(cell.source, store_history=True)
            shell.sink.end()
            expected = "raises-exception" in cell.metadata.get("tags", [])
            if not done.success and not expected:
                nb_man.cell_exception(cell, cell_index=place)
                break


def prepare_shell() -> Shell:
    """Return the shell of this process; it takes a moment to make."""
    if not Shell.initialized():
        matplotlib.rcParams["backend"] = BACKEND
    config = Config({"HistoryManager": {"enabled": False}})
    shell: Shell = Shell.instance(config=config)
    return shell


def _shell() -> Shell:
    shell = prepare_shell()
    sys.modules["__main__"] = shell.user_module  # what a cell defines is found there, by pickle too
    sys.path.insert(0, "")  # modules beside the notebook
    shell.set_hook(
        "show_in_pager", lambda *_, **__: None
    )  # a notebook's file does not hold what a pager shows
    if hasattr(os, "pread"):
        shell.sink.listen_below()
    sys.stdout, sys.stderr = _Stream(shell.sink, "stdout"), _Stream(shell.sink, "stderr")
    return shell


@contextmanager
def _stopped_after(seconds: float | None, number: int) -> Iterator[None]:
    """Raise :class:`CellTimeout` within what runs, if it runs longer than it may."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise CellTimeout(f"cell [{number}] took longer than {seconds:g} s")

    if seconds is None or not hasattr(signal, "SIGALRM"):
        yield
        return
    usual = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)


papermill_engines.register(NAME, Cells)
