"""A real browser, and reports of every template in both languages for it to open."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

REQUIRED = "KETNAP_BROWSER"
"""Environment variable: set to ``required``, tests without a browser fail instead of being left out."""

_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_HOW = "install one (Debian: `apt-get install chromium`); the tests never download one"

FOLDERS = ("nghe-an", "nghe-an-register", "comparison", "comparison-register", "data-quality")
"""Of reports: one of each template."""

PAGES = tuple((name, language) for name in FOLDERS for language in ("vi", "en"))


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
def made(rendered: Path) -> Path:
    """Return a folder with a report of each template, in Vietnamese and in English."""
    return rendered
