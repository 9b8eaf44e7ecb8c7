"""Which tests are slow; and fixtures of those that download: a server of our own, never the internet."""

import hashlib

import pytest
from tiny_archives import Server, make_zip

from helpers.datasets.downloads import Source

# They train, race or operate a browser; `make check` leaves them out.
SLOW = ("browser/", "benchmark_augmentation", "test_record.py", "test_resume", "test_tiny_training", "test_monitor")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(part in item.path.as_posix() for part in SLOW):
            item.add_marker("slow")


@pytest.fixture
def server():
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def tiny(monkeypatch, request) -> Source:
    """A source with two public addresses, on the test's server if it uses one, else on a closed port."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    base = request.getfixturevalue("server").url if "server" in request.fixturenames else "http://127.0.0.1:9"
    body = make_zip()
    return Source(
        name="tiny",
        urls=(f"{base}/first/tiny.zip", f"{base}/second/tiny.zip"),
        folder="tiny",
        counts={"cats": 3, "dogs": 1},
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
    )
