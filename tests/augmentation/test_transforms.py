import warnings

import numpy as np
import pytest

from helpers.augmentation import transforms
from helpers.augmentation.generator_settings import Augmentation, draw_uniforms
from helpers.widgets import pictures

STRONG = Augmentation(180, 0.4, 0.3, 40, 0.7, True, True, None, 60)
SQUARE = pictures.drawn_cat(side=64)
WIDE = SQUARE[:40]
ALONE = [
    {},
    {"theta": 33.0},
    {"theta": 90.0},
    {"tx": 12.5},
    {"ty": -7.0},
    {"shear": 20.0},
    {"zx": 1.7},
    {"zy": 0.4},
    {"flip_horizontal": True},
    {"flip_vertical": 1},
    {"channel_shift_intensity": -45.5},
    {"brightness": 0.4},
    {"brightness": 1.8},
    {"theta": 20.0, "zx": 1.3, "flip_vertical": True, "channel_shift_intensity": 30.0, "brightness": 1.2},
]


def by_keras(photo, parameters, fill_mode, cval):
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    generator = ImageDataGenerator(fill_mode=fill_mode, cval=cval)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras calls SciPy by an old name
        return generator.apply_transform(photo.astype("float32"), parameters)


@pytest.mark.parametrize("photo", [SQUARE, WIDE], ids=["square", "wide"])
@pytest.mark.parametrize("fill_mode", transforms.FILL_MODES)
def test_all_at_once_gives_the_picture_that_keras_makes(photo, fill_mode):
    for uniforms in draw_uniforms(np.random.default_rng(3), 20):
        parameters = STRONG.parameters(uniforms, photo.shape)
        ours = transforms.transform(photo, parameters, fill_mode, 77)
        keras = by_keras(photo, parameters, fill_mode, 77)
        assert ours.shape == keras.shape and ours.dtype == keras.dtype == np.float32
        assert np.abs(ours - keras).max() < 1e-3


@pytest.mark.parametrize("parameters", ALONE, ids=str)
@pytest.mark.parametrize("fill_mode", transforms.FILL_MODES)
def test_each_parameter_alone_gives_the_picture_that_keras_makes(parameters, fill_mode):
    ours = transforms.transform(SQUARE, parameters, fill_mode, 10)
    difference = np.abs(ours - by_keras(SQUARE, parameters, fill_mode, 10))
    # Brightness cuts values to whole numbers, where rounding can make a step.
    assert difference.max() <= (2 if "brightness" in parameters else 1e-3)
    assert (difference > 1e-3).mean() < 0.001


def test_the_photo_itself_is_left_alone():
    photo = SQUARE.copy()
    transforms.transform(photo, {"theta": 30, "channel_shift_intensity": 50, "brightness": 0.5}, "constant")
    assert np.array_equal(photo, SQUARE)


def test_without_parameters_the_photo_comes_back():
    assert np.array_equal(transforms.transform(SQUARE, {}), SQUARE)


def dot_after(**parameters):
    photo = np.zeros((41, 41, 3), np.uint8)
    photo[20, 30] = 255  # to the right of the centre
    result = transforms.transform(photo, parameters, "constant")[..., 0]
    return tuple(int(place) for place in np.unravel_index(np.argmax(result), result.shape))


def test_positive_angles_turn_counter_clockwise():
    assert dot_after(theta=90) == (10, 20)


def test_tx_shifts_left_and_ty_up():
    assert dot_after(tx=5) == (20, 25)
    assert dot_after(ty=5) == (15, 30)


def test_a_zoom_factor_of_two_halves_the_distance_from_the_centre():
    assert dot_after(zx=2) == (20, 25)


@pytest.mark.parametrize("flips", [{}, {"flip_horizontal": True}, {"flip_vertical": True}])
def test_invented_pixels_are_those_that_constant_fills(flips):
    grey = np.full((50, 60, 3), 100, np.uint8)
    for uniforms in draw_uniforms(np.random.default_rng(5), 10):
        parameters = STRONG.parameters(uniforms, grey.shape) | {"channel_shift_intensity": None} | flips
        filled = transforms.transform(grey, parameters, "constant", 200)[..., 0] == 200
        assert np.array_equal(transforms.invented(parameters, grey.shape), filled)


def test_a_shift_by_a_fifth_invents_a_fifth():
    mask = transforms.invented({"tx": 30}, (150, 150, 3))
    assert mask.mean() == pytest.approx(0.2)
    assert mask[:, 120:].all()  # moved left, so the hole is on the right


@pytest.mark.parametrize("parameters", [{}, {"theta": 90}, {"theta": 180}, {"zx": 0.5, "zy": 0.5}, {"brightness": 2}])
def test_nothing_is_invented_where_the_photo_covers_everything(parameters):
    assert not transforms.invented(parameters, (150, 150, 3)).any()


def test_an_unknown_fill_mode_is_named():
    with pytest.raises(ValueError, match="'mirror'.*nearest, reflect, wrap, constant"):
        transforms.transform(SQUARE, {}, "mirror")
