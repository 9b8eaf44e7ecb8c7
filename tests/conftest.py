"""Which tests are slow; and fixtures of those that download: a server of our own, never the internet."""

import hashlib

import pytest
from tiny_archives import Server, make_zip

from helpers.datasets.downloads import Source

# They train, race, start a kernel, compile much, or operate a browser; `make check` leaves them out.
SLOW = (
    "browser/",
    "benchmark_augmentation",
    "test_record.py",
    "test_resume.py",
    "test_tiny_training",
    "test_monitor",
    "exercises/test_networks",
    "test_a_lesson_hands_on",
    "test_a_lesson_that_breaks",
    "test_a_broken_claim",
    "test_claims_t",
    "test_a_saved_model_predicts",
    "test_a_model_that_holds_it_trains",
    "test_it_draws_anew_in_every_call_of_a_map",
    "test_told_width_it_moves_along_the_width",
    "test_one_seed_one_sequence_and_no_picture_twice",
    "test_any_number_goes_in_and_float32_comes_out",
    "test_average_colour",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(part in item.nodeid for part in SLOW):
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
