"""Tests and intervals of a count model where clusters are few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import ParameterError
from analysis.language import _, number
from analysis.models.counts.count_fit import CountFit
from analysis.models.counts.score_bootstrap import Clustered, Weights, bootstrap_weights, p_value
from analysis.models.covariance import FEW_CLUSTERS
from analysis.models.gate import Finding
from analysis.models.result import ESTIMATES, Result
from analysis.models.terms import term_label

MOST_CLUSTERS = 1000
"""More clusters than this need no bootstrap."""

FEWEST_DRAWS = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterBootstrap(Result):
    """Bootstrap p-values and intervals of the coefficients of a count model.

    ``estimate`` and ``std_error`` of the estimates are those of the fit; ``p_value``, ``low`` and ``high``
    are the bootstrap's. A limit is infinite where no value on its side is rejected.

    Attributes
    ----------
    weights : str
        ``Rademacher`` or ``Webb``.
    draws : int
        Draws used.
    enumerated : bool
        Whether they are all that there are, so that the seed plays no part.
    """

    weights: str
    draws: int
    enumerated: bool

    def words(self) -> list[str]:
        """Return what was done, what cannot be bounded, and what the intervals rest on."""
        lines = self._findings()
        if not self.withheld:
            lines += [self._how(), *self._few(), *self._unbounded()]
            lines.append(
                _(
                    "Kiểm định dựa vào việc các cụm độc lập với nhau; số cụm ít thì khoảng rộng, và bootstrap không "
                    "sửa được điều đó. Hệ số mô tả mối liên hệ, không nói lên nguyên nhân."
                )
            )
        return lines + self._basis()

    def _how(self) -> str:
        drawn = (
            _("xét hết {n} tổ hợp trọng số {kind}")
            if self.enumerated
            else _("{n} lần rút trọng số {kind}, hạt giống {seed}")
        ).format(n=number(self.draws), kind=self.weights, seed=self.seed)
        return _(
            "Giá trị p và khoảng tin cậy tính bằng bootstrap điểm số theo {n} cụm, áp đặt giả thuyết không ({drawn}); "
            "khoảng gồm những giá trị mà kiểm định không bác bỏ. Sai số chuẩn là sai số theo cụm của mô hình."
        ).format(n=number(self.clusters or 0), drawn=drawn)

    def _few(self) -> list[str]:
        if self.clusters is None or self.clusters >= FEW_CLUSTERS:
            return []
        return [
            _(
                "Với dưới {few} cụm, khoảng tính thẳng từ sai số theo cụm thường quá ngắn; nên đọc khoảng ở đây."
            ).format(few=number(FEW_CLUSTERS))
        ]

    def _unbounded(self) -> list[str]:
        limits = self.estimates[["low", "high"]].to_numpy(dtype=float)
        terms = self.estimates.loc[np.isinf(limits).any(axis=1), "term"]
        if terms.empty:
            return []
        named = "; ".join(term_label(str(term)) for term in terms)
        return [_("Số liệu không chặn được khoảng của: {terms}.").format(terms=named)]


def bootstrap_clusters(
    fit: CountFit, terms: Sequence[str] | None = None, *, draws: int = 9999, seed: int
) -> ClusterBootstrap:
    """Return bootstrap p-values and intervals of a Poisson fit with clusters, by its scores.

    Each coefficient is tested with the hypothesis imposed: the others are fitted again under it, and the
    clusters' scores there are multiplied by random weights of mean 0 and variance 1 (signs; Webb's six points
    below 12 clusters). The interval holds the values that this test does not reject. Where all
    possible weights are no more than ``draws``, all of them are used, and nothing is random.

    Parameters
    ----------
    fit : CountFit
        Poisson or quasi-Poisson, with a cluster.
    terms : sequence of str, optional
        Those to test; all without.
    draws : int
        At least 99; 1/(1 - level) should divide ``draws + 1``, as it does 9,999 + 1.
    seed : int
        Of the weights.

    Raises
    ------
    ParameterError
        The fit has no clusters or is no Poisson fit, a term is unknown, or the draws are too few.

    References
    ----------
    Kline, P. and Santos, A. (2012). A score based approach to wild bootstrap inference. *Journal of
    Econometric Methods* 1, 23-41.
    Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2008). Bootstrap-based improvements for inference with
    clustered errors. *Review of Economics and Statistics* 90, 414-427.
    Roodman, D., Nielsen, M. Ø., MacKinnon, J. G. and Webb, M. D. (2019). Fast and wild: bootstrap inference
    in Stata using boottest. *Stata Journal* 19, 4-60, for scores and for intervals by inversion.

    Examples
    --------
    >>> from analysis.models.counts.fit import fit_counts
    >>> rows = pd.DataFrame({"unit": list("abcdefghijkl"), "sex": ["f", "m"] * 6, "members": [100.0] * 12,
    ...                      "admitted": [3, 5, 4, 6, 3, 9, 2, 8, 4, 7, 3, 6]})
    >>> made = bootstrap_clusters(fit_counts(rows, "sex", cluster="unit"), ["sex[T.m]"], seed=1)
    >>> made.enumerated, round(float(made.at("sex[T.m]")["p_value"]), 4)
    (True, 0.001)
    """
    columns = _columns(fit, terms, draws)
    estimates = fit.estimates.loc[:, list(ESTIMATES)].iloc[columns].reset_index(drop=True)
    findings, weights = fit.findings, Weights(np.empty((0, 0)), "", enumerated=False)
    if not fit.withheld:
        weights = bootstrap_weights(len(fit.cluster_labels), draws, seed)
        estimates = estimates.assign(**_tested(fit, columns, weights))
        findings += _not_found(estimates)
    return ClusterBootstrap(
        name=f"{fit.name}-bootstrap",
        title=_("{title}: bootstrap theo cụm").format(title=fit.title),
        estimates=estimates,
        specification=fit.specification,
        link=fit.link,
        n=fit.n,
        exposure=fit.exposure,
        exposure_unit=fit.exposure_unit,
        clusters=fit.clusters,
        covariance=fit.covariance,
        dispersion=fit.dispersion,
        converged=fit.converged,
        dropped=fit.dropped,
        findings=findings,
        level=fit.level,
        seed=seed,
        weights=weights.kind,
        draws=len(weights.draws),
        enumerated=weights.enumerated,
    )


def _columns(fit: CountFit, terms: Sequence[str] | None, draws: int) -> list[int]:
    """Return the columns of the design to test, or refuse what cannot be asked for."""
    if fit.cluster is None:
        raise ParameterError("this fit has no clusters: fit_counts(..., cluster=...)")
    if fit.family == "nb2":
        raise ParameterError("the score bootstrap is for Poisson and quasi-Poisson fits, not for NB2")
    if draws < FEWEST_DRAWS:
        raise ParameterError(f"draws {draws!r}: at least {FEWEST_DRAWS}")
    if len(fit.cluster_labels) > MOST_CLUSTERS:
        raise ParameterError(
            f"{len(fit.cluster_labels)} clusters are enough for clustered errors; the bootstrap is for few, "
            f"{MOST_CLUSTERS} at most"
        )
    known = fit.design.terms
    unknown = [term for term in terms or () if term not in known]
    if unknown:
        raise ParameterError(f"no term {unknown[0]!r} (there are {', '.join(known)})")
    return [known.index(term) for term in (known if terms is None else terms)]


def _tested(fit: CountFit, columns: Sequence[int], weights: Weights) -> dict[str, list[float]]:
    """Return the columns of the table of estimates that the bootstrap gives."""
    cells = fit.cells
    data = Clustered(
        fit.design.matrix,
        *(cells[name].to_numpy(dtype=np.int64) for name in ("cluster", "pattern")),
        *(cells[name].to_numpy(dtype=float) for name in ("outcome", "exposure")),
    )
    errors = np.sqrt(np.diag(fit.vcov))
    limits = [
        data.interval(at, float(fit.coefficients[at]), float(errors[at]), weights, fit.level)
        for at in columns
    ]
    low, high = [pair[0] for pair in limits], [pair[1] for pair in limits]
    return {
        "low": low,
        "high": high,
        "response_low": np.exp(low).tolist(),
        "response_high": np.exp(high).tolist(),
        "p_value": [p_value(data.effective_scores(at, 0.0), weights) for at in columns],
    }


def _not_found(estimates: pd.DataFrame) -> tuple[Finding, ...]:
    """Return a finding for each term of which a fit under the hypothesis had no estimates."""
    missing = estimates[["low", "high", "p_value"]].isna().any(axis=1)
    return tuple(Finding("error_not_finite", str(term)) for term in estimates.loc[missing, "term"])
