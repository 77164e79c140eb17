"""Published results as data of models: which may be used, what the news selects, pooled ratios."""

from analysis.models.published.pooled import PooledRatio, pooled_ratio
from analysis.models.published.rows import against_target, without_nested, yearly_rates
from analysis.models.published.selection import best_attainment, early_results, followed_up, share_on_target

__all__ = [
    "PooledRatio",
    "against_target",
    "best_attainment",
    "early_results",
    "followed_up",
    "pooled_ratio",
    "share_on_target",
    "without_nested",
    "yearly_rates",
]
