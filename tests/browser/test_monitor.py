"""The training monitor during real trainings: watched, stopped by its button, stopped by the notebook's."""

import re

import pytest

NETWORK = """
import keras, numpy as np
from helpers.widgets import TrainingMonitor
keras.utils.set_random_seed(0)
photos, labels = np.random.default_rng(0).random((640, 24, 24, 3), dtype="float32"), np.arange(640) % 2
model = keras.Sequential([
    keras.Input((24, 24, 3)), keras.layers.Conv2D(8, 3, activation="relu"), keras.layers.MaxPooling2D(),
    keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
def fit(monitor, epochs):
    return model.fit(photos[:480], labels[:480], batch_size=16, epochs=epochs, verbose=0,
                     validation_data=(photos[480:], labels[480:]), callbacks=[monitor])
"""
TO_ITS_END = "kept = fit(TrainingMonitor(), 3)\nprint(len(kept.history['loss']), 'epochs kept')"
LONG = """
monitor = TrainingMonitor()
kept = fit(monitor, 2000)
print("monitor and history agree:", monitor.history["loss"] == kept.history["loss"])
print("ended early:", 1 < len(kept.history["loss"]) < 2000)
"""

SECOND = re.compile(r"Epoch ([2-9]|\d\d+): training accuracy")


@pytest.fixture(scope="module")
def notebook(lab):
    with lab.open([NETWORK, TO_ITS_END, LONG, LONG]) as opened:
        opened.cell(0).run()
        yield opened


def test_a_training_that_runs_to_its_end_leaves_a_picture(notebook):
    cell = notebook.cell(1)
    cell.run()
    cell.wait_for("Epoch 3: training accuracy")
    assert cell.printed() == "3 epochs kept\n"
    (shown,) = [output for output in cell.outputs() if output["output_type"] == "display_data"]
    assert "Epoch 3: training accuracy" in "".join(shown["data"]["text/plain"])
    assert "<img" in "".join(shown["data"]["text/html"])
    cell.screenshot("monitor-ended")


def test_stop_ends_a_real_training_and_keeps_its_curves(notebook):
    cell = notebook.cell(2)
    cell.start()
    cell.wait_for(SECOND, "caption")
    cell.wait_for(re.compile(r"batch \d+ of 30; about \d+ (s|min) left"))
    with cell.changes("caption", "picture"):
        cell.screenshot("monitor-running")
    cell.click("Stop")
    stopped(cell)
    cell.screenshot("monitor-stopped")


def test_the_notebooks_own_stop_button_does_the_same(notebook):
    cell = notebook.cell(3)
    cell.start()
    cell.wait_for(SECOND, "caption")
    notebook.interrupt()
    stopped(cell)


def stopped(cell):
    cell.finish()
    assert cell.printed() == "monitor and history agree: True\nended early: True\n"
    cell.wait_for(re.compile("Stopped (in|after) epoch"))
