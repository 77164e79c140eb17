"""Take the pictures that the README shows, from the reports of a real run, with headless Chromium."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPORTS = HERE.parents[1] / "reports"
PICTURES = {
    "report.png": ("dien-bien/report.html", "1280,1150"),
    "index.png": ("index.html", "1100,1500"),
    "comparison.png": ("comparison/report.html", "1280,1900"),
}


def main() -> None:
    """Write each picture beside this file."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        sys.exit("no Chromium found; on Debian: apt-get install chromium")
    for name, (page, size) in PICTURES.items():
        with tempfile.TemporaryDirectory() as profile:
            command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
            command += [
                "--disable-background-networking",
                f"--user-data-dir={profile}",
                f"--window-size={size}",
            ]
            command += [f"--screenshot={HERE / name}", (REPORTS / page).as_uri()]
            subprocess.run(command, check=True, capture_output=True)
        print(HERE / name)


if __name__ == "__main__":
    main()
