"""The benchmarks: times of one run on one machine, side by side, as ratios."""

from __future__ import annotations

from bench import formats, models, registers, reports

if __name__ == "__main__":
    reports.main()
    formats.main()
    registers.main()
    models.main()
