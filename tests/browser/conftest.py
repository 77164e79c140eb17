"""A real browser, and reports of every template in both languages for it to open."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis import cleaning, processed

REQUIRED = "KETNAP_BROWSER"
"""Environment variable: set to ``required``, tests without a browser fail instead of being left out."""

_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_HOW = "install one (Debian: `apt-get install chromium`); the tests never download one"

TEMPLATES: dict[str, tuple[str, ...]] = {
    "dien-bien": ("Điện Biên", "--template", "province"),
    "nghe-an-register": ("Nghệ An", "--template", "province_register"),
    "comparison": ("--template", "comparison"),
    "comparison-register": ("--template", "comparison_register"),
    "data-quality": ("--template", "data_quality"),
}
"""Folder of a report → what asks for it: one of each template."""

PAGES = tuple((name, language) for name in TEMPLATES for language in ("vi", "en"))


def _missing(reason: str) -> None:
    """Leave a test out, or fail it where a browser is required."""
    if os.environ.get(REQUIRED) == "required":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Return a running headless Chromium of this machine."""
    command = next((found for name in _COMMANDS if (found := shutil.which(name))), None)
    if command is None:
        _missing(f"no Chromium on PATH: {_HOW}")
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415
    except ImportError:
        _missing("Playwright is not installed: pip install -e '.[dev]'")
    with sync_playwright() as playwright:
        # Chromium's own sandbox refuses root, as whom CI runs; these are our own pages
        arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=command, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Return what opens a file in a window of its own: its width, colour scheme, and whether scripts may run."""
    contexts = []

    def open_page(path: Path, width: int = 1280, scheme: str = "light", *, scripts: bool = True) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def made(
    root: Path, raw: Path, tables: processed.Processed, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a folder with a report of each template, in Vietnamese and in English."""
    folder = tmp_path_factory.mktemp("browser")
    data, out = folder / "processed", folder / "reports"
    cleaning.write(tables, data, made_from="here", raw=raw)
    for asked in TEMPLATES.values():
        for language in ("vi", "en"):
            options = ("--language", language, "--data", str(data), "--out", str(out))
            call = subprocess.run(
                [sys.executable, "-c", "from analysis.cli import main; main()", "report", *asked, *options],
                cwd=root,
                env=os.environ | {"PYTHONUTF8": "1", "NO_COLOR": "1"},
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
            )
            assert call.returncode == 0, call.stderr
    return out
