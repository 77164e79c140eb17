"""What the server of warm processes loads before it forks; see :mod:`analysis.report.warm`."""

from __future__ import annotations

import atexit
import gc
import io
import logging
import os
import shutil
import sys

_drawer = logging.getLogger("matplotlib")
_drawer.setLevel(logging.ERROR)  # a home that cannot be written to is no message for the reader
gc.disable()  # there is nothing to collect while modules load

# jsonschema, which nbformat loads, builds a grammar from this package for a check that nobody here asks for:
# a second or two. Without it the check is left out.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
import nbformat  # noqa: E402

del sys.modules["rfc3987_syntax"]

import IPython.core.completerlib  # noqa: E402
import IPython.core.oinspect  # noqa: E402, F401
import matplotlib  # noqa: E402
import pandas as pd  # noqa: E402

import analysis.report.citation  # noqa: E402
import analysis.report.compare  # noqa: E402
import analysis.report.making  # noqa: E402
import analysis.report.points  # noqa: E402
import analysis.report.site.files  # noqa: E402
import analysis.report.summary_words  # noqa: E402
import analysis.tables  # noqa: E402, F401
from analysis import figures, fingerprint  # noqa: E402, F401
from analysis.figures import style  # noqa: E402
from analysis.language import number  # noqa: E402
from analysis.report import render  # noqa: E402
from analysis.report.cells import prepare_shell  # noqa: E402
from analysis.report.warm import FOLDER  # noqa: E402


def _rehearse() -> None:
    """Draw, render, read and say next to nothing, so that fonts, templates and words are loaded too."""
    fingerprint.library()  # of the code that is loaded here, whatever becomes of its files
    prepare_shell()
    number(1.5)
    with matplotlib.rc_context():  # the house style is not for what others draw
        figure, (axes,) = style.new(1)
        axes.set_title("Kết nạp")
        axes.set_xlabel("Năm")
        style.svg(figure, "rehearsal", "")
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("## Kết nạp")])
    render.html(page, "vi", "", "")
    table = io.BytesIO()
    pd.DataFrame({"words": ["kết nạp"]}).to_parquet(table)
    pd.read_parquet(table).to_csv()


_rehearse()
_drawer.setLevel(logging.NOTSET)
gc.enable()
gc.freeze()  # a collection in a forked process would touch, and so copy, all that is shared
if FOLDER in os.environ:  # the server outlives a starter that was killed, by a moment
    atexit.register(shutil.rmtree, os.environ.pop(FOLDER), ignore_errors=True)
