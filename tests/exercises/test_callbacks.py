"""Callbacks that stop a training: what a learner gets for right and for wrong ones."""

import keras
import numpy as np
from judging import all_pass, each_is_told_why, said
from keras import layers

from helpers.exercises.checkers import callbacks
from helpers.exercises.checkers.outcome import NOT_ATTEMPTED, NOT_CHECKED


class Right(keras.callbacks.Callback):
    def __init__(self, accuracy=0.999):
        super().__init__()
        self.accuracy = accuracy

    def on_epoch_end(self, epoch, logs=None):
        if logs.get("accuracy", 0) > self.accuracy:
            print("Stopped.")
            self.model.stop_training = True


class EitherKey(Right):
    def on_epoch_end(self, epoch, logs=None):
        accuracy = logs.get("accuracy", logs.get("acc"))
        if accuracy is not None and accuracy > self.accuracy:
            self.model.stop_training = True


def factory(accuracy=0.999):
    def at_end(epoch, logs):
        if logs.get("accuracy", 0) > accuracy:
            callback.model.stop_training = True

    callback = keras.callbacks.LambdaCallback(on_epoch_end=at_end)
    return callback


def test_callbacks_that_stop_in_time_pass():
    made = {"plain": [Right], "either key": [EitherKey], "a function": [factory]}
    all_pass(callbacks.stop_when_accurate, made)


def test_what_passes_stops_a_real_training():
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy", metrics=["accuracy"], run_eagerly=True)
    data = dict(x=np.ones((4, 1)), y=np.ones((4, 1)), epochs=5, verbose=0)
    assert len(model.fit(**data, callbacks=[Right(accuracy=-1)]).epoch) == 1
    assert len(model.fit(**data, callbacks=[Right(accuracy=1)]).epoch) == 5


def callback(at_end):
    """A class like `Right` with another `on_epoch_end`."""
    return type("Changed", (Right,), {"on_epoch_end": at_end})


def stops(condition):
    """A class that stops where the condition on itself and the logs is true."""

    def at_end(self, epoch, logs=None):
        if condition(self, logs):
            self.model.stop_training = True

    return callback(at_end)


def none_is_larger(self, epoch, logs=None):
    if logs.get("accuracy") > self.accuracy:
        self.model.stop_training = True


def on_itself(self, epoch, logs=None):
    if logs.get("accuracy", 0) > self.accuracy:
        self.stop_training = True


def misnamed(self, epoch, logs=None):
    if logs.get("accuracy", 0) > self.accuracy:
        self.model.stop = True


def returns(self, epoch, logs=None):
    return logs.get("accuracy", 0) > self.accuracy


def overrules(self, epoch, logs=None):
    self.model.stop_training = logs.get("accuracy", 0) > self.accuracy


def remembers(self, epoch, logs=None):
    self.done = getattr(self, "done", False) or logs.get("accuracy", 0) > self.accuracy
    if self.done:
        self.model.stop_training = True


class ByBatch(Right):
    def on_train_batch_end(self, batch, logs=None):
        self.on_epoch_end(0, logs)


class NoCallback:
    def __init__(self, accuracy=0.999):
        self.accuracy = accuracy

    on_epoch_end = on_itself


class NoArgument(Right):
    def __init__(self):
        super().__init__(0.9)


CALLBACK_SLIPS = {
    "or equal": (stops(lambda self, logs: logs.get("accuracy", 0) >= self.accuracy), "Use >, not >="),
    "the trap of acc": (callback(none_is_larger), "TypeError: '>' not supported"),
    "a missing key": (stops(lambda self, logs: logs["accuracy"] > self.accuracy), "stops with KeyError: 'accuracy'"),
    "a default above": (
        stops(lambda self, logs: logs.get("accuracy", 1) > self.accuracy),
        "It stops where the logs hold no accuracy at all",
    ),
    "always": (stops(lambda self, logs: True), "It stops at an accuracy of 0.5, though 0.9 was asked for"),
    "fixed": (stops(lambda self, logs: logs.get("accuracy", 0) > 0.9), "With accuracy=0.6 it does not stop at 0.7"),
    "on itself": (callback(on_itself), "It sets stop_training on itself"),
    "misnamed": (callback(misnamed), "It sets self.model.stop, which nobody reads"),
    "validation": (stops(lambda self, logs: logs.get("val_accuracy", 0) > self.accuracy), "It goes by val_accuracy"),
    "only acc": (stops(lambda self, logs: logs.get("acc", 0) > self.accuracy), "It reads the key acc"),
    "percent": (
        stops(lambda self, logs: logs.get("accuracy", 0) > 100 * self.accuracy),
        "It compares with a percentage",
    ),
    "returns": (callback(returns), "At the end of an epoch, set self.model.stop_training = True"),
    "overrules": (callback(overrules), "overrules every other callback"),
    "remembers": (callback(remembers), "since it remembers the first"),
    "after a batch": (ByBatch, "It stops in the middle of an epoch"),
    "no callback": (NoCallback, "Derive the class from keras.callbacks.Callback"),
    "fixed from above": (
        stops(lambda self, logs: logs.get("accuracy", 0) > min(self.accuracy, 0.94)),
        "With accuracy=0.97 it stops at 0.95. It compares with a fixed number",
    ),
    "no argument": (NoArgument, "It cannot be made with StopWhenAccurate(accuracy=0.9)"),
}


def test_each_slip_of_the_callback_is_told_why():
    each_is_told_why(callbacks.stop_when_accurate, CALLBACK_SLIPS)
    message = said(callbacks.stop_when_accurate, callback(none_is_larger))
    assert "With metrics=['acc'] the key is acc" in message
    assert '`if logs.get("accuracy") > self.accuracy:`' in message


class Stub(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        """Stop above the accuracy."""
        ...  # your code


class Bare(keras.callbacks.Callback): ...


class Nothing: ...


def test_a_gap_is_not_attempted_and_what_is_no_class_cannot_be_checked():
    for made in (Stub, Bare, Nothing, ...):
        said(callbacks.stop_when_accurate, made, status=NOT_ATTEMPTED)
    for thing in (0.999, "StopWhenAccurate"):
        said(callbacks.stop_when_accurate, thing, status=NOT_CHECKED)
    message = said(callbacks.stop_when_accurate, Right(), status=NOT_CHECKED)
    assert "made already" in message and "check(StopWhenAccurate)" in message
