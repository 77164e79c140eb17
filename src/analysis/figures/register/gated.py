"""What a figure shows where the gate withheld a number: an empty row and the reason."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from analysis.figures import named_rows, style
from analysis.figures.register import marks
from analysis.language import _
from analysis.models.result import Result
from analysis.models.terms import places, term_label
from analysis.shown import Drawing


def reasons(result: Result, terms: Sequence[str]) -> dict[str, str]:
    """Return for each term of a withheld result why it has no number; nothing where it may be read.

    What the gate found of a term stands with it; what it found of the whole fit stands with the first.
    """
    if not result.withheld:
        return {}
    fatal = [finding for finding in result.findings if finding.fatal]
    found = {}
    for term in terms:
        named = term_label(term)
        about = (f for f in fatal if named in map(term_label, places(f.where)))
        found[term] = "; ".join(finding.what for finding in about)
    if terms and not any(found.values()):
        found[terms[0]] = "; ".join(finding.what for finding in fatal)
    bare, why = _("không công bố"), _("không công bố: {what}")
    return {term: why.format(what=what) if what else bare for term, what in found.items()}


def refused(result: Result, name: str, title: str, synthetic: Iterable[bool]) -> Drawing:
    """Return the figure of a withheld result: an empty row that says why, and no number.

    Parameters
    ----------
    result : Result
        Withheld.
    name, title : str
        Of the figure.
    synthetic : iterable of bool
        Whether each row behind it was made by a simulation.
    """
    figure, (axes,) = style.new(0.9)
    # In one column the figure's title names the result: the row has no room for it.
    named_rows.axis(axes, ["" if style.narrow() else named_rows.fold(result.title, 26)])
    axes.set_xlim(0, 1)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    alt = textwrap.shorten(fatal_words(result), 400, placeholder=" …")
    marks.blank(axes, 0, textwrap.shorten(alt, 190, placeholder=" …"), 64)
    caption = findings_words(result)
    alt = _("Hình trống, {why}.").format(why=alt)
    return Drawing(name, title, caption, alt, style.svg(figure, name, alt, synthetic), result.estimates)


def fatal_words(result: Result) -> str:
    """Return why a result is withheld: what its fatal findings say, in a few words."""
    return _("không công bố: {what}").format(what="; ".join(f.what for f in result.findings if f.fatal))


def findings_words(result: Result) -> str:
    """Return what the gate found, for a caption: empty where it found nothing."""
    lines = [_("Không công bố con số nào của mô hình này.")] if result.withheld else []
    lines += [
        _("{what}. Nên: {help}.").format(what=f.what[:1].upper() + f.what[1:], help=f.help)
        for f in result.findings
    ]
    return " ".join(lines)
