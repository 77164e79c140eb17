"""The contracts of the processed tables: what each column holds, in what unit, and what it may be.

The codebook and datapackage.json are generated from these schemas.
"""

from __future__ import annotations

import pandera.pandas as pa

from analysis.schema.published import (
    CHECKS,
    CLEANING_LOG,
    COMPOSITION,
    FIGURES,
    PERIOD_TYPES,
    SOURCES,
    UNIT_PERIODS,
)
from analysis.schema.registers import ADMISSIONS, FILES, MEMBERS, TARGETS, UNIT_YEARS

PUBLISHED: dict[str, pa.DataFrameSchema] = {
    schema.name: schema for schema in (SOURCES, FIGURES, UNIT_PERIODS, COMPOSITION, CHECKS)
}
"""Made from the published figures."""

REGISTERS: dict[str, pa.DataFrameSchema] = {
    schema.name: schema for schema in (ADMISSIONS, UNIT_YEARS, TARGETS, MEMBERS, FILES)
}
"""Made from the registers and tables that offices keep."""

TABLES: dict[str, pa.DataFrameSchema] = {**PUBLISHED, **REGISTERS, CLEANING_LOG.name: CLEANING_LOG}

__all__ = ["CLEANING_LOG", "PERIOD_TYPES", "PUBLISHED", "REGISTERS", "TABLES"]
