"""Zeros: organisations without admissions or without eligible people, excess zeros, dry runs of years."""

from analysis.models.zeros.dry_runs import dry_runs
from analysis.models.zeros.expected_runs import expected_runs
from analysis.models.zeros.hurdle import hurdle
from analysis.models.zeros.organisations import set_apart, without_admission
from analysis.models.zeros.zero_choice import zero_choice
from analysis.models.zeros.zero_inflated import zero_inflated

__all__ = [
    "dry_runs",
    "expected_runs",
    "hurdle",
    "set_apart",
    "without_admission",
    "zero_choice",
    "zero_inflated",
]
