"""The command line: parse, call, print. Messages go to standard error, results to standard output."""

from __future__ import annotations

import atexit
import dataclasses
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from analysis import __version__
from analysis.errors import DataRefusedError, KetnapError, ParameterError, Problem, ReportFailedError

app = typer.Typer(
    name="ketnap",
    help="Research on the admission of Party members in Vietnam: clean, model, report.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)

Language = Annotated[
    str, typer.Option(help="Language of the reports: vi or en.", callback=lambda given: given.lower())
]
Json = Annotated[bool, typer.Option("--json", help="Give the result as JSON.")]


class Units(StrEnum):
    """In which provinces results are reported."""

    period = "period"
    y2025 = "2025"


def main() -> None:
    """Run the command line; every error of the package ends in its exit code and a message."""
    try:
        app()
    except KetnapError as error:
        _err.print(f"ketnap: {escape(str(error))}", soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _err.print("ketnap: stopped; run it again to go on", soft_wrap=True)
        sys.stdout.flush()
        os._exit(130)  # threads that wait for a server still to start are not waited for


def run() -> None:
    """Run the command line as a program of its own; it ends at once, and the system clears what it held."""
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(code)  # Python would take a quarter of a second to take all modules apart


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ketnap {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Research on the admission of Party members in Vietnam: clean, model, report."""


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


@app.command()
def clean(
    raw: Annotated[Path | None, typer.Option(help="Raw data; data/raw of the project if not given.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where tables go; data/processed if not given.")] = None,
    force: Annotated[bool, typer.Option(help="Clean even if nothing has changed.")] = False,
    as_json: Json = False,
) -> None:
    """Clean the raw data: typed, placed, checked tables, and a log of every change."""
    from analysis import processed
    from analysis.report.project import find

    source = raw or find(Path.cwd()).raw
    target = out or find(Path.cwd()).processed
    made_from = processed.raw_hash(source)
    fresh = not force and processed.made_from(target) == made_from
    if not fresh:
        from analysis import cleaning  # takes a second to load

        cleaning.write(cleaning.clean(source), target, made_from=made_from, raw=source)
    tables = processed.load(target)
    told = {resource["name"]: resource["rows"] for resource in processed.package(target)["resources"]}
    findings = tables.checks["finding"].value_counts().to_dict()
    if as_json:
        _print_json({"folder": str(target), "up_to_date": fresh, "rows": told, "findings": findings})
        return
    table = Table(title=f"{target}{' (up to date)' if fresh else ''}", title_justify="left")
    table.add_column("table")
    table.add_column("rows", justify="right")
    for name, rows in told.items():
        table.add_row(name, f"{rows:,}")
    _out.print(table)
    words = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(findings.items()))
    _out.print(f"checks: {words}")
    for line in _told_of_files(processed.load_table(target, "files")):
        _out.print(escape(line), soft_wrap=True)


def _told_of_files(files: Any) -> list[str]:
    """Return a line for each file of an office from which something was left out."""
    lines = []
    for row in files.to_dict("records"):
        name = f"{row['file']}{', sheet ' + row['sheet'] if row['sheet'] else ''}"
        if not row["table"]:
            lines.append(f"{name}: no table was found in it")
            continue
        told = [f"{row['rows_stayed']:,} of {row['rows_in']:,} rows"]
        told += [f"{row['cells_refused']:,} cells could not be read"] if row["cells_refused"] else []
        told += [f"not recognised and left out: {row['columns_unknown']}"] if row["columns_unknown"] else []
        if len(told) > 1 or row["rows_refused"]:
            lines.append(f"{name}: {'; '.join(told)}")
    return lines


@app.command()
def check(
    file: Annotated[
        Path, typer.Argument(help="A raw file: observations.csv, sources.csv, or a table of an office.")
    ],
    draft: Annotated[
        bool, typer.Option(help="Write the mapping file that the table asks for, beside it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read one raw file and say what it would become, changing nothing."""
    from analysis.clean import preview
    from analysis.registers import preview as office

    if not preview.is_published(file):
        _check_office(office.preview(file), file, draft=draft, as_json=as_json)
        return
    found = preview.check(file)
    if as_json:
        _print_json(found)
        return
    table = Table(title=str(file), title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in found["counts"].items():
        table.add_row(name, f"{value:,}")
    _out.print(table)
    for rule, count in found["changes"].items():
        _out.print(f"{count:,} × {escape(rule)}", soft_wrap=True)


def _check_office(found: Any, file: Path, *, draft: bool, as_json: bool) -> None:
    """Print what a table of an office would become; refuse where it cannot be used."""
    from analysis.clean.mapping import mapping_file

    if draft and found.draft:
        target = mapping_file(file)
        if target.exists():
            seen = "a mapping file that stands there already"
            raise DataRefusedError([Problem(str(target), None, None, seen, "remove it first, or fill it in")])
        target.write_text(found.draft, encoding="utf-8")
    if as_json:
        _print_json(dataclasses.asdict(found))
    else:
        _print_office(found, file, drafted=draft)
    if found.problems:
        _err.print("ketnap: this file is refused", soft_wrap=True)
        for problem in found.problems:
            _err.print(escape(problem), soft_wrap=True)
        raise typer.Exit(DataRefusedError.exit_code)


def _print_office(found: Any, file: Path, *, drafted: bool) -> None:
    from analysis.clean.mapping import mapping_file
    from analysis.vocab import table as code_table

    for sheet in found.sheets:
        name = f", sheet {sheet['sheet']}" if sheet["sheet"] else ""
        title = f"{file}{name}: {sheet['table'] or 'no table'}"
        table = Table(title=escape(title), title_justify="left", show_header=False)
        table.add_column()
        table.add_column()
        for name, value in sheet.items():
            if value not in ("", 0, None, False) and name not in ("file", "sheet", "table"):
                table.add_row(
                    name.replace("_", " "), escape(f"{value:,}" if isinstance(value, int) else str(value))
                )
        _out.print(table)
    means = {row["rule"]: row["label_en"] for row in code_table("rules")}
    for change in found.changes:
        examples = f": {'; '.join(change['examples'])}" if change["examples"] else ""
        where = f"{change['column']}, " if change["column"] else ""
        rule = f"{change['rule']} ({means.get(change['rule'], 'see the guide')})"
        words = f"{change['rows']:,} × {where}{rule}, first in row {change['first_row']}{examples}"
        _out.print(escape(words), soft_wrap=True)
    if found.draft:
        target = mapping_file(file)
        told = f"written to {target}" if drafted else f"`ketnap check --draft {file}` writes {target.name}"
        _out.print(
            escape(f"\nColumns that were not recognised are left out; {told}:\n\n{found.draft}"),
            soft_wrap=True,
        )


@app.command()
def simulate(
    province: Annotated[str, typer.Option(help="Name as a person writes it, or code, of one of the 63.")],
    members: Annotated[int, typer.Option(min=1, help="Members at the start.")],
    years: Annotated[str, typer.Option(help="First and last year: 2015-2024.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same files.")],
    out: Annotated[Path, typer.Option(help="Folder; gets registers/, targets/, members/ and truth/.")],
    mess: Annotated[float, typer.Option(min=0, max=1, help="From 0, tidy, to 1, all that offices do.")] = 0.3,
    as_json: Json = False,
) -> None:
    """Write a synthetic register, targets and members, and the truth that they were drawn from."""
    from analysis.clean.places import find_province, province_slug
    from analysis.simulate import Truth
    from analysis.simulate import simulate as draw

    first, dash, last = years.partition("-")
    if not (first.isdecimal() and (last.isdecimal() if dash else not last)):
        raise ParameterError(f"years: {years!r} are no years; expected 2015-2024, or one year")
    span = (int(first), int(last or first))
    place = find_province(province, "2008")
    if any((out / "registers" / province_slug(place)).glob("synthetic-*")):
        raise ParameterError(
            f"out: {out} holds synthetic registers of {place.name} already; name another folder"
        )
    truth = Truth.stated(province=place.name, members=members, years=span)
    files = draw(truth, out, seed=seed, mess=mess)
    if as_json:
        _print_json([str(file) for file in files])
        return
    for file in files:
        _out.print(escape(str(file)), soft_wrap=True)


@app.command()
def provinces(
    name: Annotated[str | None, typer.Argument(help="A name, with or without diacritics, or a code.")] = None,
    as_json: Json = False,
) -> None:
    """List the provinces, their codes, and what became of them on 1 July 2025."""
    from analysis.clean.places import find_province, nearest_names
    from analysis.vocab import province
    from analysis.vocab import provinces as known

    places = list(known())
    if name is not None:
        found = []
        for vintage in ("2008", "2025"):
            with suppress(ParameterError):
                found.append(find_province(name, vintage))
        if not found:
            near = nearest_names(name)
            raise ParameterError(f"province: {name!r} is none of Vietnam's{'; ' if near else ''}{near}")
        places = found
    rows = [
        {
            "vintage": p.vintage,
            "code": p.code,
            "name": p.name,
            "kind": p.kind,
            "successor": province("2025", p.successor).name if p.vintage == "2008" else "",
        }
        for p in places
    ]
    if as_json:
        _print_json(rows)
        return
    table = Table()
    for head in ("vintage", "code", "name", "kind", "since 1 July 2025"):
        table.add_column(head)
    for row in rows:
        table.add_row(*row.values())
    _out.print(table)


@app.command()
def report(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[PROVINCE]...", help="Provinces as a person writes them.")
    ] = None,
    province: Annotated[list[str] | None, typer.Option("--province", help="The same as an argument.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All provinces, the comparison, the data's quality.")
    ] = False,
    template: Annotated[
        str | None,
        typer.Option(help="province, province_register, comparison, comparison_register or data_quality."),
    ] = None,
    language: Language = "vi",
    formats: Annotated[
        str, typer.Option("--format", help="html, pdf, docx, figures; several by commas.")
    ] = "html",
    units: Annotated[Units, typer.Option(help="Provinces of the period, or the 34 of 2025.")] = Units.period,
    workers: Annotated[int, typer.Option(min=1, help="Notebooks at once.")] = os.cpu_count() or 1,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler, tcp://..., whose workers make the reports."),
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds that a cell of a notebook may take.")
    ] = 600,
    force: Annotated[bool, typer.Option(help="Render also what is up to date.")] = False,
    data: Annotated[Path | None, typer.Option(help="Processed tables; data/processed if not given.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where reports go; reports/ if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Render reports: those of the named provinces, of all, the comparison, or the quality of the data."""
    from analysis.report import warm
    from analysis.report.project import find

    asked = [*(names or []), *(province or [])]
    alone = template in ("comparison", "comparison_register", "data_quality")
    _check_asked(asked, everything=everything, alone=alone)
    project = find(Path.cwd())
    folder, target = data or project.processed, out or project.reports
    if scheduler is None and (force or not (target / "index.html").is_file()):
        warm.prepare()  # there is something to make: the libraries load while the reports are planned
    from analysis import processed
    from analysis.language import file_name
    from analysis.report import jobs, runner, site
    from analysis.report.job import FAILED
    from analysis.report.parameters import TEMPLATES
    from analysis.report.place_files import alone_in
    from analysis.report.place_slice import Cuts

    chosen = [template] if template else list(TEMPLATES) if everything else ["province", "province_register"]
    forms = [name.strip() for name in formats.lower().split(",")]
    _check_fresh(project, folder, asked_for=data)
    places = jobs.wanted(asked, everything, units.value)
    with alone_in(target, lambda: _tell_waiting(as_json=as_json)):
        cuts = Cuts(processed.load(folder), units.value)  # the data as they are when this run has the folder
        found = jobs.plan(project, folder, cuts, target, places, chosen, language=language, formats=forms)
        todo = [dataclasses.replace(job, timeout=timeout) for job in found]
        with _Progress(len(todo), as_json=as_json) as told:
            try:
                runner.run(todo, workers, scheduler=scheduler, force=force, finished=told)
            finally:  # the first page tells what there is, also of a run that was stopped
                order = [job.name for job in todo]
                outcomes = sorted(told.outcomes, key=lambda outcome: order.index(outcome.job.name))
                seen: dict[tuple[str, str], Sequence[str]]
                seen = {(o.job.name, language): () for o in outcomes if o.state != FAILED}
                with _told_if_full():
                    stale = jobs.why_stale(project, folder, cuts, target, seen)
                    page = site.write(target, cuts, folder, stale).with_name(
                        file_name("index.html", language)
                    )
                    runner.write_run(target, outcomes)
    _tell_outcomes(outcomes, page, each=not everything, as_json=as_json)


def _check_asked(asked: list[str], *, everything: bool, alone: bool) -> None:
    which = "--template comparison, comparison_register or data_quality"
    if not asked and not everything and not alone:
        raise typer.BadParameter(f"name a province, or use --all or {which}")
    if asked and (everything or alone):
        raise typer.BadParameter(f"name provinces, or use --all, or {which}: not both")


def _tell_outcomes(outcomes: list[Any], page: Path, *, each: bool, as_json: bool) -> None:
    """Print what became of the reports, and where each is; refuse at the end if some failed."""
    from analysis.report.job import DONE, FAILED

    failed = [o for o in outcomes if o.state == FAILED]
    if as_json:
        _print_json([_as_event(outcome) for outcome in outcomes])
    else:
        done = sum(o.state == DONE for o in outcomes)
        _out.print(f"{done} rendered, {len(outcomes) - done - len(failed)} up to date, {len(failed)} failed")
        for outcome in [o for o in outcomes if o.state != FAILED] if each else []:
            _out.print(f"{outcome.job.label}: {outcome.page}", markup=False, soft_wrap=True)
        _out.print(f"open {page}", soft_wrap=True)
    if failed:
        errors = "\n".join(f"{outcome.job.name}: {outcome.error}" for outcome in failed)
        others = "the others are there" if len(failed) < len(outcomes) else "none was made"
        raise ReportFailedError(f"{len(failed)} failed, {others}; the first page shows the cells\n{errors}")


def _as_event(outcome: Any) -> dict[str, Any]:
    return {
        "report": outcome.job.name,
        "state": outcome.state,
        "seconds": round(outcome.seconds, 2),
        "error": outcome.error,
        "page": str(outcome.page) if outcome.page.is_file() else "",
    }


@contextmanager
def _told_if_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReportFailedError(f"the index cannot be written: {error}") from None


def _check_fresh(project: Any, folder: Path, *, asked_for: Path | None) -> None:
    """Refuse to report from tables that are not of the raw data that stand in the project."""
    told = None if asked_for else _stale_tables(project, folder)
    if told:
        raise DataRefusedError([Problem(str(folder), None, None, told, "run `ketnap clean` first")])


def _stale_tables(project: Any, folder: Path) -> str | None:
    """Return what is wrong where the tables are not of the project's raw data; None where they are, or are missing."""
    from analysis import processed

    made_from = processed.made_from(folder)
    if made_from is None or made_from == processed.raw_hash(project.raw):
        return None
    return "tables of before data/raw changed, or made by another version of the package"


@app.command()
def status(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[PROVINCE]...", help="Provinces; all if none is named.")
    ] = None,
    language: Language = "vi",
    units: Annotated[Units, typer.Option(help="Provinces of the period, or the 34 of 2025.")] = Units.period,
    data: Annotated[Path | None, typer.Option(help="Processed tables; data/processed if not given.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where reports are; reports/ if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Say of each report whether it is up to date, stale and why, or failed and why."""
    from analysis import processed
    from analysis.report import jobs
    from analysis.report.manifest import read as manifest_of
    from analysis.report.manifest import stale
    from analysis.report.parameters import TEMPLATES
    from analysis.report.place_slice import Cuts
    from analysis.report.project import find

    project = find(Path.cwd())
    folder, target = data or project.processed, out or project.reports
    chosen = ["province", "province_register"] if names else list(TEMPLATES)
    places = jobs.wanted(names or [], not names, units.value)
    cuts = Cuts(processed.load(folder), units.value)
    planned = jobs.plan(project, folder, cuts, target, places, chosen, language=language, formats=())
    rows = []
    for job in planned:
        why = stale(job)
        state = "failed" if why == ["failed"] else "stale" if why else "up to date"
        error = (manifest_of(job.folder, job.language) or {}).get("error", "") if state == "failed" else ""
        rows.append({"report": job.name, "state": state, "why": error or ", ".join(why) * (state == "stale")})
    if not data and (told := _stale_tables(project, folder)):
        _err.print(
            f"what stands here is of the tables as they are: {told}; run `ketnap clean`", soft_wrap=True
        )
    if as_json:
        _print_json(rows)
        return
    table = Table()
    for head in ("report", "state", "why"):
        table.add_column(head)
    for row in rows:
        table.add_row(*(escape(value) for value in row.values()))
    _out.print(table)
    count = Counter(row["state"] for row in rows)
    _out.print(", ".join(f"{count[state]} {state}" for state in ("up to date", "stale", "failed")))


class _Progress:
    """Shows each report as it is done: a line and a bar on a terminal, nothing in a pipe, events as JSON if asked."""

    def __init__(self, total: int, *, as_json: bool) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=_err,
            disable=as_json or not _err.is_terminal,
        )
        self._as_json, self._total, self._done, self._made = as_json, total, 0, 0
        self._began = time.monotonic()
        self.outcomes: list[Any] = []
        self._task = self._bar.add_task("starting", total=total, rate="")

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, outcome: Any) -> None:
        """Tell of one report."""
        self.outcomes.append(outcome)
        self._done += 1
        if outcome.state == "fresh":
            self._bar.update(self._task, total=self._total - (self._done - self._made))
        else:
            self._made += 1
            rate = self._made / max(time.monotonic() - self._began, 1e-9)
            self._bar.update(self._task, advance=1, description="reports", rate=f"{rate:.1f}/s")
            words = f"{outcome.state} {outcome.job.label} ({outcome.seconds:.1f} s)"
            self._bar.console.print(escape(words)) if not self._bar.disable else None
        self._event(event="report", **_as_event(outcome), done=self._done, of=self._total)

    def _event(self, **told: Any) -> None:
        if self._as_json:
            typer.echo(json.dumps(told, ensure_ascii=False), err=True)


def _tell_waiting(*, as_json: bool) -> None:
    """Tell that another run holds the folder."""
    if as_json:
        typer.echo(json.dumps({"event": "waiting"}), err=True)
    else:
        _err.print("another run is at work in this folder: waiting until it has ended", soft_wrap=True)
