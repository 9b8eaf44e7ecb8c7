import numpy as np
import pytest
from PIL import Image

from helpers.widgets import turned
from helpers.widgets.turned import Turned

ANGLES = np.array([-90, 0, 90])


@pytest.fixture
def record():
    """Two networks without, which know upright photos only, and two with augmentation, which are always right."""
    answer = np.array([0.1] * 3 + [0.9] * 3)  # cats, then dogs
    right = np.tile(answer[:, None], (1, 3))
    wrong = right.copy()
    wrong[:, [0, 2]] = 1 - wrong[:, [0, 2]]
    half = np.where([[False, True, False]], right, 0.6)
    return Turned(
        ANGLES,
        {"without": np.stack([wrong, half]), "with": np.stack([right, right])},
        {"without": np.array([[0.2, 1.0, 0.4], [0.4, 0.9, 0.6]]), "with": np.ones((2, 3))},
        100,
    )


def test_photos_are_the_same_every_time_and_differ_from_each_other():
    assert turned.photo("cat", 0).tobytes() == turned.photo("cat", 0).tobytes()
    pictures = {turned.photo(kind, number).tobytes() for kind in turned.KINDS for number in range(3)}
    assert len(pictures) == 6
    assert turned.photo("dog", 1).size == (128, 128)


def test_a_photo_turns_clockwise():
    picture = Image.new("RGB", (40, 40), "white")
    picture.paste("red", (0, 0, 40, 10))  # the top
    right, left = turned.turn(picture, 90), turned.turn(picture, -90)
    assert right.getpixel((37, 20)) == (255, 0, 0) and right.getpixel((3, 20)) == (255, 255, 255)
    assert left.getpixel((3, 20)) == (255, 0, 0) and left.getpixel((37, 20)) == (255, 255, 255)


def test_a_photo_that_is_not_turned_stays_as_it_is():
    picture = turned.photo("cat", 0)
    assert turned.turn(picture, 0).tobytes() == picture.tobytes()


def test_corners_from_outside_have_the_pixels_of_the_edge():
    for degrees in (30, 45, -60):
        colours = turned.turn(Image.new("RGB", (64, 64), "red"), degrees).getcolors()
        assert colours == [(64 * 64, (255, 0, 0))]


def test_what_the_networks_say_is_put_in_words(record):
    assert turned.describe(record, "dog", 1, 90) == (
        "dog 2, turned 90 degrees right. Probability of a dog: without augmentation 0.35 (0.10 to 0.60), right in 1 of "
        "2 networks; with augmentation 0.90 (0.90 to 0.90), right in 2 of 2 networks. Of 100 such photos at this "
        "angle, the networks get right 0.50 without and 1.00 with augmentation."
    )


def test_for_a_cat_a_low_probability_of_a_dog_is_right(record):
    text = turned.describe(record, "cat", 0, 0)
    assert text.startswith("cat 1, upright. Probability of a dog: without augmentation 0.10")
    assert text.count("right in 2 of 2 networks") == 2
    assert "turned 90 degrees left" in turned.describe(record, "cat", 0, -90)


def test_the_summary_compares_upright_and_far_turned(record):
    assert turned.summary(record) == (
        "Share of right answers on 100 photos: without augmentation 0.95 upright and 0.40 at 60 degrees or more; with "
        "augmentation 1.00 upright and 1.00 at 60 degrees or more."
    )


def test_a_band_reaches_from_the_lowest_to_the_highest_seed():
    mean, low, high = turned.band(np.array([[0.0, 1.0], [0.5, 0.0]]))
    assert (mean.tolist(), low.tolist(), high.tolist()) == ([0.25, 0.5], [0.0, 0.0], [0.5, 1.0])


def test_without_a_record_it_says_how_to_make_one(tmp_path):
    with pytest.raises(FileNotFoundError, match="python -m data_scripts.record --only nothing"):
        turned.load(tmp_path / "nothing.json")


def test_the_kept_record_is_whole_small_and_says_where_it_comes_from():
    record = turned.load()
    assert turned.RECORD.stat().st_size < 60_000
    for name in ("without", "with"):
        seeds, photos, angles = record.probabilities[name].shape
        assert (seeds, photos, angles) == (3, len(turned.KINDS) * turned.SHOWN, len(turned.ANGLES))
        assert record.accuracies[name].shape == (seeds, angles)
        for values in (record.probabilities[name], record.accuracies[name]):
            assert (values >= 0).all() and (values <= 1).all()
    assert tuple(record.angles) == turned.ANGLES
