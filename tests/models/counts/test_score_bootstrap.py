"""Weights, p-values and intervals of the score bootstrap, against loops written out and enumeration."""

from itertools import product

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.models.counts.score_bootstrap import (
    Clustered,
    Weights,
    bootstrap_weights,
    excess,
    p_value,
)


@pytest.mark.parametrize(
    ("clusters", "draws", "kind", "enumerated", "count"),
    [
        pytest.param(5, 9999, "Webb", True, 6**5, id="all-six-point-weights"),
        pytest.param(6, 9999, "Webb", False, 9999, id="some-six-point-weights"),
        pytest.param(11, 9999, "Webb", False, 9999, id="last-with-six-points"),
        pytest.param(12, 9999, "Rademacher", True, 2**12, id="all-signs"),
        pytest.param(13, 9999, "Rademacher", True, 2**13, id="all-signs-of-13"),
        pytest.param(14, 9999, "Rademacher", False, 9999, id="some-signs"),
    ],
)
def test_which_weights(clusters, draws, kind, enumerated, count):
    made = bootstrap_weights(clusters, draws, seed=1)
    assert (made.kind, made.enumerated, made.draws.shape) == (kind, enumerated, (count, clusters))
    if enumerated:
        assert len(np.unique(made.draws, axis=0)) == count


@pytest.mark.parametrize("clusters", [5, 8, 12, 30])
def test_weights_have_mean_zero_and_variance_one(clusters):
    points = np.unique(bootstrap_weights(clusters, 9999, seed=1).draws)
    assert points.mean() == pytest.approx(0, abs=1e-15)
    assert (points**2).mean() == pytest.approx(1, rel=1e-15)


def test_the_same_seed_gives_the_same_weights_and_another_others():
    same = [bootstrap_weights(20, 999, seed=7).draws for _ in range(2)]
    assert np.array_equal(*same)
    assert not np.array_equal(same[0], bootstrap_weights(20, 999, seed=8).draws)


def test_the_first_draws_are_pinned():
    """PCG64's stream: another order of drawing would change every number of a report."""
    signs = bootstrap_weights(20, 999, seed=1).draws[0]
    assert signs.tolist() == np.where(np.random.default_rng(1).integers(0, 2, 20) == 0, -1.0, 1.0).tolist()


@pytest.mark.parametrize("kind", ["Rademacher", "Webb"])
def test_centring_the_squares_changes_no_p_value(kind):
    rng = np.random.default_rng(4)
    effective = rng.normal(0.4, 1, 9)
    points = {"Rademacher": [-1.0, 1.0], "Webb": [s * np.sqrt(v) for s in (-1, 1) for v in (0.5, 1, 1.5)]}[
        kind
    ]
    weights = Weights(rng.choice(points, (1999, 9)), kind, enumerated=False)

    def centred(scores):
        return scores.sum() ** 2 / ((scores - scores.mean()) ** 2).sum()

    seen = centred(effective)
    as_far = sum(centred(row * effective) >= seen * (1 - 1e-9) for row in weights.draws)
    assert p_value(effective, weights) == (1 + as_far) / 2000


def test_all_signs_are_the_sign_change_test():
    rng = np.random.default_rng(5)
    effective = rng.normal(0.3, 1, 12)
    seen = abs(effective.sum())
    every = [abs(np.dot(signs, effective)) for signs in product((-1, 1), repeat=12)]
    expected = np.mean([value >= seen * (1 - 1e-12) for value in every])
    assert p_value(effective, bootstrap_weights(12, 9999, seed=1)) == expected


@pytest.mark.parametrize("clusters", [5, 9, 12, 25])
def test_the_critical_value_and_the_p_value_agree(clusters):
    rng = np.random.default_rng(clusters)
    weights = bootstrap_weights(clusters, 1999, seed=2)
    for _ in range(200):
        effective = rng.normal(rng.normal(), 1, clusters)
        assert (excess(effective, weights, 0.95) > 0) == (p_value(effective, weights) <= 0.05 + 1e-12)


def test_fewer_draws_than_a_level_needs_reject_nothing():
    weights = bootstrap_weights(20, 99, seed=1)
    assert excess(np.ones(20), weights, 0.995) == -np.inf


def test_scores_of_which_none_is_a_number_give_no_number():
    weights = bootstrap_weights(12, 999, seed=1)
    assert np.isnan(p_value(np.full(12, np.nan), weights))
    assert np.isnan(excess(np.full(12, np.nan), weights, 0.95))


def _sample(seed, clusters=10, effect=0.0):
    """Return counts of clusters × sex × age with a gamma effect of cluster and of cluster × sex."""
    rng = np.random.default_rng(seed)
    patterns = np.array(list(product((0, 1), (0, 1, 2))))
    matrix = np.c_[np.ones(6), patterns[:, 0], patterns[:, 1] == 1, patterns[:, 1] == 2].astype(float)
    cluster, pattern = np.repeat(np.arange(clusters), 6), np.tile(np.arange(6), clusters)
    own = (
        rng.gamma(4, 0.25, clusters)[cluster]
        * rng.gamma(8, 0.125, (clusters, 2))[cluster, patterns[pattern, 0]]
    )
    exposure = rng.integers(50, 400, clusters)[cluster] / 2.0
    mean = exposure * 0.06 * own * np.exp(effect * patterns[pattern, 0])
    return Clustered(matrix, cluster, pattern, rng.poisson(mean).astype(float), exposure)


def test_effective_scores_are_those_of_the_restricted_fit():
    data = _sample(1)
    x, value = data.matrix[data.pattern], 0.17
    offset = np.log(data.exposure) + value * x[:, 1]
    fit = sm.GLM(data.outcome, x[:, [0, 2, 3]], family=sm.families.Poisson(), offset=offset).fit(tol=1e-14)
    residual = data.outcome - fit.mu
    scores = np.array([x[data.cluster == g].T @ residual[data.cluster == g] for g in range(10)])
    inverse = np.linalg.inv(x.T @ (fit.mu[:, None] * x))
    expected = scores @ inverse[:, 1] / inverse[1, 1]
    np.testing.assert_allclose(data.effective_scores(1, value), expected, rtol=1e-8, atol=1e-8)


def test_ends_of_an_interval_are_where_p_passes_its_level():
    data = _sample(2, clusters=14, effect=0.5)
    weights = bootstrap_weights(14, 1999, seed=3)
    low, high = data.interval(1, 0.5, 0.1, weights, 0.95)
    for end, outwards in ((low, -1e-6), (high, 1e-6)):
        assert p_value(data.effective_scores(1, end + outwards), weights) <= 0.05
        assert p_value(data.effective_scores(1, end - outwards), weights) > 0.05


def test_a_linear_score_bootstrap_has_the_numerators_of_the_wild_cluster_bootstrap():
    """With an identity link the weighted scores are what refitting on residuals of changed signs gives."""
    rng = np.random.default_rng(6)
    clusters = np.repeat(np.arange(8), 5)
    x = np.c_[np.ones(40), rng.normal(size=40), rng.normal(size=40) + clusters / 4]
    y = x @ [1.0, 0.0, 0.5] + rng.normal(size=40) + rng.normal(size=8)[clusters]
    others = x[:, [0, 2]]
    fitted = others @ np.linalg.lstsq(others, y, rcond=None)[0]
    inverse = np.linalg.inv(x.T @ x)
    scores = np.array([x[clusters == g].T @ (y - fitted)[clusters == g] for g in range(8)])
    effective = scores @ inverse[:, 1]
    weights = bootstrap_weights(8, 199, seed=9)
    refitted = [
        np.linalg.lstsq(x, fitted + row[clusters] * (y - fitted), rcond=None)[0][1] for row in weights.draws
    ]
    np.testing.assert_allclose(weights.draws @ effective, refitted, rtol=1e-9, atol=1e-12)


def _wild_p(x, y, clusters, term, weights):
    """Return the p-value of the restricted wild cluster bootstrap-t, written out."""

    def t_squared(outcome):
        b = np.linalg.lstsq(x, outcome, rcond=None)[0]
        u = outcome - x @ b
        inverse = np.linalg.inv(x.T @ x)
        sums = np.array([x[clusters == g].T @ u[clusters == g] for g in range(clusters.max() + 1)])
        return b[term] ** 2 / (inverse @ sums.T @ sums @ inverse)[term, term]

    others = np.delete(x, term, axis=1)
    fitted = others @ np.linalg.lstsq(others, y, rcond=None)[0]
    drawn = [t_squared(fitted + row[clusters] * (y - fitted)) for row in weights.draws]
    return np.mean(np.array(drawn) >= t_squared(y))


def test_p_values_lie_near_those_of_the_wild_cluster_bootstrap_t():
    gaps = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        clusters = np.repeat(np.arange(16), 4)
        x = np.c_[np.ones(64), rng.normal(size=64)]
        y = 0.2 * x[:, 1] + rng.normal(size=64) + rng.normal(size=16)[clusters]
        weights = bootstrap_weights(16, 299, seed=seed)
        restricted = y - y.mean()
        scores = np.array([x[clusters == g].T @ restricted[clusters == g] for g in range(16)])
        effective = scores @ np.linalg.inv(x.T @ x)[:, 1]
        gaps.append(p_value(effective, weights) - _wild_p(x, y, clusters, 1, weights))
    assert np.abs(gaps).max() < 0.06


def test_the_size_is_held_where_clusters_are_few():
    """Larger runs, with 6 to 30 clusters, stand in bench/cluster_bootstrap.py."""
    weights = bootstrap_weights(8, 999, seed=1)
    rejected = [
        p_value(_sample(seed, clusters=8).effective_scores(1, 0.0), weights) <= 0.05 for seed in range(400)
    ]
    # 5% ± 2.6 standard errors of 400
    assert 0.022 <= np.mean(rejected) <= 0.078


def test_a_true_effect_is_found():
    weights = bootstrap_weights(12, 9999, seed=1)
    found = [
        p_value(_sample(seed, clusters=12, effect=0.9).effective_scores(1, 0.0), weights) <= 0.05
        for seed in range(40)
    ]
    assert np.mean(found) > 0.9
