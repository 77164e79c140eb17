"""Numbers of figures and tables, the text's references to them, and what each figure stands on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape
from nbformat import NotebookNode

from analysis.errors import KetnapError
from analysis.language import _
from analysis.report.source_lines import SourceLines
from analysis.shown import MIME_NAME, NUMBER, SOURCE

_REFERENCE = re.compile(r"\[\[([a-z0-9][a-z0-9-]*)(\??)\]\]")


class UnknownReferenceError(KetnapError):
    """The text of a report refers to a figure or table that the report does not show, or shows twice."""


def numbered(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook whose figures and tables bear their numbers, and whose text refers to them by these.

    Figures and tables count apart, in the order in which they stand. In prose, ``[[attainment]]`` becomes a link
    with the label of that figure. A line of prose with ``[[attainment?]]`` stands only if the figure does. Each
    figure or table carries its label, and a figure its sources, for other renderers (``label`` and ``source``
    beside its name).

    Parameters
    ----------
    notebook : NotebookNode
        Executed; changed in place.

    Raises
    ------
    UnknownReferenceError
        The text refers to what is not shown, or two figures or tables have one name.
    """
    shown = [
        output["data"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if MIME_NAME in output.get("data", {})
    ]
    labels = _labels(shown)
    sources = SourceLines.of(notebook)
    for data in shown:
        _label(data, labels, sources)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell["source"] = _resolved(_standing(cell.source, labels), labels)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if MIME_NAME not in data and "text/html" in data:
                data["text/html"] = _resolved(data["text/html"], labels, strict=False)
                data["text/plain"] = _resolved(data.get("text/plain", ""), labels, linked=False, strict=False)
    return notebook


def _labels(shown: list[dict[str, Any]]) -> dict[str, str]:
    """Return the label of each figure and table by its name: ``Hình 1``."""
    words = {"figure": _("Hình {number}"), "table": _("Bảng {number}")}
    count = dict.fromkeys(words, 0)
    labels: dict[str, str] = {}
    for data in shown:
        name, kind = data[MIME_NAME]["name"], data[MIME_NAME]["kind"]
        if name in labels:
            raise UnknownReferenceError(
                f"two figures or tables of the report are named {name!r}; give one another name"
            )
        count[kind] += 1
        labels[name] = str(words[kind].format(number=count[kind]))
    return labels


def _label(data: dict[str, Any], labels: Mapping[str, str], sources: SourceLines) -> None:
    told = data[MIME_NAME]
    told["label"] = labels[told["name"]]
    html = data["text/html"].replace(NUMBER, f'<span class="kn-number">{told["label"]}.</span>', 1)
    if told["kind"] == "figure":
        source = _resolved(sources.of_figure(data["text/csv"]), labels, strict=False)
        html = html.replace(SOURCE, f'<span class="kn-source">{source}</span>' if source else "", 1)
        told["source"] = Markup(source).striptags()
    data["text/html"] = html


def _standing(source: str, labels: Mapping[str, str]) -> str:
    """Return prose without the lines that refer to what may be absent, and is."""

    def stands(line: str) -> bool:
        return all(name in labels or not optional for name, optional in _REFERENCE.findall(line))

    return "\n".join(line for line in source.split("\n") if stands(line))


def _resolved(text: str, labels: Mapping[str, str], *, linked: bool = True, strict: bool = True) -> str:
    """Return a text with links in place of its references, or with the bare labels.

    A notebook's prose is held to its references. In sentences that hold words of the data, where a unit's name
    may look like one, what is shown nowhere stays as it is written.
    """

    def link(match: re.Match[str]) -> str:
        name = match[1]
        if name not in labels and not strict:
            return match[0]
        if name not in labels:
            near = ", ".join(sorted(labels)) or "none"
            raise UnknownReferenceError(
                f"the text refers to [[{name}]], which the report does not show; it shows: {near}. Write [[{name}?]] "
                "in a line of its own if it may be absent"
            )
        return f'<a href="#{name}">{escape(labels[name])}</a>' if linked else labels[name]

    return _REFERENCE.sub(link, text)
