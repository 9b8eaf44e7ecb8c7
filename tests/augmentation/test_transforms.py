import numpy as np
import pytest

from helpers.augmentation import transforms
from helpers.augmentation.generator_settings import Augmentation, draw_uniforms
from helpers.widgets import pictures

STRONG = Augmentation(180, 0.4, 0.3, 40, 0.7, True, True)
CAT = pictures.drawn_cat(side=64)


def test_the_photo_itself_is_left_alone():
    photo = CAT.astype("float32")
    assert np.array_equal(transforms.transform(photo, {}), CAT)
    transforms.transform(photo, {"theta": 30, "channel_shift_intensity": 50, "brightness": 0.5}, "constant")
    assert np.array_equal(photo, CAT)


@pytest.mark.parametrize(
    "parameters, place",
    [
        ({"theta": 90}, (10, 20)),  # counter-clockwise
        ({"tx": 5}, (20, 25)),  # to the left
        ({"ty": 5}, (15, 30)),  # up
        ({"zx": 2}, (20, 25)),  # smaller
    ],
)
def test_a_dot_to_the_right_of_the_centre_moves_as_the_labels_say(parameters, place):
    photo = np.zeros((41, 41, 3), np.uint8)
    photo[20, 30] = 255
    result = transforms.transform(photo, parameters, "constant")[..., 0]
    assert np.unravel_index(np.argmax(result), result.shape) == place


@pytest.mark.parametrize("flips", [{}, {"flip_horizontal": True}, {"flip_vertical": True}])
def test_invented_pixels_are_those_that_constant_fills(flips):
    grey = np.full((50, 60, 3), 100, np.uint8)
    for uniforms in draw_uniforms(np.random.default_rng(5), 10):
        parameters = STRONG.parameters(uniforms, grey.shape) | flips
        filled = transforms.transform(grey, parameters, "constant", 200)[..., 0] == 200
        assert np.array_equal(transforms.invented(parameters, grey.shape), filled)


@pytest.mark.parametrize("parameters", [{}, {"theta": 90}, {"theta": 180}, {"zx": 0.5, "zy": 0.5}, {"brightness": 2}])
def test_nothing_is_invented_where_the_photo_covers_everything(parameters):
    assert not transforms.invented(parameters, (150, 150, 3)).any()


def test_an_unknown_fill_mode_is_named():
    with pytest.raises(ValueError, match="'mirror'.*nearest, reflect, wrap, constant"):
        transforms.transform(CAT, {}, "mirror")
