"""Checkers of generators and callbacks: right ones pass, each typical slip gets a message of its own."""

import random

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from helpers.exercises.checkers import callbacks, generators
from helpers.exercises.checkers.outcome import NOT_ATTEMPTED, NOT_CHECKED, NOT_YET, PASSED, judge

AUGMENTATION = dict(
    rotation_range=40,
    width_shift_range=0.2,
    height_shift_range=0.2,
    shear_range=0.2,
    zoom_range=0.2,
    horizontal_flip=True,
    fill_mode="nearest",
)
PLAIN = dict(rescale=1 / 255)


def said(checker, *answers, status=NOT_YET):
    found = judge(checker, *answers)
    assert found.status == status, found
    return found.message


# --- the generators ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "augmentation",
    [
        AUGMENTATION,
        dict(horizontal_flip=True),
        dict(width_shift_range=0.2),
        dict(rotation_range=40, fill_mode="constant"),
        dict(AUGMENTATION, brightness_range=(0.5, 0.9)),
        dict(AUGMENTATION, channel_shift_range=50),
    ],
    ids=str,
)
def test_augmented_training_and_plain_testing_pass(augmentation):
    message = said(
        generators.generators, ImageDataGenerator(**PLAIN, **augmentation), ImageDataGenerator(**PLAIN), status=PASSED
    )
    assert "White becomes 1.0 in both" in message


def invert(picture):
    return 255 - picture


GENERATOR_SLIPS = {
    "testing augmented": (
        dict(PLAIN, **AUGMENTATION),
        dict(PLAIN, **AUGMENTATION),
        "test_datagen gives another picture",
    ),
    "testing mirrored": (dict(PLAIN, **AUGMENTATION), dict(PLAIN, horizontal_flip=True), "moved by up to 17 of 32"),
    "swapped": (PLAIN, dict(PLAIN, **AUGMENTATION), "The two are swapped"),
    "training not rescaled": (
        AUGMENTATION,
        PLAIN,
        "train_datagen turns a white pixel, 255, into 255; expected 1. It does",
    ),
    "testing not rescaled": (dict(PLAIN, **AUGMENTATION), {}, "test_datagen turns a white pixel, 255, into 255"),
    "rescaled by 255": (dict(AUGMENTATION, rescale=255), PLAIN, "into 6.502e+04; expected 1. It multiplies by 255"),
    "a slip of the keyboard": (dict(AUGMENTATION, rescale=1 / 225), PLAIN, "That is rescale=1/225"),
    "of 256": (dict(PLAIN, **AUGMENTATION), dict(rescale=1 / 256), "That is rescale=1/256"),
    "rescaled twice": (
        dict(AUGMENTATION, rescale=1 / 255, preprocessing_function=lambda picture: picture / 255),
        PLAIN,
        "It divides more than once",
    ),
    "training not augmented": (PLAIN, PLAIN, "the same picture 48 times: it does not augment"),
    "shear alone": (dict(PLAIN, shear_range=0.2), PLAIN, "Shear is in degrees"),
    "testing changed": (
        dict(PLAIN, **AUGMENTATION),
        dict(PLAIN, samplewise_center=True, preprocessing_function=lambda picture: picture.clip(0, 128) * 255 / 128),
        "test_datagen",
    ),
}


@pytest.mark.parametrize("slip", GENERATOR_SLIPS)
def test_each_slip_of_the_generators_has_its_own_message(slip):
    train, test, phrase = GENERATOR_SLIPS[slip]
    assert phrase in said(generators.generators, ImageDataGenerator(**train), ImageDataGenerator(**test))


def test_a_testing_picture_that_is_changed_always_in_the_same_way_is_noticed():
    def darker_shadows(picture):
        return np.where(picture < 255, picture + 20, picture)

    changed = ImageDataGenerator(**PLAIN, preprocessing_function=darker_shadows)
    message = said(generators.generators, ImageDataGenerator(**PLAIN, **AUGMENTATION), changed)
    assert message.startswith("test_datagen changes more than the scale: a pixel differs by 20 of 255")


@pytest.mark.parametrize("thing", [ImageDataGenerator, np.zeros((2, 8, 8, 3)), 3, "generator"])
def test_what_is_no_generator_cannot_be_checked(thing):
    message = said(generators.generators, thing, ImageDataGenerator(**PLAIN), status=NOT_CHECKED)
    assert message.startswith("train_datagen is") and "expected an ImageDataGenerator" in message


def test_an_error_in_a_learners_own_function_is_the_learners():
    def breaks(picture):
        return picture / None

    message = said(
        generators.generators, ImageDataGenerator(preprocessing_function=breaks), ImageDataGenerator(**PLAIN)
    )
    assert message.startswith("train_datagen.flow(photos)[0] stops with TypeError")


# --- the callback --------------------------------------------------------------------------------


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


@pytest.mark.parametrize("made", [Right, EitherKey, factory])
def test_callbacks_that_stop_in_time_pass(made):
    assert judge(callbacks.stop_when_accurate, made).status == PASSED


def test_what_passes_stops_a_real_training():
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy", metrics=["accuracy"])
    data = dict(x=np.ones((4, 1)), y=np.ones((4, 1)), epochs=5, verbose=0)
    assert len(model.fit(**data, callbacks=[Right(accuracy=-1)]).epoch) == 1
    assert len(model.fit(**data, callbacks=[Right(accuracy=1)]).epoch) == 5


def callback(at_end):
    """A class like `Right` with another `on_epoch_end`."""
    return type("Changed", (Right,), {"on_epoch_end": at_end})


def or_equal(self, epoch, logs=None):
    if logs.get("accuracy", 0) >= self.accuracy:
        self.model.stop_training = True


def none_is_larger(self, epoch, logs=None):
    if logs.get("accuracy") > self.accuracy:
        self.model.stop_training = True


def by_key(self, epoch, logs=None):
    if logs["accuracy"] > self.accuracy:
        self.model.stop_training = True


def default_of_one(self, epoch, logs=None):
    if logs.get("accuracy", 1) > self.accuracy:
        self.model.stop_training = True


def always(self, epoch, logs=None):
    self.model.stop_training = True


def below(self, epoch, logs=None):
    if logs.get("accuracy", 1) < self.accuracy:
        self.model.stop_training = True


def fixed(self, epoch, logs=None):
    if logs.get("accuracy", 0) > 0.9:
        self.model.stop_training = True


def fixed_high(self, epoch, logs=None):
    if logs.get("accuracy", 0) > 0.93:
        self.model.stop_training = True


def on_itself(self, epoch, logs=None):
    if logs.get("accuracy", 0) > self.accuracy:
        self.stop_training = True


def misnamed(self, epoch, logs=None):
    if logs.get("accuracy", 0) > self.accuracy:
        self.model.stop = True


def of_validation(self, epoch, logs=None):
    if logs.get("val_accuracy", 0) > self.accuracy:
        self.model.stop_training = True


def only_acc(self, epoch, logs=None):
    if logs.get("acc", 0) > self.accuracy:
        self.model.stop_training = True


def in_percent(self, epoch, logs=None):
    if logs.get("accuracy", 0) > 100 * self.accuracy:
        self.model.stop_training = True


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

    def on_epoch_end(self, epoch, logs=None):
        pass

    on_train_end = by_key


class NoArgument(Right):
    def __init__(self):
        super().__init__(0.9)


CALLBACK_SLIPS = {
    "or equal": (callback(or_equal), "Use >, not >="),
    "the trap of acc": (callback(none_is_larger), "TypeError: '>' not supported"),
    "a missing key": (callback(by_key), "stops with KeyError: 'accuracy'"),
    "a default above": (callback(default_of_one), "It stops where the logs hold no accuracy at all"),
    "always": (callback(always), "It stops at an accuracy of 0.5, though 0.9 was asked for"),
    "fixed": (callback(fixed), "With accuracy=0.6 it does not stop at 0.7"),
    "on itself": (callback(on_itself), "It sets stop_training on itself"),
    "misnamed": (callback(misnamed), "It sets self.model.stop, which nobody reads"),
    "validation": (callback(of_validation), "It goes by val_accuracy"),
    "only acc": (callback(only_acc), "It reads the key acc"),
    "percent": (callback(in_percent), "It compares with a percentage"),
    "returns": (callback(returns), "At the end of an epoch, set self.model.stop_training = True"),
    "overrules": (callback(overrules), "overrules every other callback"),
    "remembers": (callback(remembers), "since it remembers the first"),
    "after a batch": (ByBatch, "It stops in the middle of an epoch"),
    "no callback": (NoCallback, "Derive the class from keras.callbacks.Callback"),
    "no argument": (NoArgument, "It cannot be made with StopWhenAccurate(accuracy=0.9)"),
}


@pytest.mark.parametrize("slip", CALLBACK_SLIPS)
def test_each_slip_of_the_callback_has_its_own_message(slip):
    made, phrase = CALLBACK_SLIPS[slip]
    assert phrase in said(callbacks.stop_when_accurate, made)


def test_the_other_way_round_and_another_fixed_number_are_noticed():
    assert "It stops at an accuracy of 0.5" in said(callbacks.stop_when_accurate, callback(below))
    assert "It compares with a fixed number" in said(callbacks.stop_when_accurate, callback(fixed_high))


def test_the_trap_of_acc_is_named_with_the_line_that_falls_into_it():
    message = said(callbacks.stop_when_accurate, callback(none_is_larger))
    assert "With metrics=['acc'] the key is acc" in message
    assert '`if logs.get("accuracy") > self.accuracy:`' in message


class Stub(keras.callbacks.Callback):
    def __init__(self, accuracy=0.999):
        super().__init__()
        self.accuracy = accuracy

    def on_epoch_end(self, epoch, logs=None):
        """Stop above the accuracy."""
        ...  # your code


class Bare(keras.callbacks.Callback): ...


class Nothing: ...


@pytest.mark.parametrize("made", [Stub, Bare, Nothing, ...])
def test_a_callback_with_a_gap_is_not_attempted(made):
    said(callbacks.stop_when_accurate, made, status=NOT_ATTEMPTED)


def test_a_callback_that_is_made_already_cannot_be_checked():
    message = said(callbacks.stop_when_accurate, Right(), status=NOT_CHECKED)
    assert "made already" in message and "check(StopWhenAccurate)" in message


@pytest.mark.parametrize("thing", [0.999, "StopWhenAccurate"])
def test_what_is_no_class_cannot_be_checked(thing):
    said(callbacks.stop_when_accurate, thing, status=NOT_CHECKED)


def test_no_two_slips_share_a_message():
    for table in (GENERATOR_SLIPS, CALLBACK_SLIPS):
        assert len({entry[-1] for entry in table.values()}) == len(table)


# --- what a check leaves behind --------------------------------------------------------------------


def test_a_check_changes_no_random_stream():
    def draws():
        shuffled = tf.data.Dataset.range(9).shuffle(9, reshuffle_each_iteration=False)
        return [
            random.random(),
            np.random.random(),
            float(keras.random.uniform(())),
            float(tf.random.uniform(())),
            float(tf.random.get_global_generator().uniform(())),
            [int(number) for number in shuffled],
        ]

    def greedy(answer):
        draws()
        return "Right."

    keras.utils.set_random_seed(4)
    tf.random.get_global_generator().reset_from_seed(4)
    expected = draws()
    keras.utils.set_random_seed(4)
    tf.random.get_global_generator().reset_from_seed(4)
    assert judge(greedy, 1).status == PASSED
    assert draws() == expected
