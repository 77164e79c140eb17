"""Registers at national scale: cleaning beside what pyarrow and a plain pandas script take for the same file.

Each measurement runs in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import large_register

ROWS = 5_000_000
FEWER = 1_000_000
WORKBOOK_ROWS = 100_000


def arrow(csv: Path, out: Path) -> None:
    """Read the CSV and write it as Parquet: the floor."""
    from pyarrow import csv as arrow_csv
    from pyarrow import parquet

    parquet.write_table(arrow_csv.read_csv(csv), out / "floor.parquet", compression="zstd")


def plain_pandas(csv: Path, out: Path) -> None:
    """Clean the CSV as a straightforward script does: read_csv, str methods, to_datetime, map.

    It makes the same columns, the flags that the file allows, counts by unit and year, and a log of
    what it changed; unlike the package it finds out nothing by itself and knows only these forms.
    """
    import pandas as pd

    from analysis.clean import categories

    raw = pd.read_csv(csv, dtype=str, keep_default_na=False)
    table = raw.copy()
    for column in table:
        table[column] = table[column].str.normalize("NFC").str.strip().str.replace(r"\s+", " ", regex=True)
    log = []

    def changed(name: str, column: str) -> None:
        differs = (raw[column] != "") & (table[name].astype("str") != raw[column])
        rows = raw.index[differs]
        log.append(
            pd.DataFrame(
                {
                    "row": rows,
                    "column": name,
                    "before": raw.loc[rows, column],
                    "after": table.loc[rows, name].astype("str"),
                }
            )
        )

    coded = {
        "sex": ("Giới tính", "sexes"),
        "ethnicity": ("Dân tộc", "ethnic_groups"),
        "education": ("Trình độ văn hóa", "general_education"),
        "occupation": ("Nghề nghiệp", "occupations"),
    }
    for name, (column, codes) in coded.items():
        known = {text.lower(): code for code, texts in categories.spellings(codes).items() for text in texts}
        known |= {f"{n}/12": "upper_secondary" if n == 12 else "lower_secondary" for n in range(9, 13)}
        table[name] = table[column].str.lower().map(known)
        changed(name, column)
    short = {r"^tt\.\s*": "thị trấn ", r"^tx\.\s*": "thị xã ", r"^p\.\s*": "phường ", r"^x\.\s*": "xã "}
    table["unit"] = table["Đảng bộ cơ sở"].str.replace(r"^đảng bộ\s+", "", case=False, regex=True)
    for pattern, full in short.items():
        table["unit"] = table["unit"].str.replace(pattern, full, case=False, regex=True)
    table["unit_key"] = (
        table["unit"].str.lower().str.normalize("NFKD").str.replace(r"[^a-z0-9]+", "", regex=True)
    )
    changed("unit", "Đảng bộ cơ sở")
    dates = {"birth": "Ngày sinh", "admitted": "Ngày kết nạp", "recognised": "Ngày công nhận chính thức"}
    for name, column in dates.items():
        text = table[column].str.lower().str.replace(r"^ngày\s+|\.$", "", regex=True)
        text = text.str.replace(r"\s+(?:tháng|năm)\s+", "/", regex=True).str.replace(
            r"\s*[-./]\s*", "/", regex=True
        )
        text = text.str.replace(r"^t(?:háng)?\s*(?=\d)", "1/", regex=True)
        found = pd.to_datetime(text, format="%d/%m/%Y", errors="coerce")
        for form in ("%d/%m/%y", "%Y/%m/%d", "%d%m%Y", "%m/%Y", "%Y"):
            found = found.fillna(pd.to_datetime(text, format=form, errors="coerce"))
        quarter = text.str.extract(r"quý\s+(i{1,3}|iv|\d)\D+(\d{4})")
        month = quarter[0].map(
            {"i": "1", "ii": "4", "iii": "7", "iv": "10", "1": "1", "2": "4", "3": "7", "4": "10"}
        )
        found = found.fillna(
            pd.to_datetime(quarter[1] + "-" + month + "-1", format="%Y-%m-%d", errors="coerce")
        )
        serial = pd.to_numeric(text, errors="coerce")
        serial = serial.where(serial.between(20000, 60000))
        found = found.fillna(pd.to_datetime("1899-12-30") + pd.to_timedelta(serial, unit="D"))
        table[name] = found
        if name != "birth":
            changed(name, column)
    birth, admitted = table["birth"], table["admitted"]
    months = (admitted.dt.year - birth.dt.year) * 12 + admitted.dt.month - birth.dt.month
    table["age_months"] = months - (admitted.dt.day < birth.dt.day)
    table["age_band"] = pd.cut(
        table["age_months"] / 12, [0, 18, 31, 36, 41, 46, 51, 56, 61, 120], right=False
    ).astype("str")
    table["under_18"], table["over_60"] = table["age_months"] < 216, table["age_months"] > 720
    table["days_to_recognition"] = (table["recognised"] - admitted).dt.days
    table["recognised_early"] = table["recognised"] < admitted + pd.DateOffset(years=1)
    table["name"] = table["Họ và tên"].str.lower().str.normalize("NFC")
    table["same_person"] = table.duplicated(["name", "birth"], keep=False)
    table["year"] = admitted.dt.year
    kept = table.drop(columns=["Họ và tên", "name", "Ngày sinh", "birth", "Số CCCD"]).dropna(
        subset=["admitted"]
    )
    kept = kept.sort_values(["unit_key", "admitted", "age_months", "sex"])
    kept.to_parquet(out / "plain.parquet", compression="zstd", index=False)
    counts = kept.groupby(["unit_key", "year", "age_band", "sex"], dropna=False).size()
    counts.rename("admitted").reset_index().to_parquet(out / "counts.parquet", index=False)
    pd.concat(log).sort_values("row").to_parquet(out / "log.parquet", compression="zstd", index=False)


def ketnap(csv: Path, out: Path) -> None:
    """Clean the CSV into the tables of registers, the cleaning log among them."""
    from analysis.registers.write import TableWriter, write_tables

    raw = out / "raw"
    place = raw / "registers" / "dien-bien"
    place.mkdir(parents=True)
    (place / "synthetic.csv").symlink_to(csv)
    with TableWriter("cleaning_log", out) as log:
        write_tables(raw, out, log.write)


def calamine(book: Path, _: Path) -> None:
    """Read a workbook as python-calamine does."""
    from python_calamine import load_workbook

    workbook = load_workbook(book)
    for name in workbook.sheet_names:
        workbook.get_sheet_by_name(name).to_python()


def our_workbook(book: Path, _: Path) -> None:
    """Read a workbook into columns, with its fonts, hidden rows and failed cells."""
    from analysis.clean.workbook import read_workbook

    read_workbook(book)


def _measured(work: Callable[[Path, Path], None], file: Path, folder: Path, sent: str) -> None:
    began = time.perf_counter()
    work(file, folder)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    Path(sent).write_text(json.dumps([seconds, peak]), encoding="utf-8")


def measure(work: Callable[[Path, Path], None], file: Path) -> tuple[float, float]:
    """Return the seconds and the gigabytes that some work takes in a fresh process, imports included."""
    folder = Path(tempfile.mkdtemp(prefix="ketnap-bench-"))
    try:
        sent = folder / "measured.json"
        process = multiprocessing.get_context("spawn").Process(
            target=_measured, args=(work, file, folder, str(sent))
        )
        process.start()
        process.join()
        if process.exitcode:
            sys.exit(f"{work.__name__} failed")
        seconds, peak = json.loads(sent.read_text(encoding="utf-8"))
        return seconds, peak
    finally:
        shutil.rmtree(folder)


def write_workbook(path: Path, rows: int) -> None:
    """Write a register of so many rows as a workbook."""
    import csv

    import xlsxwriter

    text = path.with_suffix(".csv")
    large_register.write(text, rows, 7)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Danh sách (giả lập)")
    with text.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file)):
            sheet.write_row(number, 0, row)
    book.close()


def main() -> None:
    """Measure and print the ratios."""
    folder = Path(tempfile.mkdtemp(prefix="ketnap-bench-"))
    try:
        files = {rows: folder / f"{rows}.csv" for rows in (ROWS, FEWER)}
        for rows, file in files.items():
            large_register.write(file, rows, 7)
        floor, _ = measure(arrow, files[ROWS])
        ours, peak = measure(ketnap, files[ROWS])
        fewer, _ = measure(ketnap, files[FEWER])
        plain, _ = measure(plain_pandas, files[ROWS])
        book = folder / "book.xlsx"
        write_workbook(book, WORKBOOK_ROWS)
        pairs = [(measure(calamine, book)[0], measure(our_workbook, book)[0]) for _ in range(3)]
    finally:
        shutil.rmtree(folder)
    print(f"register of {ROWS:,} rows, one run on one machine")
    print(f"{'pyarrow, CSV to Parquet':42} {floor:7.1f} s   1.0")
    print(f"{'ketnap, CSV to tables and log':42} {ours:7.1f} s   {ours / floor:.1f}   (wanted: at most 6)")
    print(f"{'its memory':42} {peak:7.2f} GB        (wanted: at most 2.5)")
    print(f"{f'ketnap, {FEWER:,} rows':42} {fewer:7.1f} s")
    print(f"{'ketnap, five times the rows':42} {ours / fewer:7.1f} ×         (wanted: at most 5.5)")
    print(f"{'plain pandas script':42} {plain:7.1f} s")
    print(f"{'plain pandas beside ketnap':42} {plain / ours:7.1f} ×         (wanted: at least 8)")
    ratio = statistics.median(ours / theirs for theirs, ours in pairs)
    print(
        f"{f'workbook of {WORKBOOK_ROWS:,} rows beside calamine':42} {ratio:7.2f} ×         (wanted: at most 2)"
    )


if __name__ == "__main__":
    main()
