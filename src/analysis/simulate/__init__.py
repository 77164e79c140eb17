"""Synthetic registers, targets and members of a province, with the truth that they were drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from analysis.clean.text import slug
from analysis.errors import ParameterError
from analysis.simulate import books, breakers, oracle, people, population, register, yearly
from analysis.simulate.face import Face
from analysis.simulate.truth import Truth

__all__ = ["Face", "Truth", "simulate", "simulate_with_faces"]


def simulate(truth: Truth, out: Path, *, seed: int, mess: float) -> list[Path]:
    """Write synthetic registers, targets and members of a province, and their truth; return the files.

    Parameters
    ----------
    truth : Truth
        What they are drawn from.
    out : Path
        Folder; the files go to ``registers/<slug>/``, ``targets/``, ``members/`` and ``truth/``.
    seed : int
        The same seed gives the same bytes on any machine; the same people whatever the mess.
    mess : float
        From 0, one tidy file with ISO dates and the words of the code tables, to 1: everything
        that offices do.

    Raises
    ------
    ParameterError
        The seed is negative, the mess is not between 0 and 1, or the facts contradict each other.

    Examples
    --------
    >>> simulate(Truth.stated(province="Lào Cai", members=10, years=(2020, 2020)), Path(), seed=1, mess=2)
    Traceback (most recent call last):
        ...
    analysis.errors.ParameterError: mess: 2 is not between 0 and 1
    """
    if not 0 <= mess <= 1:
        raise ParameterError(f"mess: {mess} is not between 0 and 1")
    rng = _stream(seed, 3)
    first, last = truth.years
    by_year = bool(rng.random() < mess)
    spans = [(year, year) for year in truth.span()] if by_year else [(first, last)]
    faces = {span: Face.drawn(mess, rng) for span in spans}
    return simulate_with_faces(truth, out, seed=seed, faces=faces, yearly_face=Face.drawn(mess, rng))


def simulate_with_faces(
    truth: Truth, out: Path, *, seed: int, faces: Mapping[tuple[int, int], Face], yearly_face: Face
) -> list[Path]:
    """Write what :func:`simulate` writes, with stated faces.

    Parameters
    ----------
    faces : mapping of (int, int) to Face
        For each register the first and last year that it holds → how it is written.
    yearly_face : Face
        How targets and members are written; the former always in a workbook, the latter in CSV.
    """
    name, place = truth.name(), truth.covered()
    registers = out / "registers" / slug(truth.place().name)
    drawn = population.draw(truth, _stream(seed, 0))
    entered = breakers.add(people.draw(truth, drawn, _stream(seed, 1)), truth, _stream(seed, 2))
    year = entered["admitted"].dt.year.to_numpy()
    if truth.recognition.departures is not None:
        faces = {span: face.with_exits() for span, face in faces.items()}
    found, files = [], []
    for number, ((first, last), face) in enumerate(faces.items()):
        rows = np.flatnonzero((year >= first) & (year <= last))
        when = str(first) if first == last else f"{first}-{last}"
        suffix = "xlsx" if face.workbook else "csv"
        path = registers / f"synthetic-{name}-{when}.{suffix}"
        about = f"Danh sách đảng viên mới kết nạp {'năm' if first == last else 'các năm'} {when}"
        written = register.write(entered.iloc[rows], face, place, about, _stream(seed, 10 + number))
        books.save(written.sheets, face, path)
        files.append(oracle.File(path.relative_to(out).as_posix(), face, rows, written))
        found.append(path)
    found += _yearly(drawn, out, name, place, yearly_face, _stream(seed, 4))
    return found + oracle.write(truth, seed, drawn, entered, files, out / "truth", name)


def _yearly(
    drawn: population.Population, out: Path, name: str, place: str, face: Face, rng: np.random.Generator
) -> list[Path]:
    cells = drawn.cells()
    messy = face.noise > 0
    wide = messy and bool(rng.random() < 0.5)
    style: yearly.Style = ("dot", "comma", "plain")[int(rng.integers(3))] if messy else "plain"
    targets, members = out / "targets" / f"synthetic-{name}.xlsx", out / "members" / f"synthetic-{name}.csv"
    book, text = oracle.both_formats(face)
    books.save([yearly.targets(oracle.unit_years(drawn), wide, place, book, rng)], book, targets)
    books.save([yearly.members(cells, style, place, text, rng)], text, members)
    return [targets, members]


def _stream(seed: int, part: int) -> np.random.Generator:
    """Return the random numbers of one part, so that no part shifts those of another."""
    if seed < 0:
        raise ParameterError(f"seed: {seed} is negative")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, part])))
