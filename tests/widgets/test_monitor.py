import os
import signal
import threading

import keras
import numpy as np
import pytest

from helpers.widgets import monitor as module
from helpers.widgets.monitor import TrainingMonitor

PHOTOS = np.random.default_rng(0).random((64, 8, 8, 3), dtype="float32")
LABELS = np.arange(64) % 2


class At(keras.callbacks.Callback):
    """Does something at one batch (from 1) of one epoch (from 1), and waits until it has been done."""

    def __init__(self, epoch, batch, action):
        super().__init__()
        self.place, self.action = (epoch, batch), action

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch + 1

    def on_train_batch_begin(self, batch, logs=None):
        if (self.epoch, batch + 1) == self.place:
            self.action()


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    built = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten(), keras.layers.Dense(1, "sigmoid")])
    built.compile(loss="binary_crossentropy", optimizer="sgd", metrics=["accuracy"])
    return built


@pytest.fixture(autouse=True)
def interrupts_as_before():
    handler = signal.getsignal(signal.SIGINT)
    yield
    left = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, handler)
    assert left == handler


class Kernel:
    """What the monitor asks of a Jupyter kernel's shell, without one."""

    kernel = object()

    def __init__(self):
        self.events, self.callbacks = self, []

    def register(self, event, callback):
        assert event == "post_run_cell"
        self.callbacks.append(callback)

    def unregister(self, event, callback):
        self.callbacks.remove(callback)


class Handle:
    def __init__(self, shown, first):
        self.shown = shown
        shown.append(first)

    def update(self, bundle, raw):
        assert raw
        self.shown.append(bundle)


@pytest.fixture
def kernel(monkeypatch):
    running = Kernel()
    running.shown = []
    monkeypatch.setattr(module, "get_ipython", lambda: running)
    monkeypatch.setattr(module, "display", lambda bundle, raw, display_id: Handle(running.shown, bundle))
    return running


def fit(model, *callbacks, epochs=6, validation=True, **options):
    data = (PHOTOS[:16], LABELS[:16]) if validation else None
    options = {"batch_size": 8, "verbose": 0, "validation_data": data, **options}
    return model.fit(PHOTOS, LABELS, epochs=epochs, callbacks=list(callbacks), **options).history


def parts(monitor):
    status, picture, button, hint = monitor.box.children
    return status.value, picture.value, button, hint.value


def press():
    os.kill(os.getpid(), signal.SIGINT)


def click_elsewhere(monitor):
    """A click as JupyterLab delivers it: from another thread than the training's."""
    thread = threading.Thread(target=lambda: monitor.box.children[2].click())
    thread.start()
    thread.join()


def test_a_training_that_is_left_alone_runs_to_its_end(model, kernel):
    monitor = TrainingMonitor()
    history = fit(model, monitor, epochs=3)
    assert monitor.history == history
    assert len(history["loss"]) == 3
    status, picture, button, hint = parts(monitor)
    assert status == "The training has ended." and button.disabled
    assert "Epoch 3: training accuracy" in picture and "<svg" in picture
    assert "stop button" in hint


def test_a_click_from_another_thread_ends_the_training_after_the_batch(model, kernel):
    monitor = TrainingMonitor()
    history = fit(model, At(3, 5, lambda: click_elsewhere(monitor)), monitor)
    assert {len(values) for values in history.values()} == {3}
    assert set(history) == {"accuracy", "loss", "val_accuracy", "val_loss"}
    status, picture, button, _ = parts(monitor)
    assert status.startswith("Stopped in epoch 3 of 6, after batch 5 of 8")
    assert button.disabled and button.description == "Stopping"


def test_the_first_two_epochs_are_whole_in_the_history_of_a_stopped_training(model, kernel):
    weights = model.get_weights()
    whole = fit(model, epochs=2, shuffle=False)
    model.set_weights(weights)
    monitor = TrainingMonitor()
    stopped = fit(model, At(3, 1, monitor.stop), monitor, shuffle=False)
    for name, values in whole.items():
        assert stopped[name][:2] == pytest.approx(values, rel=1e-4)


def test_an_interrupt_ends_the_training_as_the_button_does(model, capsys):
    monitor = TrainingMonitor()
    history = fit(model, At(2, 3, press), monitor)
    assert len(history["loss"]) == len(monitor.history["loss"]) == 2
    assert "Stopped in epoch 2 of 6, after batch 3 of 8" in capsys.readouterr().out


def test_a_second_interrupt_raises_keyboard_interrupt(model):
    def twice():
        press()
        press()

    with pytest.raises(KeyboardInterrupt):
        fit(model, At(2, 3, twice), TrainingMonitor())


def test_after_a_training_an_interrupt_acts_as_always(model):
    fit(model, TrainingMonitor(), epochs=1)
    with pytest.raises(KeyboardInterrupt):
        press()


def fail():
    raise RuntimeError("out of memory")


def test_a_training_after_one_that_failed_gives_interrupts_back(model):
    before = signal.getsignal(signal.SIGINT)
    monitor = TrainingMonitor()
    with pytest.raises(RuntimeError):
        fit(model, At(1, 2, fail), monitor)
    assert signal.getsignal(signal.SIGINT) != before
    fit(model, monitor, epochs=1)
    with pytest.raises(KeyboardInterrupt):
        press()


def test_an_ignored_interrupt_stays_ignored_but_for_the_training(model):
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    history = fit(model, At(2, 3, press), At(2, 4, press), TrainingMonitor())
    assert len(history["loss"]) == 2 and signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    signal.signal(signal.SIGINT, before)


def test_a_training_in_another_thread_can_be_stopped_too(model, kernel):
    monitor = TrainingMonitor()
    thread = threading.Thread(target=lambda: fit(model, At(2, 8, monitor.stop), monitor))
    thread.start()
    thread.join()
    assert parts(monitor)[0] == "Stopped after epoch 2 of 6."
    assert len(monitor.history["loss"]) == 2


def test_a_stop_during_validation_leaves_the_epoch_whole(model, kernel):
    monitor = TrainingMonitor()
    during = keras.callbacks.LambdaCallback()
    during.on_test_begin = lambda logs=None: monitor.stop()
    fit(model, during, monitor)
    assert parts(monitor)[0] == "Stopped after epoch 1 of 6."


def test_another_callback_that_ends_the_training_is_noticed(model, kernel):
    stopper = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: setattr(model, "stop_training", epoch == 1)
    )
    monitor = TrainingMonitor()
    fit(model, stopper, monitor)
    assert parts(monitor)[0] == "The training ended after epoch 2 of 6."


def test_a_second_training_starts_new_curves_and_a_resumed_one_goes_on(model, kernel):
    monitor = TrainingMonitor()
    fit(model, monitor, epochs=3)
    first = monitor.box
    fit(model, monitor, epochs=2)
    assert len(monitor.history["loss"]) == 2 and monitor.box is not first
    fit(model, monitor, epochs=5, initial_epoch=2)
    assert len(monitor.history["loss"]) == 5
    assert "Epoch 5: " in parts(monitor)[1]
    fit(model, monitor, epochs=9, initial_epoch=8)
    assert len(monitor.history["loss"]) == 1
    assert "Epoch 9: " in parts(monitor)[1]


def test_a_stop_does_not_linger_until_the_next_training(model, kernel):
    monitor = TrainingMonitor()
    fit(model, At(1, 2, monitor.stop), monitor)
    assert len(fit(model, monitor, epochs=3)["loss"]) == 3


def test_epochs_without_validation_hold_no_number(model, kernel):
    monitor = TrainingMonitor()
    fit(model, monitor, epochs=3, validation_freq=2)
    assert np.isnan(monitor.history["val_loss"]).tolist() == [True, False, True]
    fit(model, monitor, epochs=1, validation=False)
    assert "nothing was measured on validation photos" in parts(monitor)[1]


def test_outside_a_notebook_a_line_per_epoch_is_printed_without_times(model, capsys):
    monitor = TrainingMonitor()
    history = fit(model, monitor, epochs=2)
    lines = capsys.readouterr().out.splitlines()
    assert monitor.box is None
    assert lines == [
        f"epoch   {n + 1} of 2, accuracy: training {history['accuracy'][n]:.3f}, "
        f"validation {history['val_accuracy'][n]:.3f}"
        for n in range(2)
    ]


def test_while_it_runs_the_status_tells_epoch_batch_and_time_left(model, kernel, monkeypatch):
    monkeypatch.setattr(module, "REFRESH", 0)
    monitor = TrainingMonitor()
    seen = []
    fit(model, monitor, At(2, 5, lambda: seen.append(parts(monitor)[0])), epochs=3)
    assert "Epoch 2 of 3, batch 4 of 8; about " in seen[0]


def test_the_view_is_not_updated_more_often_than_is_useful(model, kernel, monkeypatch):
    monkeypatch.setattr(module, "REFRESH", 60)
    monitor = TrainingMonitor()
    seen = []
    fit(model, monitor, At(2, 5, lambda: seen.append(parts(monitor)[:2])), epochs=2)
    status, picture = seen[0]
    assert "Epoch 1 of 2, batch 1 of 8" in status
    assert "Epoch 1: " in picture


def test_in_a_kernel_a_still_picture_takes_the_place_of_the_widget(model, kernel, capsys):
    fit(model, TrainingMonitor(), epochs=2)
    first, last = kernel.shown
    assert module.shell.VIEW in first and first["text/plain"] == "No epoch has ended yet."
    assert module.shell.VIEW not in last and last["text/plain"].startswith("Epoch 2: training accuracy")
    assert last["text/plain"] in last["text/html"].replace("&#x27;", "'") and "<img" in last["text/html"]
    assert " left" not in last["text/html"] + last["text/plain"]  # no times in what is kept
    assert not kernel.callbacks and not capsys.readouterr().out


def test_a_cell_that_fails_leaves_the_curves_so_far_and_says_so(model, kernel):
    with pytest.raises(RuntimeError):
        fit(model, At(3, 2, fail), TrainingMonitor())
    for callback in list(kernel.callbacks):
        callback("the result of the cell")
    assert kernel.shown[-1]["text/plain"].startswith("The training broke off in epoch 3 of 6. Epoch 2: ")
    assert not kernel.callbacks
    with pytest.raises(KeyboardInterrupt):
        press()


def test_nothing_lasts_after_many_trainings(model, kernel):
    monitor = TrainingMonitor()
    for _ in range(3):
        fit(model, monitor, epochs=1)
    assert len(kernel.shown) == 6 and not kernel.callbacks
