"""Write docs/codebook.md from the contracts of the processed tables and the code tables."""

from __future__ import annotations

from pathlib import Path

from analysis.schema.codebook import codebook

PAGE = Path(__file__).resolve().parents[1] / "docs" / "codebook.md"


def main() -> None:
    """Write the page."""
    PAGE.write_text(codebook(), encoding="utf-8")


if __name__ == "__main__":
    main()
