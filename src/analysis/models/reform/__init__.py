"""Reform and time: a series around a date, and a year that is not over."""

from analysis.models.reform.count_series import count_series
from analysis.models.reform.cumulative_share import by_cumulative_share, cumulative_shares
from analysis.models.reform.part_year import part_year
from analysis.models.reform.segmented import Segmented, segmented

__all__ = ["Segmented", "by_cumulative_share", "count_series", "cumulative_shares", "part_year", "segmented"]
