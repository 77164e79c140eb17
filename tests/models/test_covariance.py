"""Sums of scores by cluster, and factors of small samples."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.models.covariance import cluster_covariance, cluster_scores, sandwich, small_sample


@pytest.mark.parametrize(
    ("kind", "factor"),
    [
        pytest.param("model", 1, id="model"),
        pytest.param("HC0", 1, id="HC0"),
        pytest.param("HC1", 20 / 17, id="HC1"),
        pytest.param("CR0", 1, id="CR0"),
        pytest.param("CR1", 5 / 4, id="CR1"),
        pytest.param("CR1S", 5 / 4 * 19 / 17, id="CR1S"),
    ],
)
def test_factor_of_small_samples(kind: str, factor: float) -> None:
    assert small_sample(kind, n=20, k=3, clusters=5) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("kind", "n", "clusters"),
    [pytest.param("HC1", 3, 0, id="as many terms as rows"), pytest.param("CR1", 20, 1, id="one cluster")],
)
def test_no_factor_where_nothing_is_left(kind: str, n: int, clusters: int) -> None:
    assert small_sample(kind, n=n, k=3, clusters=clusters) == np.inf


def test_scores_of_patterns_are_those_of_rows() -> None:
    rng = np.random.default_rng(2)
    design, pattern, cluster = rng.normal(size=(6, 3)), rng.integers(6, size=50), rng.integers(4, size=50)
    residual = rng.normal(size=50)
    by_hand = [(design[pattern] * residual[:, None])[cluster == g].sum(axis=0) for g in range(4)]
    np.testing.assert_allclose(cluster_scores(design, pattern, residual, cluster, 4), by_hand, rtol=1e-12)


def test_covariance_does_not_ask_how_clusters_are_called() -> None:
    rng = np.random.default_rng(3)
    design, scores, groups = rng.normal(size=(30, 2)), rng.normal(size=30), rng.integers(6, size=30)
    bread = np.linalg.inv(design.T @ design)
    found = cluster_covariance(design, scores, bread, groups)
    np.testing.assert_allclose(
        found, cluster_covariance(design, scores, bread, [f"u{9 - g}" for g in groups])
    )
    assert (found == found.T).all()


def test_sandwich() -> None:
    bread, meat = np.diag([2.0, 1.0]), np.array([[1.0, 0.5], [0.5, 3.0]])
    assert sandwich(bread, meat, 2.0).tolist() == [[8.0, 2.0], [2.0, 6.0]]
