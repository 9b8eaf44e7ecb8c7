"""The generators of lesson 5: what a learner gets for right and for wrong ones."""

import numpy as np
from judging import each_is_told_why, said
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from helpers.exercises.checkers import generators
from helpers.exercises.checkers.outcome import NOT_CHECKED, PASSED

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
AUGMENTED = dict(PLAIN, **AUGMENTATION)


def test_augmented_training_and_plain_testing_pass():
    for augmentation in (
        AUGMENTATION,
        dict(horizontal_flip=True),
        dict(width_shift_range=0.2),
        dict(rotation_range=40, fill_mode="constant"),
        dict(AUGMENTATION, brightness_range=(0.5, 0.9)),
        dict(AUGMENTATION, channel_shift_range=50),
    ):
        train, test = ImageDataGenerator(**PLAIN, **augmentation), ImageDataGenerator(**PLAIN)
        assert "White becomes 1.0 in both" in said(generators.generators, train, test, status=PASSED)


GENERATOR_SLIPS = {
    "testing augmented": (AUGMENTED, AUGMENTED, "test_datagen gives another picture"),
    "testing mirrored": (AUGMENTED, dict(PLAIN, horizontal_flip=True), "moved by up to 17 of 32"),
    "swapped": (PLAIN, AUGMENTED, "The two are swapped"),
    "training not rescaled": (
        AUGMENTATION,
        PLAIN,
        "train_datagen turns a white pixel, 255, into 255; expected 1. It do",
    ),
    "testing not rescaled": (AUGMENTED, {}, "test_datagen turns a white pixel, 255, into 255"),
    "rescaled by 255": (dict(AUGMENTATION, rescale=255), PLAIN, "into 6.502e+04; expected 1. It multiplies by 255"),
    "a slip of the keyboard": (dict(AUGMENTATION, rescale=1 / 225), PLAIN, "That is rescale=1/225"),
    "of 256": (AUGMENTED, dict(rescale=1 / 256), "That is rescale=1/256"),
    "rescaled twice": (
        dict(AUGMENTATION, rescale=1 / 255, preprocessing_function=lambda picture: picture / 255),
        PLAIN,
        "It divides more than once",
    ),
    "training not augmented": (PLAIN, PLAIN, "the same picture 48 times: it does not augment"),
    "shear alone": (dict(PLAIN, shear_range=0.2), PLAIN, "Shear is in degrees"),
    "testing changed": (
        AUGMENTED,
        dict(PLAIN, preprocessing_function=lambda picture: np.where(picture < 255, picture + 20, picture)),
        "test_datagen changes more than the scale: a pixel differs by 20 of 255",
    ),
    "an error": (dict(preprocessing_function=lambda picture: picture / None), PLAIN, "stops with TypeError"),
}


def test_each_slip_of_the_generators_is_told_why():
    made = {
        slip: (ImageDataGenerator(**train), ImageDataGenerator(**test), part)
        for slip, (train, test, part) in GENERATOR_SLIPS.items()
    }
    each_is_told_why(generators.generators, made)
    message = said(generators.generators, *made["an error"][:2])
    assert message.startswith("train_datagen.flow(photos)[0] stops with TypeError")
    assert "in line" not in message  # it would be a line of the checker


def test_what_is_no_generator_cannot_be_checked():
    for thing in (ImageDataGenerator, np.zeros((2, 8, 8, 3)), 3, "generator"):
        message = said(generators.generators, thing, ImageDataGenerator(**PLAIN), status=NOT_CHECKED)
        assert message.startswith("train_datagen is") and "expected an ImageDataGenerator" in message
