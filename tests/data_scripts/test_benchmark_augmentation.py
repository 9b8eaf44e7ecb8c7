"""The race is run in small, and what it reports can be recomputed from its raw figures."""

import json

import numpy as np
import pytest

from data_scripts import benchmark_augmentation as bench
from helpers.sample import sets


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    place = tmp_path_factory.mktemp("bench")
    photos = sets.cats_and_dogs(place, train=12, validation=1, size=64) / "train"
    arguments = ["--photos", str(photos), "--rounds", "2", "--epoch-images", "20"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench, "SIDE", 48)
        assert bench.main([*arguments, "--out", str(place / "new" / "bench.json")]) == 0
    return json.loads((place / "new" / "bench.json").read_text())


def test_the_pictures_are_the_generator_s(report):
    assert len(report["fidelity"]) == 8  # four fill modes, square and not
    assert report["fidelity_max_difference"] == max(report["fidelity"].values()) <= 1e-5


def test_every_ratio_is_the_median_of_its_rounds(report):
    for key, (part, contender, other) in bench.RATIOS.items():
        ratios = [one[contender] / one[other] for one in report["rounds"][part]]
        assert len(ratios) == 2 and report[key] == pytest.approx(np.median(ratios))


def test_it_says_on_what_it_was_measured(report):
    assert report["photos"].startswith("24 from") and report["machine"]["cores"] >= 1


def test_pictures_that_differ_fail_the_run(monkeypatch, tmp_path):
    wrong = {"fidelity_max_difference": 2e-4, **dict.fromkeys(bench.RATIOS, 10.0)}
    monkeypatch.setattr(bench, "bench", lambda *args, **kwargs: wrong)
    assert bench.main(["--photos", str(tmp_path), "--out", str(tmp_path / "bench.json")]) == 1
