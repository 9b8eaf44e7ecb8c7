"""Fixtures of the tests that download: a server of our own, never the internet."""

import hashlib

import pytest
from tiny_archives import Server, make_zip

from helpers.datasets.downloads import Source


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
