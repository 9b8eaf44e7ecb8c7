"""Records hold what was measured, are written whole, and are small."""

import json
from datetime import date

import numpy as np
import pytest

from data_scripts import record
from helpers.evidence import records

FILES = sorted(records.REFERENCE.glob("*.json"))


def test_a_run_takes_the_place_of_an_earlier_one_with_its_name_and_seed(tmp_path):
    path = tmp_path / "new" / "runs.json"
    kept = records.Record(path)
    for run in ({"name": "a", "seed": 0, "x": 1}, {"name": "a", "seed": 1, "x": 2}, {"name": "a", "seed": 0, "x": 3}):
        kept.add(run)
    again = records.Record(path)
    assert [run["x"] for run in again.runs] == [3, 2] and again.find("a", 1)["x"] == 2 and again.find("b", 0) is None
    assert list(path.parent.iterdir()) == [path]


def test_what_cannot_be_written_leaves_the_record_as_it_was(tmp_path):
    kept = records.Record(tmp_path / "runs.json")
    kept.add({"name": "a", "seed": 0})
    with pytest.raises(TypeError):
        kept.add({"name": "b", "seed": 0, "x": object()})
    assert [run["name"] for run in records.Record(tmp_path / "runs.json").runs] == ["a"]


def test_a_missing_record_names_those_there_are():
    with pytest.raises(FileNotFoundError, match="no record 'nothing'; there are: .*12_ladder.*make record"):
        records.load("nothing")


def test_outputs_come_back_to_within_half_a_level():
    said = np.random.default_rng(0).random((5, 40))
    run = json.loads(json.dumps({"outputs": {"validation": records.pack(said)}}))
    np.testing.assert_allclose(records.outputs(run), said, atol=0.5 / 255 + 1e-9)


def test_the_records_together_are_small():
    assert sum(path.stat().st_size for path in FILES) < 3e6


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_run_is_in_the_list_whole_and_says_where_it_comes_from(path):
    listed = {(job.part, job.seed): job for job in record.jobs() if job.name == path.stem}
    for run in records.Record(path).runs:
        job = listed[run["name"], run["seed"]]
        if "history" in run:
            assert {len(curve) for curve in run["history"].values()} == {len(run["seconds"])} == {job.epochs}
            assert len(run["cpu_seconds"]) == job.epochs and min(run["cpu_seconds"]) > 0
        assert {"tensorflow", "keras", "processor", "backend"} <= run["versions"].keys()
        assert date.fromisoformat(run["date"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_outputs_at_the_end_are_those_that_the_last_accuracy_was_measured_on(path):
    for run in records.Record(path).runs:
        counts = list(run.get("photos", {}).get("counts", {}).values())
        if "outputs" in run and len(counts) == 4:
            right = (records.outputs(run)[-1] > 0.5) == np.repeat([0, 1], counts[2:])
            assert right.mean() == pytest.approx(run["history"]["val_accuracy"][-1], abs=2.5 / len(right))
