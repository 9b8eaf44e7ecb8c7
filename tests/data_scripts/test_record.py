"""The recorder executes the lessons' own cells, goes on where it was killed, and says how far it is."""

import ast
import builtins
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data_scripts import record
from helpers import runtime
from helpers.evidence import records
from helpers.training import states

JOBS = record.jobs()
SMALL = """
[[run]]
name = "02_small"
lesson = "02"
what = "a small one"
parts = ["without"]
seeds = [0]
epochs = 3
profile = "sample"
set = { EPOCHS = 3, IMAGE_SIZE = [32, 32], FILTERS = [4, 8] }
"""

TINY = {"BATCH": 7, "EPOCHS": 1, "IMAGE_SIZE": [32, 32], "FILTERS": [4, 8]}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def own_folder(data, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(data))
    monkeypatch.setattr(record, "calibration", lambda: {"at": "now", "convolution": 1.0, "augmentation": 1.0})


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return ["--list", str(path), "--out", str(tmp_path / "out")]


@pytest.fixture(scope="module")
def recorded(data, tmp_path_factory):
    """The record of `SMALL`, made once."""
    folder = tmp_path_factory.mktemp("recorded")
    (folder / "small.toml").write_text(SMALL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_DATA", str(data))
        patch.setattr(record, "calibration", lambda: {"at": "now", "convolution": 1.0, "augmentation": 1.0})
        assert record.main(["--list", str(folder / "small.toml"), "--out", str(folder)]) == 0
    return folder / "02_small.json"


@pytest.mark.parametrize("lesson", sorted({job.lesson for job in JOBS}))
def test_every_job_finds_its_cells_and_their_names(lesson):
    for job in (job for job in JOBS if job.lesson == lesson):
        sources = [source for _, source in record.cells(job)]
        stored = {
            node.id
            for source in sources
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        assert set(job.set) <= stored, job
        assert any("SaveAndResume(" in source for source in sources), job


def loaded_and_bound(tree):
    """Names that code at the top of a cell needs before it, and all that it binds."""
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - bound, bound


@pytest.mark.parametrize("job", {(job.lesson, job.part, job.call): job for job in JOBS}.values(), ids=str)
def test_the_cells_of_a_job_need_nothing_of_other_parts(job):
    known = {*dir(builtins), "settings", "runtime", "part", "display"}
    for title, source in record.cells(job):
        needed, bound = loaded_and_bound(ast.parse(source))
        assert needed <= known, (title, needed - known)
        known |= bound
    if job.call:
        assert loaded_and_bound(ast.parse(job.call))[0] <= known


def test_a_name_of_another_part_would_be_noticed():
    assert loaded_and_bound(ast.parse("a = b\nfor i in range(c): print(i, a)"))[0] == {"b", "c", "range", "print"}


def test_every_part_of_lesson_12_is_a_recipe_and_recorded_runs_have_it():
    settings = runtime.Settings(profile="full")
    asked = {"measure": lambda recipe, *_, **__: recipe, "settings": settings, "base_dir": None}
    jobs = [job for job in JOBS if job.lesson == "12" and not job.rounds]
    names = {}
    for _, source in record.cells(replace(jobs[0], call="1")):
        if "datasets.fetch(" not in source:
            names |= {"settings": settings, "runtime": runtime}
            exec(source, names)
    assert {job.part for job in jobs if job.name == "12_ladder"} == {"lesson 3", *names["RUNGS"]}
    assert {job.part for job in jobs if job.name == "12_ablations"} == {"nothing", *names["ABLATIONS"]}
    trials = {f"{rung}: {change}" for rung, tried in names["TRIED"].items() for change in tried}
    assert {job.part for job in jobs if job.name == "12_held_out"} == trials
    for job in jobs:
        recipe = eval(job.call, {**names, **asked, "part": job.part})
        run = records.Record(records.REFERENCE / f"{job.name}.json").find(job.part, job.seed)
        assert run["recipe"] == json.loads(json.dumps(recipe)), job
        assert job.epochs == recipe["epochs"], job


def test_what_is_set_counts_from_the_cell_on_that_defines_it(data):
    job = replace(JOBS[0], lesson="02", part="without", profile="sample", set=TINY, call="BATCH")
    settings = runtime.Settings(profile="sample", data=data)
    names = record.execute(job, record._Settings(**vars(settings), folder=data))
    assert names["result"] == 7 and names["train_generator"].batch_size == 7
    with pytest.raises(ValueError, match="Lesson 02 defines no BACTH"):
        record.execute(replace(job, set={"BACTH": 7}), record._Settings(**vars(settings), folder=data))


def test_a_cell_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="02_overfit_without_augmentation.ipynb has no cell tagged record:with"):
        list(record.cells(replace(JOBS[0], lesson="02", part="with", call=None)))


def test_a_run_is_recorded_once_with_all_that_belongs_to_it(recorded, capsys, monkeypatch):
    (run,) = records.Record(recorded).runs
    assert run["seed"] == 0 and run["settings"]["IMAGE_SIZE"] == [32, 32] and run["settings"]["EPOCHS"] == 3
    assert run["photos"]["counts"] == {
        "train/cats": 200, "train/dogs": 200, "validation/cats": 125, "validation/dogs": 125
    }  # fmt: skip
    assert len(run["photos"]["sha256"]) == 64 and len(run["calibration"]) == 2 and run["parameters"] > 100
    assert records.outputs(run).shape == (1, 250)
    right = (records.outputs(run)[-1] > 0.5) == np.repeat([0, 1], 125)
    assert right.mean() == pytest.approx(run["history"]["val_accuracy"][-1], abs=0.005)
    kept, command = recorded.read_bytes(), ["--list", f"{recorded.parent}/small.toml", "--out", str(recorded.parent)]
    assert record.main(command) == 0 and recorded.read_bytes() == kept and "epoch" not in capsys.readouterr().out
    assert record.main([*command, "--status"]) == 0
    assert "1 of 1 recorded; 0 CPU-seconds left" in capsys.readouterr().out
    assert record.main([*command, "--verify"]) == 0
    assert "02_small, without, seed 0: differs by 0.0000" in capsys.readouterr().out
    monkeypatch.setattr(record, "verify", lambda *_: 0.05)
    assert record.main([*command, "--verify"]) == 1
    assert "differs by 0.0500, MORE THAN 0.03" in capsys.readouterr().out
    monkeypatch.setattr(runtime, "versions", lambda: {"processor": "an abacus"})
    assert record.main([*command, "--verify"]) == 0
    assert "and this is an abacus, which rounds otherwise" in capsys.readouterr().out


def test_every_part_and_seed_is_recorded_and_what_is_there_is_skipped(small, tmp_path, monkeypatch):
    done = []

    def train(job, settings):
        done.append((job.part, job.seed))
        job.folder(settings).mkdir(parents=True)
        return {"name": job.part, "seed": job.seed, "seconds": [1.0], "cpu_seconds": [1.0]}

    monkeypatch.setattr(record, "train", train)
    path = Path(small[1])
    path.write_text(SMALL.replace("seeds = [0]", "seeds = [0, 1]"))
    assert record.main(small) == 0 and record.main(small) == 0
    assert done == [("without", 0), ("without", 1)]
    assert [run["seed"] for run in records.Record(tmp_path / "out" / "02_small.json").runs] == [0, 1]


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")
def test_a_killed_recorder_goes_on(small, recorded, tmp_path, data, capsys):
    whole = records.Record(recorded).find("without", 0)
    out = tmp_path / "killed"
    command = [sys.executable, "-m", "data_scripts.record", *small[:2], "--out", str(out)]
    process = subprocess.Popen(command, cwd=Path(record.__file__).parents[1], stdout=subprocess.DEVNULL)
    folder = data / "recording" / "02_small-without-0"
    while not any(states.read(path).epoch for path in folder.glob("states/0*.npz")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    capsys.readouterr()
    assert record.main([*small[:2], "--out", str(out), "--status"]) == 0
    assert "under way" in capsys.readouterr().out
    assert record.main([*small[:2], "--out", str(out)]) == 0
    assert "02_without goes on after epoch" in capsys.readouterr().out
    again = records.Record(out / "02_small.json").find("without", 0)
    assert again["history"] == whole["history"] and again["outputs"] == whole["outputs"]
    assert len(again["calibration"]) == 3 and not folder.exists()


def test_costs_are_measured_in_turn(tmp_path, capsys):
    path = tmp_path / "costs.toml"
    entry = SMALL.replace("seeds = [0]", "seeds = [0]\nrounds = 2").replace("02_small", "02_costs")
    path.write_text(entry)
    assert record.main(["--list", str(path), "--out", str(tmp_path)]) == 0
    (run,) = records.Record(tmp_path / "02_costs.json").runs
    assert len(run["cpu_seconds"]) == len(run["seconds"]) == 2 and "history" not in run
    assert "round 2: without" in capsys.readouterr().out


def test_the_calibration_is_two_speeds(monkeypatch):
    monkeypatch.undo()
    before = np.random.get_state()[1].tolist()
    measured = record.calibration()
    assert measured["convolution"] > 0 < measured["augmentation"]
    assert np.random.get_state()[1].tolist() == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("epochs = 3", "epoch = 3"), "An entry of small.toml cannot be used.*epoch"),
        (("seeds = [0]", ""), "An entry of small.toml cannot be used.*seeds"),
        (("", ""), "No record begins with 'nothing'; there are: 02_small"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(change, message, small, capsys):
    path = Path(small[1])
    path.write_text(path.read_text().replace(*change))
    with pytest.raises(SystemExit):
        record.main([*small, *(["--only", "nothing"] if change == ("", "") else [])])
    import re

    assert re.search(message, capsys.readouterr().err)


@pytest.mark.real
@pytest.mark.skipif(not os.environ.get("COURSE_MIRROR"), reason="needs the real photos, through COURSE_MIRROR")
def test_two_epochs_on_the_real_photos_agree_with_the_record(capsys):
    for name in ("02_without", "12_ladder"):
        jobs = [job for job in record.jobs(only=name) if job.part in ("without", "spend it again")]
        job = next(job for job in jobs if job.seed == 0)
        run = records.Record(records.REFERENCE / f"{name}.json").find(job.part, 0)
        assert record.verify(job, run, runtime.settings()) <= record.AGREE
