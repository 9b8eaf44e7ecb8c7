"""One JupyterLab and one browser for all browser tests; without Chromium or Playwright they are skipped."""

from __future__ import annotations

import shutil

import pytest

from browser.lab import Lab, LabServer

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--no-proxy-server"]


@pytest.fixture(scope="package")
def browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.skip("the Python package playwright is not installed (tests/requirements.txt)")
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip(f"no Chromium found ({', '.join(CHROMIUM)}); on Debian: apt-get install chromium fonts-dejavu-core")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="package")
def server(browser, tmp_path_factory):
    running = LabServer(tmp_path_factory.mktemp("lab"))
    yield running
    running.stop()


@pytest.fixture(scope="package")
def lab(server, browser):
    return Lab(server, browser)
