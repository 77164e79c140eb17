"""The command line: parse, call, print. Messages go to standard error, results to standard output."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
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
        _err.print("ketnap: stopped")
        sys.exit(130)


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
    from analysis.schema import TABLES

    source = raw or find(Path.cwd()).raw
    target = out or find(Path.cwd()).processed
    made_from = processed.raw_hash(source)
    fresh = not force and processed.made_from(target) == made_from
    tables = processed.load(target) if fresh else processed.clean(source)
    if not fresh:
        processed.write(tables, target, made_from=made_from)
    told = {name: len(getattr(tables, name)) for name in TABLES}
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


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A raw file: observations.csv or sources.csv.")],
    as_json: Json = False,
) -> None:
    """Read one raw file and say what it would become, changing nothing."""
    from analysis.clean import preview

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
    everything: Annotated[bool, typer.Option("--all", help="All provinces and the comparison.")] = False,
    template: Annotated[str | None, typer.Option(help="province or comparison.")] = None,
    language: Annotated[str, typer.Option(help="Language of the reports.")] = "vi",
    formats: Annotated[str, typer.Option("--format", help="Formats, by commas.")] = "html",
    units: Annotated[Units, typer.Option(help="Provinces of the period, or the 34 of 2025.")] = Units.period,
    workers: Annotated[int, typer.Option(min=1, help="Notebooks at once.")] = os.cpu_count() or 1,
    force: Annotated[bool, typer.Option(help="Render also what is up to date.")] = False,
    data: Annotated[Path | None, typer.Option(help="Processed tables; data/processed if not given.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where reports go; reports/ if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Render reports: those of the named provinces, of all, or the comparison."""
    from analysis import processed
    from analysis.report import jobs, runner, site
    from analysis.report.project import find

    asked = [*(names or []), *(province or [])]
    if not asked and not everything and template != "comparison":
        raise typer.BadParameter("name a province, or use --all or --template comparison")
    if asked and (everything or template == "comparison"):
        raise typer.BadParameter("name provinces, or use --all, or --template comparison: not both")
    if formats != "html":
        raise ParameterError(f"format: {formats!r} is not rendered by this version; known: html")
    project = find(Path.cwd())
    folder, target = data or project.processed, out or project.reports
    chosen = [template] if template else ["province", "comparison"] if everything else ["province"]
    _check_fresh(project, folder, asked_for=data)
    places = jobs.wanted(asked, everything, units.value)
    planned = jobs.plan(project, folder, target, places, chosen, units=units.value, language=language)
    with _Progress(len(planned), quiet=as_json) as told:
        outcomes = runner.run(planned, workers, force=force, finished=told)
    page = site.write(target, processed.load(folder), units.value)
    failed = [o for o in outcomes if o.state == runner.FAILED]
    runner.write_run(target, outcomes)
    if as_json:
        _print_json(
            [
                {"report": o.job.name, "state": o.state, "seconds": round(o.seconds, 2), "error": o.error}
                for o in outcomes
            ]
        )
    else:
        done = sum(o.state == runner.DONE for o in outcomes)
        _out.print(f"{done} rendered, {len(outcomes) - done - len(failed)} up to date, {len(failed)} failed")
        for outcome in outcomes if asked else []:
            _out.print(
                f"{outcome.job.label}: {outcome.job.folder / 'report.html'}", markup=False, soft_wrap=True
            )
        _out.print(f"open {page}", soft_wrap=True)
    if failed:
        errors = "\n".join(f"{outcome.job.name}: {outcome.error}" for outcome in failed)
        raise ReportFailedError(f"{len(failed)} failed; the others are there\n{errors}")


def _check_fresh(project: Any, folder: Path, *, asked_for: Path | None) -> None:
    """Refuse to report from tables that are not of the raw data that stand in the project."""
    from analysis import processed

    made_from = processed.made_from(folder)
    if asked_for is None and made_from is not None and made_from != processed.raw_hash(project.raw):
        seen = "tables of other raw data, or of another version of the package"
        raise DataRefusedError([Problem(str(folder), None, None, seen, "run `ketnap clean` first")])


class _Progress:
    """Shows each report as it is done, on a terminal only."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=_err,
            disable=quiet or not _err.is_terminal,
        )
        self._task = self._bar.add_task("reports", total=total)

    def __enter__(self) -> _Progress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, outcome: Any) -> None:
        if outcome.state != "fresh":
            words = f"{outcome.state} {outcome.job.label} ({outcome.seconds:.1f} s)"
            self._bar.console.print(escape(words)) if not self._bar.disable else None
        self._bar.advance(self._task)
