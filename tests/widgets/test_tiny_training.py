import threading

import keras
import numpy as np
import pytest

from helpers.widgets import tiny_training
from helpers.widgets.tiny_training import Knobs, Run

FEW = Knobs(16, "upright", False)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Few photos and few steps: the same code in a second."""
    for name, value in {"MOST": 24, "VALIDATION": 6, "STEPS": 6, "EVERY": 2, "LAST": 2}.items():
        monkeypatch.setattr(tiny_training, name, value)


def test_knobs_read_as_words():
    assert str(FEW) == "16 photos, upright, not augmented"
    assert str(Knobs(20, "leaning", True)) == "20 photos, leaning, augmented"


def test_photos_of_a_run_are_half_cats_and_of_the_chosen_number(data):
    (images, labels), (judged, answers) = tiny_training.load_photos(data, Knobs(20, "reclining", False))
    assert images.shape == (20, 40, 40, 3) and judged.shape == (12, 40, 40, 3)
    assert images.dtype == labels.dtype == np.float32
    assert labels.sum() == 10 and answers.sum() == 6
    assert 0 <= images.min() < images.max() <= 1


def test_more_photos_are_the_same_photos_and_some_more(data):
    (few, labels), _ = tiny_training.load_photos(data, FEW)
    (more, _), _ = tiny_training.load_photos(data, Knobs(24, "upright", True))
    assert np.array_equal(few[labels == 0], more[:8]) and np.array_equal(few[labels == 1], more[12:20])


def test_other_poses_change_the_validation_photos_alone(data):
    (upright, _), upright_judged = tiny_training.load_photos(data, FEW)
    (reclining, _), reclining_judged = tiny_training.load_photos(data, Knobs(16, "reclining", False))
    assert np.array_equal(upright, reclining)
    assert not np.array_equal(upright_judged[0], reclining_judged[0])


def test_the_curves_have_a_point_for_every_few_steps(data):
    steps = []
    run = tiny_training.train(data, FEW, watch=steps.append)
    assert steps == run.steps.tolist() == [2, 4, 6]
    assert run.training.shape == run.validation.shape == (3,)
    assert ((run.training >= 0) & (run.training <= 1)).all()


def test_a_seed_gives_the_same_run_whatever_the_global_seeds_and_in_any_thread(data):
    knobs, runs = Knobs(16, "leaning", True), []
    keras.utils.set_random_seed(5)
    runs.append(tiny_training.train(data, knobs))
    keras.utils.set_random_seed(6)
    thread = threading.Thread(target=lambda: runs.append(tiny_training.train(data, knobs)))
    thread.start()
    thread.join()
    first, second = runs
    assert np.array_equal(first.training, second.training) and np.array_equal(first.validation, second.validation)


def test_a_training_leaves_numpys_global_stream_alone(data):
    np.random.seed(3)
    expected = np.random.random()
    np.random.seed(3)
    tiny_training.train(data, Knobs(16, "upright", True))
    assert np.random.random() == expected


def test_layers_of_the_network_begin_differently():
    weights = tiny_training.build_network().get_weights()
    assert not np.array_equal(weights[2].ravel()[:50], weights[4].ravel()[:50])


def test_augmentation_changes_every_photo_differently_and_keeps_the_range():
    photos = np.tile(np.random.default_rng(0).random((40, 40, 3), dtype="float32"), (4, 1, 1, 1))
    rng = np.random.default_rng(0)
    changed, later = tiny_training.augment(photos, rng), tiny_training.augment(photos, rng)
    assert changed.shape == photos.shape and changed.dtype == photos.dtype
    assert 0 <= changed.min() and changed.max() <= 1
    assert len({photo.tobytes() for photo in [*changed, *later, photos[0]]}) == 9
    assert np.array_equal(changed, tiny_training.augment(photos, np.random.default_rng(0)))


def test_examples_are_photos_of_the_run(data):
    shown, judged = tiny_training.example_photos(data, FEW)
    assert shown.shape == judged.shape == (8, 64, 64, 3)
    augmented, _ = tiny_training.example_photos(data, Knobs(16, "upright", True))
    assert not np.array_equal(shown, augmented)


def test_runs_are_described_with_their_numbers():
    run = Run(FEW, np.array([2, 4]), np.array([0.5, 1.0]), np.array([0.5, 0.75]))
    other = Run(Knobs(16, "leaning", True), np.array([2, 4]), np.array([0.5, 0.5]), np.array([0.75, 0.75]))
    text = tiny_training.describe_runs({1: run, 3: other})
    assert text.startswith(
        "Run 1 (16 photos, upright, not augmented): training accuracy 0.75, validation accuracy 0.62 give or take "
        "0.27, gap +0.12. Run 3 (16 photos, leaning, augmented):"
    )
    assert text.endswith("gap -0.25.")
