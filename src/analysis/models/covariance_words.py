"""What the errors of a result stand on, in words: from the code that its ``covariance`` holds."""

from __future__ import annotations

import re

from analysis.language import Said, _, again
from analysis.models.terms import factor_label

_ROBUST = re.compile(r"(?P<kind>HC\d|CR\w+)(?: by (?P<cluster>.+))?")


def covariance_label(code: str) -> str:
    """Return the words for a covariance; one that is in words already stays as it is.

    Parameters
    ----------
    code : str
        ``covariance`` of a :class:`analysis.models.result.Result`.

    Examples
    --------
    >>> covariance_label("CR1 by unit_id"), covariance_label("model"), covariance_label("Wilson")
    ('vững theo cụm (CR1), cụm: đơn vị', 'theo mô hình', 'giới hạn Wilson')
    """
    return Said.by(_covariance_label, code)


def _covariance_label(code: str) -> str:
    robust = _ROBUST.fullmatch(code)
    if robust and robust["cluster"]:
        words = _("vững theo cụm ({kind}), cụm: {cluster}")
        return words.format(kind=robust["kind"], cluster=factor_label(robust["cluster"]))
    if robust:
        clustered = robust["kind"].startswith("CR")
        words = _("vững theo cụm ({kind})") if clustered else _("vững với phương sai không đều ({kind})")
        return words.format(kind=robust["kind"])
    known = {
        "model": _("theo mô hình"),
        "exact": _("giới hạn chính xác"),
        "posterior": _("phân phối hậu nghiệm"),
        "simulation": _("mô phỏng"),
        "gamma": _("giới hạn gamma (Fay–Feuer)"),
        "delta": _("phương pháp delta"),
        "Poisson": _("số kết nạp theo Poisson"),
        "Poisson, log": _("số kết nạp theo Poisson, thang logarit"),
        "Wilson": _("giới hạn Wilson"),
        "Greenwood": _("công thức Greenwood"),
    }
    return str(again(known.get(code, code)))
