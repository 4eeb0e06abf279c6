"""Finds a Chromium for the browser tests, or installs one: the system's own, Debian's package, or Playwright's build."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str | None:
    """The path of a Chromium or Chrome on this machine, or None. PLAYGROUND_CHROMIUM names one explicitly."""
    names = (os.environ.get("PLAYGROUND_CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    for name in names:
        if name and (path := shutil.which(name)):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).is_file() else None


def install() -> None:
    """Debian's package where apt-get may be used, else Playwright's own build."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        if subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"]).returncode == 0:
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=False)


if __name__ == "__main__":
    if find() is None:
        print("No Chromium found: installing one for the browser tests.")
        install()
    if (found := find()) is None:
        sys.exit("No Chromium could be installed. Install Chromium or Chrome, or set PLAYGROUND_CHROMIUM to its path.")
    print(f"Browser for the tests: {found}")
