"""The kinds of columns that the tables' contracts are made of."""

from __future__ import annotations

import pandera.pandas as pa


def text(about: str, allowed: list[str] | None = None) -> pa.Column:
    """Return a column of text that may be empty; one of ``allowed`` where that is given."""
    checks = [pa.Check.isin(allowed)] if allowed is not None else None
    return pa.Column("str", checks, description=about)


def code(about: str, pattern: str) -> pa.Column:
    """Return a column of text that matches a pattern."""
    return pa.Column("str", pa.Check.str_matches(pattern), description=about)


def filled(about: str) -> pa.Column:
    """Return a column of text that is never empty."""
    return pa.Column("str", pa.Check.str_length(min_value=1), description=about)


def day(about: str, *, nullable: bool = True) -> pa.Column:
    """Return a column of days."""
    return pa.Column("datetime64[s]", nullable=nullable, description=about)


def number(about: str, *, high: float | None = None) -> pa.Column:
    """Return a column of numbers from 0 on; may be missing."""
    checks = [pa.Check.ge(0)] + ([pa.Check.le(high)] if high is not None else [])
    return pa.Column("Float64", checks, nullable=True, description=about)


def count(about: str) -> pa.Column:
    """Return a column of whole numbers from 0 on; may be missing."""
    return pa.Column("Int64", pa.Check.ge(0), nullable=True, description=about)


def flag(about: str, *, nullable: bool = False) -> pa.Column:
    """Return a column of yes and no."""
    return pa.Column("boolean", nullable=nullable, description=about)


def contract(name: str, about: str, columns: dict[str, pa.Column], key: list[str]) -> pa.DataFrameSchema:
    """Return the contract of a table: these columns in this order, and the key that tells its rows apart."""
    return pa.DataFrameSchema(
        columns,
        name=name,
        description=about,
        unique=key,
        strict=True,
        ordered=True,
        coerce=True,
        metadata={"key": key},
    )
