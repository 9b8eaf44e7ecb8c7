import warnings
from pathlib import Path

import numpy as np
import pytest

from helpers import runtime


def test_defaults_need_no_variables():
    chosen = runtime.settings({})
    assert (chosen.profile, chosen.epochs_cap, chosen.mirror, chosen.seed) == ("sample", None, None, 0)
    assert not chosen.full
    assert chosen.data.is_absolute()


def test_every_variable_is_read(tmp_path):
    chosen = runtime.settings(
        {
            "COURSE_PROFILE": "full",
            "COURSE_EPOCHS": "2",
            "COURSE_DATA": str(tmp_path / "photos"),
            "COURSE_MIRROR": "http://127.0.0.1:1/archives",
            "COURSE_SEED": "7",
        }
    )
    assert chosen == runtime.Settings("full", 2, tmp_path.resolve() / "photos", "http://127.0.0.1:1/archives", 7)
    assert chosen.full
    assert chosen.runs == tmp_path.resolve() / "photos" / "runs" / "full"


@pytest.mark.parametrize("data", ["photos", "./photos", "notebooks/../photos"])
def test_a_relative_folder_is_the_same_one_wherever_python_runs(data, tmp_path, monkeypatch):
    found = []
    for folder in (tmp_path, runtime.COURSE, runtime.COURSE / "notebooks"):
        monkeypatch.chdir(folder)
        found.append(runtime.settings({"COURSE_DATA": data}).data)
    assert set(found) == {runtime.COURSE / "photos"}


def test_a_folder_of_the_user_s_is_found(monkeypatch, tmp_path):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    assert runtime.settings({"COURSE_DATA": "~/photos"}).data == tmp_path.resolve() / "photos"


def test_empty_variables_count_as_unset():
    assert (
        runtime.settings({name: "" for name in ("COURSE_PROFILE", "COURSE_EPOCHS", "COURSE_SEED")}).profile == "sample"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COURSE_PROFILE", "Full"),
        ("COURSE_EPOCHS", "0"),
        ("COURSE_EPOCHS", "two"),
        ("COURSE_SEED", "-1"),
        ("COURSE_SEED", "1.5"),
    ],
)
def test_nonsense_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=name) as caught:
        runtime.settings({name: value})
    assert repr(value) in str(caught.value)
    assert "expected" in str(caught.value)


def test_the_cap_cuts_and_says_so():
    capped = runtime.Settings(epochs_cap=2)
    assert (capped.epochs(12), capped.cuts(12)) == (2, True)
    assert (capped.epochs(1), capped.cuts(1)) == (1, False)
    assert (runtime.Settings().epochs(12), runtime.Settings().cuts(12)) == (12, False)


def test_describe_says_what_runs_now_and_what_the_other_profile_would_do():
    on_sample = runtime.Settings().describe(sample="drawn, a minute", full="real, an hour")
    assert on_sample.splitlines() == [
        "Now, on the sample profile: drawn, a minute",
        "With COURSE_PROFILE=full: real, an hour",
    ]
    on_full = runtime.Settings(profile="full").describe(sample="drawn, a minute", full="real, an hour")
    assert on_full.splitlines()[0].endswith("real, an hour")


def test_start_prints_no_path(capfd, tmp_path):
    chosen = runtime.start({"COURSE_DATA": str(tmp_path), "COURSE_EPOCHS": "3"})
    printed = capfd.readouterr().out
    assert chosen.epochs_cap == 3
    assert "TensorFlow" in printed and "cut to 3 epochs" in printed
    assert str(tmp_path) not in printed and str(Path.home()) not in printed


@pytest.mark.parametrize(
    ("profile", "devices", "offered"), [("sample", ["GPU:0"], True), ("full", ["GPU:0"], False), ("sample", [], False)]
)
def test_the_full_profile_is_offered_where_there_is_a_gpu(monkeypatch, capfd, profile, devices, offered):
    import tensorflow as tf

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: devices)
    runtime.start({"COURSE_PROFILE": profile})
    printed = capfd.readouterr().out
    assert ("%env COURSE_PROFILE=full" in printed) is offered
    assert ("GPU;" in printed) is bool(devices)


def test_a_seed_covers_numpy_and_keras():
    import keras

    draws = []
    for _ in range(2):
        runtime.set_seed(5)
        draws.append((np.random.rand(), float(keras.random.uniform(()))))
    assert draws[0] == draws[1]


def test_versions_name_software_and_machine():
    assert {"python", "tensorflow", "keras", "processor", "cores"} <= runtime.versions().keys()


def test_keras_does_not_warn_of_a_default_of_its_own():
    import keras
    import tensorflow as tf

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(loss="mse", run_eagerly=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        runtime.start({})
        model.fit(tf.data.Dataset.from_tensors((tf.ones((2, 1)), tf.ones((2, 1)))), verbose=0)
    assert not [str(warning.message) for warning in caught if "shuffle" in str(warning.message)]
