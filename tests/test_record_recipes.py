"""The recorder of lesson 12 runs the lesson's own cells; a short run shows it, on drawn photos, and on real ones."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from data_scripts import record_recipes
from helpers import ladders, runtime, training


@pytest.fixture(scope="module")
def cells():
    return record_recipes.recipe_cells(runtime.settings({"COURSE_PROFILE": "full"}))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def own_folder(data, monkeypatch):
    monkeypatch.setenv("COURSE_DATA", str(data))


def test_every_rung_changes_what_it_says_and_nothing_else(cells):
    before = cells["LESSON"] | {"epochs": cells["EPOCHS"]}
    for name, change in cells["CHANGES"].items():
        recipe = cells["recipe_of"](name)
        assert recipe == before | change and recipe != before
        before = recipe


def test_what_is_taken_away_is_as_it_was_before_that_rung(cells):
    last = cells["recipe_of"]("spend it again")
    assert set(cells["TAKEN_AWAY"]) == set(cells["CHANGES"]) - {"decode once"} | {"all augmentation"}
    for name, change in cells["CHANGES"].items():
        recipe = cells["without"](name)
        assert {key for key in last if recipe[key] != last[key]} == set(change)
    assert cells["without"]("spend it again") == cells["recipe_of"]("flip averaging")
    assert cells["without"]("smaller photos")["size"] == 150


def test_the_records_were_made_with_the_lesson_s_settings(cells):
    for what in ("ladder", "taken_away", "held_out"):
        recipes = json.loads(json.dumps(record_recipes.jobs(what, cells)))
        runs = ladders.Record(training.REFERENCE / f"12_{what}.json").runs
        assert {run["name"] for run in runs} == set(recipes)
        for run in runs:
            assert run["recipe"] == recipes[run["name"]], run["name"]


def test_a_rung_is_recorded_and_not_trained_again(tmp_path):
    arguments = ["ladder", "--profile", "sample", "--seeds", "0", "--epochs", "1", "--out", str(tmp_path), "--rungs"]
    assert record_recipes.main([*arguments, "milder ranges"]) == 0
    (run,) = ladders.Record(tmp_path / "12_ladder.json").runs
    assert len(run["seconds"]) == len(run["cpu_seconds"]) == 1 and run["cpu_seconds_in_all"] >= run["cpu_seconds"][0]
    assert record_recipes.main([*arguments, "flip averaging"]) == 0
    first, second = ladders.Record(tmp_path / "12_ladder.json").runs
    assert second["name"] == "flip averaging" and second["cpu_seconds"] == first["cpu_seconds"]  # not trained again
    assert ladders.final_accuracy(second) == second["accuracy"]["flipped"]


def test_held_out_photos_are_training_photos_and_no_others(cells):
    from helpers.photo_cache import PhotoCache

    photos = PhotoCache(
        paths=tuple(Path(f"cats/{number}.jpg") for number in range(10)),
        labels=np.zeros(10, int),
        class_names=("cats", "dogs"),
        image_size=(2, 2),
        skipped={},
        pixels=np.arange(10 * 12, dtype=np.uint8).reshape(10, 2, 2, 3),
    )
    kept, held = cells["hold_out"](photos, seed=1)
    assert (len(kept), len(held)) == (8, 2) and not set(kept.paths) & set(held.paths)
    assert held.paths == cells["hold_out"](photos, seed=1)[1].paths != cells["hold_out"](photos, seed=2)[1].paths


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ladder", "--epochs", "2"], "name another folder"),
        (["ladder", "--epochs", "2", "--out", os.path.relpath(training.REFERENCE)], "name another folder"),
        (["ladder", "--profile", "sample"], "name another folder"),
        (["ladder", "--photos", "somewhere"], "name another folder"),
        (["ladder", "--epochs", "0", "--out", "somewhere"], "--epochs is 0; expected at least 1"),
        (["ladder", "--rungs", "larger photos"], "there is no 'larger photos' in ladder; there are: lesson 3, smaller"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_runs(arguments, message, capsys):
    with pytest.raises(SystemExit):
        record_recipes.main(arguments)
    assert message in capsys.readouterr().err


@pytest.mark.real
@pytest.mark.skipif(not os.environ.get("COURSE_MIRROR"), reason="needs the real photos, through COURSE_MIRROR")
@pytest.mark.parametrize("rung", ["lesson 3", "AdamW on a schedule", "spend it again"])
def test_two_epochs_on_the_real_photos_agree_with_the_record(rung, tmp_path):
    arguments = ["ladder", "--rungs", rung, "--seeds", "0", "--epochs", "2", "--out", str(tmp_path)]
    assert record_recipes.main(arguments) == 0
    (again,) = ladders.Record(tmp_path / "12_ladder.json").runs
    (kept,) = [run for run in ladders.load("12_ladder")[rung] if run["seed"] == 0]
    for name in ("accuracy", "val_accuracy"):
        np.testing.assert_allclose(again["history"][name], kept["history"][name][:2], atol=0.03)
