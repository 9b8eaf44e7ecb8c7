import ast
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from helpers.augmentation.generator_settings import DRAWS, LESSON, Augmentation, draw_uniforms, extremes, in_words
from helpers.augmentation.transforms import transform

SHAPE = (120, 150, 3)
EVERYTHING = Augmentation(30, 0.1, 0.3, 12.5, 0.4, True, True, (0.5, 1.5), 25, "constant", 128)
SETTINGS = {
    "nothing": Augmentation(),
    "lesson": LESSON,
    "everything": EVERYTHING,
    "rotation": Augmentation(rotation_range=40),
    "width": Augmentation(width_shift_range=0.2),
    "height": Augmentation(height_shift_range=0.2),
    "shear": Augmentation(shear_range=11.5, fill_mode="reflect"),
    "zoom": Augmentation(zoom_range=0.25),
    "flips": Augmentation(horizontal_flip=True, vertical_flip=True),
    "brightness": Augmentation(brightness_range=(0.25, 1.0)),
    "channel": Augmentation(channel_shift_range=50),
}
each_setting = pytest.mark.parametrize("augmentation", SETTINGS.values(), ids=SETTINGS.keys())


def generator(augmentation):
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    return ImageDataGenerator(**augmentation.keywords())


def drawn_by_keras(a):
    """Which random numbers Keras draws for these settings, in its order."""
    on = {"theta": a.rotation_range, "tx": a.height_shift_range, "ty": a.width_shift_range, "shear": a.shear_range}
    on |= {"zx": a.zoom_range, "zy": a.zoom_range, "flip_horizontal": True, "flip_vertical": True}
    on |= {"channel_shift_intensity": a.channel_shift_range, "brightness": a.brightness_range}
    return [name for name in DRAWS if on[name]]


@each_setting
def test_the_same_random_numbers_give_the_parameters_that_keras_draws(augmentation):
    names = drawn_by_keras(augmentation)
    for seed in range(20):
        numbers = np.random.RandomState(seed).random_sample(len(names))
        uniforms = dict.fromkeys(DRAWS, 0.25) | dict(zip(names, numbers, strict=True))
        ours = augmentation.parameters(list(uniforms.values()), SHAPE)
        keras = generator(augmentation).get_random_transform(SHAPE, seed=seed)
        assert ours == keras
        assert list(ours) == list(keras) == list(DRAWS)


def test_both_kinds_of_flip_come_up():
    draws = [EVERYTHING.parameters(u, SHAPE) for u in draw_uniforms(np.random.default_rng(0), 50)]
    assert {draw["flip_horizontal"] for draw in draws} == {draw["flip_vertical"] for draw in draws} == {True, False}


def test_turning_a_parameter_off_leaves_the_others_as_they_were():
    numbers = draw_uniforms(np.random.default_rng(0), 1)[0]
    some = Augmentation(zoom_range=0.4, horizontal_flip=True)
    alone, together = some.parameters(numbers, SHAPE), EVERYTHING.parameters(numbers, SHAPE)
    assert all(alone[key] == together[key] for key in ("zx", "zy", "flip_horizontal"))
    assert alone["theta"] == 0 and alone["brightness"] is None


@each_setting
def test_the_line_of_code_makes_a_generator_with_these_settings(augmentation):
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    made = eval(augmentation.code(), {"ImageDataGenerator": ImageDataGenerator})
    assert made.rescale == 1 / 255
    for field in fields(Augmentation):
        value = getattr(augmentation, field.name)
        if field.name == "zoom_range":
            value = [1 - value, 1 + value]
        assert getattr(made, field.name) == value, field.name


def test_the_line_of_code_says_what_is_not_default():
    assert Augmentation().code() == "ImageDataGenerator(rescale=1 / 255)"
    colours = Augmentation(brightness_range=(0.5, 1.0), vertical_flip=True)
    assert colours.code() == "ImageDataGenerator(rescale=1 / 255, vertical_flip=True, brightness_range=(0.5, 1))"
    filled = Augmentation(zoom_range=0.3, fill_mode="constant", cval=255)
    assert filled.code() == 'ImageDataGenerator(rescale=1 / 255, zoom_range=0.3, fill_mode="constant", cval=255)'


def test_the_lesson_s_settings_are_those_of_the_lesson():
    lesson = Path(__file__).parents[2] / "notebooks" / "paired" / "03_train_with_augmentation.py"
    calls = [
        node.value
        for node in ast.walk(ast.parse(lesson.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "AUGMENTATION"
    ]
    assert len(calls) == 1
    assert {word.arg: ast.literal_eval(word.value) for word in calls[0].keywords} == LESSON.keywords()


def test_the_extremes_are_the_ends_of_what_is_drawn():
    ends = [EVERYTHING.parameters([number] * 10, SHAPE) for number in (0.0, 1.0)]
    found = extremes(EVERYTHING, SHAPE)
    names = ["rotation", "width shift", "height shift", "shear", "zoom"]
    assert list(dict.fromkeys(extreme.name for extreme in found)) == [
        *names,
        "horizontal flip",
        "vertical flip",
        "channel shift",
        "brightness",
    ]
    for name in [*names, "channel shift", "brightness"]:
        pair = [extreme.parameters for extreme in found if extreme.name == name]
        assert pair == [{key: end[key] for key in pair[0]} for end in ends]


def test_the_extremes_are_labelled_with_units():
    assert [f"{extreme.name} {extreme.end}" for extreme in extremes(LESSON, (150, 150, 3))] == [
        "rotation -40°",
        "rotation +40°",
        "width shift 30 px down",
        "width shift 30 px up",
        "height shift 30 px right",
        "height shift 30 px left",
        "shear -0.2°",
        "shear +0.2°",
        "zoom ×0.8",
        "zoom ×1.2",
        "horizontal flip mirrored",
    ]


def test_what_is_off_has_no_extremes_but_one_brightness_for_all_has():
    assert extremes(Augmentation(), SHAPE) == []
    both = extremes(Augmentation(brightness_range=(0.5, 0.5)), SHAPE)
    assert [extreme.parameters for extreme in both] == [{"brightness": 0.5}] * 2


def test_the_words_name_units_and_nothing_that_is_off():
    assert in_words(Augmentation(), SHAPE) == []
    assert in_words(Augmentation(rotation_range=40), SHAPE) == ["turned by up to 40 degrees either way"]
    words = "; ".join(in_words(EVERYTHING, SHAPE))
    assert "up or down by up to 15 pixels (width_shift_range)" in words
    assert "left or right by up to 36 pixels (height_shift_range)" in words
    assert f"up to {60 * np.sin(np.deg2rad(12.5)):.1f} pixels" in words
    assert "factors from 0.6 (larger) to 1.4 (smaller)" in words
    assert "times 0.5 to 1.5" in words and "25 of 255 levels" in words
    assert "left to right" in words and "top to bottom" in words


def test_draws_are_the_same_for_the_same_seed():
    first, again = (draw_uniforms(np.random.default_rng(7), 4) for _ in range(2))
    assert first.shape == (4, 10) and np.array_equal(first, again)
    assert first.min() >= 0 and first.max() < 1


def test_the_photo_moves_the_way_that_the_label_says():
    photo = np.zeros((41, 41, 3), np.uint8)
    photo[20, 20] = 255
    moved = {}
    for extreme in extremes(Augmentation(width_shift_range=0.25, height_shift_range=0.25), (40, 40, 3)):
        result = transform(photo, extreme.parameters, "constant")[..., 0]
        row, column = np.unravel_index(np.argmax(result), result.shape)
        moved[extreme.end] = (int(row) - 20, int(column) - 20)
    assert moved == {"10 px down": (10, 0), "10 px up": (-10, 0), "10 px right": (0, 10), "10 px left": (0, -10)}
