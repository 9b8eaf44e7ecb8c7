"""Trainings that are cut off and started again end as if nothing had been."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

sys.path.insert(0, str(Path(__file__).parents[1] / "soak"))
import trainings

from helpers import runtime
from helpers.training import random_streams, resume, runs, states
from helpers.training.fingerprint import plain

SAVED = "90_soak"


class CutOff(Exception):
    pass


class Cut(keras.callbacks.Callback):
    """Raises in the middle of an epoch, counted from 1."""

    def __init__(self, epoch):
        super().__init__()
        self.at, self.epoch = epoch, 0

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch + 1

    def on_train_batch_end(self, batch, logs=None):
        if self.epoch == self.at:
            raise CutOff


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("drawn")


@pytest.fixture
def batches():
    """A small training of arrays, through the course's generator: (make, network)."""
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    def make():
        rng = np.random.default_rng(0)
        x, y = rng.random((12, 6, 6, 3)), np.arange(12) % 2
        return ImageDataGenerator(horizontal_flip=True).flow(x, y, batch_size=5)

    return make


def network(units=3, rate=1e-2):
    built = keras.Sequential([keras.Input((6, 6, 3)), keras.layers.Flatten(), keras.layers.Dropout(0.5)])
    built.add(keras.layers.Dense(units, activation="relu"))
    built.add(keras.layers.Dense(1, activation="sigmoid"))
    # Eagerly: to trace a graph takes longer than these trainings; those of every kind, above, run as graphs.
    built.compile(keras.optimizers.Adam(rate), "binary_crossentropy", metrics=["accuracy"], run_eagerly=True)
    return built


def train(save, source, *, cut=None, epochs=4, seed=0, every=1, beside=(), **built):
    """One training, from its seed on: network and history, or None where it was cut off."""
    runtime.set_seed(seed)
    tf.random.get_global_generator().reset_from_seed(seed)
    model = network(**built)
    saving = resume.SaveAndResume(save, source, seed=seed, every=every, beside=beside)
    callbacks = [*beside, *([Cut(cut)] if cut else []), saving]
    try:
        return model, model.fit(source, epochs=epochs, verbose=0, callbacks=callbacks).history
    except CutOff:
        return None


def state_files(folder):
    return sorted((folder / "states").glob("*.npz"))


def assert_same(one, other):
    """Two ends are the same, every digit."""
    assert one.keys() == other.keys()
    for name, value in one.items():
        np.testing.assert_array_equal(other[name], value, err_msg=name)


@pytest.mark.parametrize("kind", trainings.KINDS)
def test_a_training_of_every_kind_goes_on_to_the_same_end(kind, data, tmp_path, monkeypatch, capsys):
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    whole = trainings.end(*trainings.train(kind, data, tmp_path / "whole"))
    epochs = len(whole["h loss"])
    fit = keras.Sequential.fit

    def cut_fit(self, *arguments, callbacks, **more):
        return fit(self, *arguments, callbacks=[Cut(epochs - 2), *callbacks], **more)

    monkeypatch.setattr(keras.Sequential, "fit", cut_fit)
    with pytest.raises(CutOff):
        trainings.train(kind, data, tmp_path / "cut")
    monkeypatch.setattr(keras.Sequential, "fit", fit)
    capsys.readouterr()
    again = trainings.end(*trainings.train(kind, data, tmp_path / "cut"))
    said = capsys.readouterr().out
    assert f"{SAVED} goes on after epoch {epochs - 3} of 6, saved 20" in said, said
    assert_same(whole, again)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL on Windows")
def test_a_kill_in_the_midst_of_saving_leaves_the_state_before(data, tmp_path):
    kind, program = "cache", Path(trainings.__file__)
    killed = subprocess.run([sys.executable, program, kind, data, tmp_path, "--die", "7"], capture_output=True)
    assert killed.returncode == -9
    (state,) = state_files(tmp_path)
    assert states.read(state).epoch == 2
    assert list((tmp_path / "states").glob(".*.course-part"))  # what it was writing
    (tmp_path / "whole").mkdir()
    again = trainings.end(*trainings.train(kind, data, tmp_path))
    whole = trainings.end(*trainings.train(kind, data, tmp_path / "whole"))
    assert_same(whole, again)
    assert not list((tmp_path / "states").glob(".*.course-part"))  # swept at the end of the next training


def test_nothing_is_changed_by_saving(batches, tmp_path):
    runtime.set_seed(0)
    tf.random.get_global_generator().reset_from_seed(0)
    source, model = batches(), network()
    bare = model, model.fit(source, epochs=4, verbose=0).history
    bare = trainings.end(*bare)
    saved = trainings.end(*train(tmp_path / "01_a.json", batches()))
    assert_same(bare, saved)


def test_a_finished_training_is_trained_again(batches, tmp_path, capsys):
    first = trainings.end(*train(tmp_path / "01_a.json", batches()))
    capsys.readouterr()
    second = trainings.end(*train(tmp_path / "01_a.json", batches()))
    assert capsys.readouterr().out.count("epoch ") == 4
    assert_same(first, second)


def test_the_curve_on_disk_is_whole_after_going_on(batches, tmp_path):
    import json

    save = tmp_path / "01_a.json"
    assert train(save, batches(), cut=3) is None
    _, history = train(save, batches())
    kept = json.loads(save.read_text())
    assert len(kept["seconds"]) == len(kept["cpu_seconds"]) == len(kept["history"]["loss"]) == 4
    np.testing.assert_allclose(kept["history"]["loss"], history["loss"], atol=1e-5)


def test_other_callbacks_remember(batches, tmp_path):
    def stopper():
        return keras.callbacks.EarlyStopping("loss", patience=1, min_delta=10)  # nothing is ever better

    whole = train(tmp_path / "01_whole.json", batches(), epochs=9, beside=[stopper()])
    assert train(tmp_path / "01_cut.json", batches(), epochs=9, beside=[stopper()], cut=2) is None
    again = train(tmp_path / "01_cut.json", batches(), epochs=9, beside=[stopper()])
    assert whole[1] == again[1] and len(whole[1]["loss"]) == 2


def test_what_was_finished_in_a_run_that_was_cut_off_later_is_taken_from_there(batches, tmp_path, capsys, monkeypatch):
    first = train(tmp_path / "03_first.json", batches())
    whole = trainings.end(*first)
    assert train(tmp_path / "03_second.json", batches(), seed=1, cut=3) is None
    another_kernel(monkeypatch)
    capsys.readouterr()
    taken = train(tmp_path / "03_first.json", batches())
    said = capsys.readouterr().out
    assert "03_first was trained to its end in the run that was cut off, 4 epochs" in said and "epoch   1" not in said
    assert_same(whole, trainings.end(*taken))
    assert taken[0].history.epoch == [0, 1, 2, 3]
    train(tmp_path / "03_second.json", batches(), seed=1)
    assert "03_second goes on after epoch 2 of 4" in capsys.readouterr().out
    # The run is whole now, so its cells are run again.
    train(tmp_path / "03_first.json", batches())
    assert capsys.readouterr().out.count("epoch ") == 4


def test_a_whole_run_is_trained_again_in_another_kernel(batches, tmp_path, capsys, monkeypatch):
    train(tmp_path / "03_first.json", batches())
    train(tmp_path / "03_second.json", batches(), seed=1)
    another_kernel(monkeypatch)
    capsys.readouterr()
    train(tmp_path / "03_first.json", batches())
    assert capsys.readouterr().out.count("epoch ") == 4


def another_kernel(monkeypatch):
    """From here on as in a new process: the one before is dead."""
    monkeypatch.setattr(runs, "run", runs.Run())
    monkeypatch.setattr(states, "this_process", lambda: (os.getpid(), 1.0))
    monkeypatch.setattr(runs, "is_alive", lambda process: False)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (dict(units=4), "network, first weights"),
        (dict(rate=1e-3), "optimizer"),
        (dict(seed=1), "seed, first weights"),
        (dict(epochs=5), "number of epochs"),
    ],
)
def test_a_state_of_another_training_is_named_and_left_alone(change, named, batches, tmp_path, capsys):
    save = tmp_path / "01_a.json"
    train(save, batches(), cut=3)
    (state,) = state_files(tmp_path)
    kept = state.read_bytes()
    capsys.readouterr()
    assert train(save, batches(), **change) is not None
    said = capsys.readouterr().out
    assert f"{state} is left alone: it belongs to another training of this name, with another {named}." in said
    assert state.read_bytes() == kept and len(state_files(tmp_path)) == 2


def test_other_photos_are_another_training(batches, tmp_path, capsys):
    train(tmp_path / "01_a.json", batches(), cut=3)
    others = batches()
    others.x = others.x + 0.1
    train(tmp_path / "01_a.json", others)
    assert "with another photos" in capsys.readouterr().out


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"something else"),
        lambda path: path.write_bytes(path.read_bytes()[:-200]),
        lambda path: flip_a_byte(path, path.stat().st_size // 2),
        lambda path: np.savez(path, state=np.frombuffer(b'{"version": 1}', np.uint8)),
        lambda path: np.savez(path, state=np.frombuffer(b'[1]', np.uint8)),
        lambda path: np.savez(path, state=np.array([object()], dtype=object)),
    ],
)
def test_a_damaged_state_is_known_as_such(damage, saved, tmp_path):
    path = tmp_path / "01_a-0123456789ab.npz"
    path.write_bytes(saved)
    assert states.read(path).epoch == 2
    damage(path)
    with pytest.raises(states.Damaged, match="it is damaged"):
        states.read(path)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The bytes of a state."""
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    folder = tmp_path_factory.mktemp("saved")
    source = ImageDataGenerator().flow(np.zeros((4, 6, 6, 3)), [0, 1, 0, 1], batch_size=2)
    train(folder / "01_a.json", source, cut=3)
    return state_files(folder)[0].read_bytes()


def test_a_damaged_state_is_named_and_left_alone(batches, tmp_path, capsys):
    save = tmp_path / "01_a.json"
    train(save, batches(), cut=3)
    (state,) = state_files(tmp_path)
    state.write_bytes(state.read_bytes()[:1000])
    kept = state.read_bytes()
    capsys.readouterr()
    assert len(train(save, batches())[1]["loss"]) == 4
    assert f"{state} is left alone: it is damaged. The training begins anew" in capsys.readouterr().out
    assert state.read_bytes() == kept


def test_beside_a_damaged_state_another_can_be_gone_on_with(batches, tmp_path, capsys):
    save = tmp_path / "01_a.json"
    train(save, batches(), cut=3)
    flip_a_byte(state_files(tmp_path)[0], 3000)
    train(save, batches(), cut=3)
    capsys.readouterr()
    train(save, batches())
    assert "goes on after epoch 2 of 4" in capsys.readouterr().out


def flip_a_byte(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 255
    path.write_bytes(content)


def test_a_state_of_another_version_is_named(batches, tmp_path, capsys, monkeypatch):
    save = tmp_path / "01_a.json"
    train(save, batches(), cut=3)
    monkeypatch.setattr(states, "VERSION", states.VERSION + 1)
    capsys.readouterr()
    train(save, batches())
    assert "it was saved by another version of the course" in capsys.readouterr().out


def test_where_nothing_can_be_written_the_training_goes_on(batches, tmp_path, capsys):
    (tmp_path / "folder").write_text("a file, where a folder is needed")
    _, history = train(tmp_path / "folder" / "01_a.json", batches())
    said = capsys.readouterr().out
    assert len(history["loss"]) == 4
    assert said.count("The training cannot be saved in") == said.count("The curve cannot be kept in") == 1
    assert "or begin anew" in said


def test_a_full_disk_keeps_the_last_whole_state(batches, tmp_path, capsys, monkeypatch):
    save = tmp_path / "01_a.json"
    real, calls = os.fsync, []

    def full(file):
        calls.append(file)
        if len(calls) > 3:  # one at the beginning, curve and state of the first epoch
            raise OSError(28, "No space left on device")
        real(file)

    monkeypatch.setattr(os, "fsync", full)
    train(save, batches(), cut=4)
    assert capsys.readouterr().out.count("(No space left on device)") == 2  # curve and state
    assert states.read(state_files(tmp_path)[0]).epoch == 1
    assert not list((tmp_path / "states").glob(".*.course-part"))


def test_a_training_that_another_kernel_is_at_is_left_to_it(batches, tmp_path, capsys, monkeypatch):
    save = tmp_path / "01_a.json"
    train(save, batches(), cut=3)
    mine = states.this_process()
    monkeypatch.setattr(states, "this_process", lambda: (os.getppid(), 1.0))
    monkeypatch.setattr(runs, "is_alive", lambda process: tuple(process) == mine)
    capsys.readouterr()
    train(save, batches())
    assert f"it was begun by process {mine[0]}, another kernel, which still runs" in capsys.readouterr().out


def test_batches_that_were_read_further_cannot_be_gone_on_with(data, tmp_path, capsys):
    from helpers.augmentation.photo_cache import cache_photos
    from helpers.sample import sets

    folder = sets.cats_and_dogs(data, seed=0, train=20, validation=10)
    photos = cache_photos(folder / "validation", (6, 6))
    source, save = photos.batches(5, seed=1), tmp_path / "01_a.json"
    assert train(save, source, cut=2) is None
    capsys.readouterr()
    for _ in range(9):
        iter(source)
    assert train(save, source) is not None
    assert "its photos have been read further already in this kernel" in capsys.readouterr().out
    assert train(save, photos.batches(5, seed=1)) is not None


def test_what_has_no_place_is_refused(tmp_path):
    with pytest.raises(TypeError, match="The place in a ndarray cannot be saved; expected what flow_from_directory"):
        resume.SaveAndResume(tmp_path / "01_a.json", np.zeros(3), seed=0)


def test_nothing_in_a_state_is_unpickled(batches, tmp_path):
    train(tmp_path / "01_a.json", batches(), cut=3)
    with np.load(state_files(tmp_path)[0], allow_pickle=False) as file:
        assert all(not file[name].dtype.hasobject for name in file.files)


def test_finished_states_do_not_pile_up(batches, tmp_path, monkeypatch):
    for epochs in (1, 2, 3):
        train(tmp_path / "01_a.json", batches(), epochs=epochs)
        train(tmp_path / "01_a-b.json", batches(), epochs=epochs)
        another_kernel(monkeypatch)
    assert sorted(path.name.rsplit("-", 1)[0] for path in state_files(tmp_path)) == ["01_a", "01_a-b"]


def test_an_abandoned_training_does_not_keep_a_lesson_from_being_trained_again(batches, tmp_path, capsys, monkeypatch):
    train(tmp_path / "03_first.json", batches())
    train(tmp_path / "03_second.json", batches(), cut=1)  # in its first epoch
    train(tmp_path / "03_second.json", batches(), rate=1e-3, cut=3)
    train(tmp_path / "03_second.json", batches(), units=4)  # this is what the learner stays with
    another_kernel(monkeypatch)
    capsys.readouterr()
    train(tmp_path / "03_first.json", batches())
    assert capsys.readouterr().out.count("epoch ") == 4


def test_of_two_states_the_one_with_more_epochs_is_gone_on_with(batches, tmp_path, capsys):
    save = tmp_path / "01_a.json"
    train(save, batches(), cut=2)
    (first,) = state_files(tmp_path)
    kept = first.read_bytes()
    train(save, batches(), cut=4)
    first.rename(first.with_name(f"{first.stem}-2.npz"))
    first.write_bytes(kept)
    capsys.readouterr()
    train(save, batches())
    assert "goes on after epoch 3 of 4" in capsys.readouterr().out


def both(tmp_path, make, network_of, cut=3, epochs=4, **fit):
    """A training of `network_of()` on ``make()``, whole, and one that is cut off and gone on with."""

    def once(name, cut=None):
        runtime.set_seed(0)
        tf.random.get_global_generator().reset_from_seed(0)
        training, validation = make()
        model = network_of()
        beside = fit.get("beside", list)()
        saving = resume.SaveAndResume(tmp_path / name, training, validation, seed=0, beside=beside)
        more = {key: value for key, value in fit.items() if key != "beside"}
        callbacks = [*beside, *([Cut(cut)] if cut else []), saving]
        return model, model.fit(
            training, validation_data=validation, epochs=epochs, verbose=0, callbacks=callbacks, **more
        ).history

    whole = trainings.end(*once("01_whole.json"))
    with pytest.raises(CutOff):
        once("01_cut.json", cut)
    return whole, trainings.end(*once("01_cut.json"))


def generators(batches):
    return lambda: (batches(), batches())


@pytest.mark.parametrize("monitor, mode", [("val_accuracy", "auto"), ("val_loss", "auto"), ("accuracy", "max")])
def test_early_stopping_goes_on_with_any_monitor(monitor, mode, batches, tmp_path, capsys):
    def stop():
        return [keras.callbacks.EarlyStopping(monitor, mode=mode, patience=5, min_delta=0.01)]

    whole, again = both(tmp_path, generators(batches), network, beside=stop)
    assert "goes on after epoch 2 of 4" in capsys.readouterr().out
    assert_same(whole, again)


def test_a_curve_with_gaps_goes_on(batches, tmp_path):
    whole, again = both(tmp_path, generators(batches), network, cut=4, epochs=5, validation_freq=2)
    assert len(again["h val_loss"]) == 2 and len(again["h loss"]) == 5
    np.testing.assert_array_equal(again["h loss"], whole["h loss"])


def test_names_that_keras_counts_do_not_matter(batches, tmp_path, capsys):
    def built():
        inputs = keras.Input((6, 6, 3))
        outputs = keras.layers.Activation("relu")(keras.layers.Conv2D(2, 3)(inputs) / 127.5 - 1)
        outputs = keras.layers.Dense(1, activation="sigmoid")(keras.layers.Flatten()(outputs))
        model = keras.Model(inputs, outputs)
        model.compile("adam", "binary_crossentropy", metrics=[keras.metrics.AUC(), "accuracy"], run_eagerly=True)
        return model

    whole, again = both(tmp_path, generators(batches), built)
    assert "goes on after epoch 2 of 4" in capsys.readouterr().out
    np.testing.assert_array_equal(again["v0"], whole["v0"])


class Own(keras.Model):
    def __init__(self, an_array):
        super().__init__()
        self.flatten, self.dense = keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")

    def call(self, inputs):
        return self.dense(self.flatten(inputs))


def fits_unsaved(model, source, tmp_path, capsys, **fit):
    saving = resume.SaveAndResume(tmp_path / "01_a.json", source, seed=0)
    history = model.fit(source, epochs=3, verbose=0, callbacks=[saving], **fit).history
    assert len(history["loss"]) == 3
    return capsys.readouterr().out


def test_a_network_without_a_configuration_is_trained_all_the_same(batches, tmp_path, capsys):
    model = Own(np.zeros(3))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"], run_eagerly=True)
    assert "01_a cannot be saved: NotImplementedError" in fits_unsaved(model, batches(), tmp_path, capsys)


def test_where_the_place_is_not_known_nothing_is_saved(batches, data, tmp_path, capsys):
    from helpers.augmentation.photo_cache import cache_photos
    from helpers.sample import sets

    folder = sets.cats_and_dogs(data, seed=0, train=20, validation=10)
    cached = cache_photos(folder / "validation", (6, 6)).batches(5, seed=1)
    said = fits_unsaved(network(), cached, tmp_path, capsys, class_weight={0: 1.0, 1: 2.0})
    assert said.count("01_a is not saved: with steps_per_epoch, class_weight") == 1
    assert "01_a is not saved" in fits_unsaved(network(), batches(), tmp_path, capsys, steps_per_epoch=2)


def test_batches_whose_layer_draws_for_itself_are_refused(data, tmp_path):
    from helpers.augmentation.photo_cache import cache_photos
    from helpers.sample import sets

    folder = sets.cats_and_dogs(data, seed=0, train=20, validation=10)
    photos = cache_photos(folder / "validation", (6, 6))
    with pytest.raises(TypeError, match="their transform is a Keras layer with random numbers of its own"):
        resume.SaveAndResume(tmp_path / "01_a.json", photos.batches(5, keras.layers.RandomFlip()), seed=0)


K = 3


def test_what_a_function_does_is_part_of_it():
    def scaled(by):
        return lambda x: x * by

    def deep(x):
        return [item + 1 for item in x]

    functions = [
        scaled(2), scaled(3), lambda x: np.flipud(x), lambda x: np.fliplr(x), lambda x: x + 1, lambda x: x + 2,
        lambda x, y=1: x, lambda x, y=2: x, lambda x: x * K, deep,
    ]  # fmt: skip
    assert len({repr(plain(function)) for function in functions}) == len(functions)
    assert repr(plain(scaled(2))) == repr(plain(scaled(2)))
    assert " at 0x" not in repr([plain(function) for function in functions])


def test_a_changed_loss_is_another_loss(batches, tmp_path, capsys):
    def losses(factor):
        def loss(true, predicted):
            return factor * keras.ops.mean((true - predicted) ** 2)

        return loss

    for factor in (1.0, 2.0):
        runtime.set_seed(0)
        model = network()
        model.compile("adam", losses(factor), metrics=["accuracy"], run_eagerly=True)
        source = batches()
        saving = resume.SaveAndResume(tmp_path / "01_a.json", source, seed=0)
        try:
            model.fit(source, epochs=4, verbose=0, callbacks=[*([Cut(3)] if factor == 1 else []), saving])
        except CutOff:
            capsys.readouterr()
    assert "with another loss" in capsys.readouterr().out


def test_keras_stream_is_restored_without_shifting_python_s():
    import random

    keras.utils.set_random_seed(3)
    keras.random.uniform(())
    streams = random_streams.random_streams()
    expected = random.random(), float(keras.random.uniform(())), np.random.random()
    keras.utils.set_random_seed(9)
    random_streams.set_random_streams(streams)
    assert (random.random(), float(keras.random.uniform(())), np.random.random()) == expected
