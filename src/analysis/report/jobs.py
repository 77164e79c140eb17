"""Which reports a call asks for, and what each of them depends on."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis import fingerprint, processed
from analysis.clean.places import find_province, province_slug
from analysis.errors import DataRefusedError, ParameterError, Problem
from analysis.language import LANGUAGES, _, speaking, use
from analysis.register_words import titled
from analysis.report import manifest, register_slice
from analysis.report.job import FORMATS, Job
from analysis.report.parameters import (
    TEMPLATES,
    VINTAGES,
    ComparisonParameters,
    ComparisonRegisterParameters,
    ProvinceParameters,
    ProvinceRegisterParameters,
    QualityParameters,
)
from analysis.report.place_slice import Cuts, keys
from analysis.report.project import Project
from analysis.vocab import Province, provinces
from analysis.wording import place_name

QUALITY_TABLES = ("admissions", "targets", "members", "files", processed.LOG)
"""What the report on the data's quality stands on."""


def wanted(names: Sequence[str], everything: bool, units: str) -> list[Province]:
    """Return the provinces that are asked for, each once.

    Raises
    ------
    ParameterError
        Names are no province's; all of them are named.
    """
    vintage = VINTAGES[units]
    if everything:
        return list(provinces(vintage))
    found, wrong = [], []
    for name in names:
        try:
            found.append(find_province(name, vintage))
        except ParameterError as error:
            wrong.append(str(error))
    if wrong:
        hint = ['a name of several words needs quotes: "Hà Nam"'] if len(names) > 1 else []
        raise ParameterError("\n".join([*wrong, *hint, "no report was made"]))
    return list(dict.fromkeys(found))


def plan(
    project: Project,
    data: Path,
    cuts: Cuts,
    out: Path,
    places: Sequence[Province],
    templates: Sequence[str],
    *,
    language: str,
    formats: Sequence[str] = ("html",),
) -> list[Job]:
    """Return the jobs of a call, with the hashes of all that each report depends on.

    Parameters
    ----------
    project : Project
    data : Path
        Folder of the processed tables.
    cuts : Cuts
        Those of published figures in it, by province.
    out : Path
        Folder of the reports.
    places, templates, language, formats
        What is asked for.

    Raises
    ------
    ParameterError, DataRefusedError
        A template or a format is unknown; the tables of registers are missing.
    """
    for name in templates:
        if name not in TEMPLATES:
            raise ParameterError(f"template: {name!r} is none of {', '.join(TEMPLATES)}")
    for name in formats:
        if name not in FORMATS:
            raise ParameterError(f"format: {name!r} is none of {', '.join(FORMATS)}")
    use(language)
    package = fingerprint.of_file(data / processed.PACKAGE)
    common: dict[str, Any] = {"language": language, "data": _seen_from(project.notebooks, data)}
    in_units = {"units": cuts.units, **common}
    jobs = []
    if "province" in templates:
        for place in places:
            checked = ProvinceParameters.checked(province=place.name, **in_units)
            jobs.append(_province_job(project, out, cuts, place, checked))
    if "comparison" in templates:
        jobs.append(_comparison_job(project, out, cuts, ComparisonParameters.checked(**in_units)))
    if "data_quality" in templates:
        jobs.append(_quality_job(project, out, data, QualityParameters.checked(**common)))
    if "province_register" in templates:
        jobs += _register_jobs(project, data, out, places, in_units, alone=len(templates) == 1)
    if "comparison_register" in templates:
        jobs += _register_comparison(project, data, out, in_units, alone=len(templates) == 1)
    return [
        replace(job, package=package, formats=manifest.formats(job.folder, language, formats)) for job in jobs
    ]


def why_stale(
    project: Project, data: Path, cuts: Cuts, out: Path, seen: Mapping[tuple[str, str], Sequence[str]]
) -> dict[tuple[str, str], Sequence[str]]:
    """Return why each report that is there is not as it would be made now, by its name and language.

    Reports on registers are looked at only where a run has: their tables may be large.

    Parameters
    ----------
    project, data, cuts, out
        As for :func:`plan`.
    seen : mapping
        What a run knows already.
    """
    found = dict(seen)
    places = wanted([], everything=True, units=cuts.units)
    with speaking(LANGUAGES[0]):
        there = [name for name in _QUICK if (project.notebooks / f"{name}.ipynb").is_file()]
        planned = plan(project, data, cuts, out, places, there, language=LANGUAGES[0], formats=())
    for job in planned:
        for language in LANGUAGES:
            key = job.name, language
            if key not in found and manifest.read(job.folder, language):
                found[key] = manifest.stale(_in_language(job, language))
    return found


_QUICK = ("province", "comparison", "data_quality")
"""Templates whose part of the data is known in a moment."""


def _in_language(job: Job, language: str) -> Job:
    parameters = job.parameters | {"language": language}
    return replace(
        job,
        parameters=parameters,
        inputs=job.inputs | {"parameters": parameters},
        formats=manifest.formats(job.folder, language, ()),
    )


def _seen_from(folder: Path, data: Path) -> str:
    """Return the address of the data as a notebook in a folder writes it: relative where it can be."""
    try:
        return Path(os.path.relpath(data.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive of a Windows machine
        return data.resolve().as_posix()


def _inputs(project: Project, notebook: Path, data: str, parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "notebook": fingerprint.of_file(notebook),
        "library": project.library_hash,
        "lock": project.lock_hash,
        "versions": manifest.versions(),
        "parameters": parameters,
        "data": data,
    }


def _province_job(
    project: Project, out: Path, cuts: Cuts, place: Province, checked: ProvinceParameters
) -> Job:
    notebook = project.notebooks / "province.ipynb"
    parameters = checked.model_dump()
    inputs = _inputs(project, notebook, cuts.hash(place), parameters)
    return Job(province_slug(place), place_name(place), notebook, out, parameters, inputs)


def _comparison_job(project: Project, out: Path, cuts: Cuts, checked: ComparisonParameters) -> Job:
    notebook = project.notebooks / "comparison.ipynb"
    parameters = checked.model_dump()
    inputs = _inputs(project, notebook, cuts.whole_hash, parameters)
    return Job("comparison", _("So sánh các tỉnh, thành phố"), notebook, out, parameters, inputs)


def _quality_job(project: Project, out: Path, data: Path, checked: QualityParameters) -> Job:
    notebook = project.notebooks / "data_quality.ipynb"
    parameters = checked.model_dump()
    inputs = _inputs(project, notebook, quality_hash(data), parameters)
    return Job("data-quality", _("Chất lượng dữ liệu"), notebook, out, parameters, inputs)


def quality_hash(folder: Path) -> str:
    """Return a hash of the tables of registers, from those that the package file names."""
    told = processed.package(folder)["resources"]
    hashes = {resource["name"]: resource["hashes"] for resource in told if resource["name"] in QUALITY_TABLES}
    return fingerprint.of_bytes(json.dumps(hashes, sort_keys=True).encode())


def _register_jobs(
    project: Project,
    data: Path,
    out: Path,
    places: Sequence[Province],
    in_units: dict[str, Any],
    *,
    alone: bool,
) -> list[Job]:
    """Return a job for each province that registers tell of.

    Raises
    ------
    DataRefusedError
        Only these reports are asked for, and no register tells of one of the provinces.
    """
    registers = register_slice.load(data)
    told = register_slice.places(registers)
    notebook = project.notebooks / "province_register.ipynb"
    jobs = []
    for place in places:
        marks = set(keys(place, in_units["units"]))
        if not marks & told:
            if alone and len(places) == 1:
                raise register_slice.nothing_of(place)
            continue
        checked = ProvinceRegisterParameters.checked(province=place.name, **in_units).model_dump()
        cut = registers.of(marks)
        inputs = _inputs(project, notebook, cut.hash(), checked)
        origins = tuple(sorted({bool(value) for value in cut.unit_years["synthetic"].unique()}))
        label = titled(_("{place}, theo danh sách").format(place=place_name(place)), origins)
        name = f"{province_slug(place)}-register"
        jobs.append(Job(name, label, notebook, out, checked, inputs, synthetic=origins))
    return jobs


def _register_comparison(
    project: Project, data: Path, out: Path, in_units: dict[str, Any], *, alone: bool
) -> list[Job]:
    """Return the job of the comparison of registers, or none where they tell of fewer than two provinces.

    Raises
    ------
    DataRefusedError
        Only this report is asked for, and there are not two provinces to compare.
    """
    registers = register_slice.load(data)
    if len(register_slice.compared_places(registers)) < 2:
        if alone:
            seen = "registers of fewer than two provinces (synthetic ones do not count beside real ones)"
            raise DataRefusedError([Problem(str(data), None, None, seen, "registers of two provinces")])
        return []
    notebook = project.notebooks / "comparison_register.ipynb"
    checked = ComparisonRegisterParameters.checked(**in_units).model_dump()
    inputs = _inputs(project, notebook, registers.hash(), checked)
    origins = (
        bool(registers.unit_years["synthetic"].astype(bool).all()),
    )  # beside real ones, none is compared
    label = titled(_("So sánh theo danh sách"), origins)
    return [Job("comparison-register", label, notebook, out, checked, inputs, synthetic=origins)]
