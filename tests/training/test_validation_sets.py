import json

import keras
import numpy as np
import pytest
from PIL import Image

from helpers.training import curves, validation_sets


def photos(probability_of, individuals=("horse1", "horse1", "human1", "human1"), labels=(0, 0, 1, 1)):
    images = np.array(probability_of, "float32").reshape(-1, 1, 1, 1)
    return validation_sets.Photos(images, np.array(labels), np.array(individuals))


def echo():
    """A network whose output is its one input pixel."""
    network = keras.Sequential([keras.Input((1, 1, 1)), keras.layers.Flatten()])
    network.compile(loss="mse")
    return network


def test_load_photos_reads_what_the_generator_reads(tmp_path):
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    rng = np.random.default_rng(0)
    for name in ("horses/horse1-000.png", "horses/horse2-000.png", "humans/human01-00.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.fromarray(rng.integers(0, 255, (20, 30, 3), "uint8")).save(tmp_path / name)
    loaded = validation_sets.load_photos(tmp_path, (16, 16))
    batch, labels = ImageDataGenerator(rescale=1 / 255).flow_from_directory(
        tmp_path, target_size=(16, 16), class_mode="binary", shuffle=False
    )[0]
    np.testing.assert_allclose(loaded.images, batch, atol=1e-6)
    assert loaded.labels.tolist() == labels.tolist() == [0, 0, 1]
    assert loaded.individuals.tolist() == ["horse1", "horse2", "human01"]
    assert len(loaded) == 3


def test_load_photos_needs_class_folders(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="holds no photo that can be read"):
        validation_sets.load_photos(tmp_path, (8, 8))


def test_the_area_counts_pairs_in_the_right_order():
    labels = np.array([0, 0, 1, 1])
    assert validation_sets.roc_auc(labels, np.array([0.1, 0.2, 0.3, 0.4])) == 1
    assert validation_sets.roc_auc(labels, np.array([0.9, 0.8, 0.3, 0.4])) == 0
    assert validation_sets.roc_auc(labels, np.array([0.5, 0.5, 0.5, 0.5])) == 0.5
    assert validation_sets.roc_auc(labels, np.array([0.1, 0.35, 0.3, 0.4])) == 0.75
    # All on one side of the threshold: half are wrong, and yet the order is perfect.
    assert validation_sets.roc_auc(labels, np.array([0.6, 0.7, 0.8, 0.9])) == 1


def test_the_area_needs_both_classes():
    with pytest.raises(ValueError, match="4 zeros and 0 ones"):
        validation_sets.roc_auc(np.zeros(4), np.ones(4))


def test_several_sets_are_looked_at_in_every_epoch():
    sets = {"right": photos([0.1, 0.2, 0.8, 0.9]), "half": photos([0.1, 0.9, 0.8, 0.2])}
    watched = validation_sets.ValidationSets(sets)
    network = echo()
    network.fit(np.zeros((2, 1, 1, 1)), np.zeros((2, 1)), epochs=3, verbose=0, callbacks=[watched])
    assert watched.accuracy("right").tolist() == [1, 1, 1]
    assert watched.accuracy("half").tolist() == [0.5, 0.5, 0.5]
    assert watched.area("half").tolist() == [0.5, 0.5, 0.5]
    by_individual, names = watched.by_individual("half")
    assert names == ["horse1", "human1"]
    assert by_individual.tolist() == [[0.5, 0.5]] * 3


def test_swing_is_the_range_of_the_second_half():
    assert curves.later_range(np.array([0.1, 0.9, 0.5, 0.7])) == pytest.approx(0.2)


def test_last_mean():
    assert curves.last_mean({"accuracy": [0, 1, 2, 3, 4, 5]}, "accuracy") == 3
    assert curves.last_mean({"accuracy": [0.5]}, "accuracy") == 0.5


def test_progress_prints_no_times_and_saves_every_epoch(tmp_path, capsys):
    network = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, activation="sigmoid")])
    network.compile(loss="binary_crossentropy", metrics=["accuracy"])
    x, y = np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]])
    save = tmp_path / "runs" / "a.json"
    progress = curves.CurveLogger(save, seed=3, every=2)
    history = network.fit(x, y, validation_data=(x, y), epochs=3, verbose=0, callbacks=[progress]).history
    printed = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in printed] == ["epoch   2 of 3", "epoch   3 of 3"]
    assert f"validation {history['val_accuracy'][-1]:.3f}" in printed[-1]
    saved = json.loads(save.read_text())
    assert saved["seed"] == 3 and len(saved["seconds"]) == 3 and "tensorflow" in saved["versions"]
    assert len(saved["cpu_seconds"]) == 3 and 0 < min(saved["cpu_seconds"]) and saved == progress.record
    np.testing.assert_allclose(saved["history"]["loss"], history["loss"], atol=1e-5)
    assert list(tmp_path.glob("runs/*")) == [save]


def averaging(rate=0.5):
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid", name="only")])
    network.compile(keras.optimizers.SGD(rate, use_ema=True, ema_momentum=0.5), "binary_crossentropy")
    return network


def test_averaged_weights_are_there_within_and_gone_after():
    network = averaging()
    x, y = np.eye(2, dtype="float32"), np.array([[0.0], [1.0]])
    network.fit(x, y, epochs=1, steps_per_epoch=1, batch_size=2, verbose=0)
    network.train_on_batch(x, y)
    before = [value.copy() for value in network.get_weights()]
    with validation_sets.averaged_weights(network):
        within = network.get_weights()
        assert not np.allclose(within[0], before[0])
    for one, other in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(KeyError), validation_sets.averaged_weights(network):
        raise KeyError
    np.testing.assert_array_equal(network.get_weights()[0], before[0])


def test_without_an_average_there_is_nothing_to_look_through():
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    network.compile("sgd", "mse")
    with pytest.raises(ValueError, match="build it with use_ema=True"), validation_sets.averaged_weights(network):
        pass


def test_a_set_is_looked_at_with_averaged_weights_as_well():
    rng = np.random.default_rng(0)
    network = keras.Sequential([keras.Input((1, 1, 2)), keras.layers.Flatten(), keras.layers.Dense(1, "sigmoid")])
    network.compile(keras.optimizers.SGD(5.0, use_ema=True, ema_momentum=0.9), "binary_crossentropy")
    images, labels = rng.random((8, 1, 1, 2)).astype("float32"), np.arange(8) % 2
    who = labels.astype(str)
    sets = validation_sets.ValidationSets({"a": validation_sets.Photos(images, labels, who)}, averaged=["a"])
    network.fit(images, labels, epochs=3, batch_size=2, verbose=0, callbacks=[sets])
    name = "a" + validation_sets.AVERAGED
    assert len(sets.probabilities[name]) == 3 and sets.accuracy(name).shape == sets.area(name).shape == (3,)
    assert not np.allclose(sets.probabilities["a"][-1], sets.probabilities[name][-1])
