import numpy as np
import pytest
from PIL import Image

from helpers.evidence import records
from helpers.widgets import turned_photos
from helpers.widgets.turned_photos import ANGLE, ANGLES, PHOTO, TurnBox, Turned

FAR = np.abs(ANGLES) >= 45


@pytest.fixture
def record():
    """Two networks without, which know upright photos only, and two with augmentation, which are always right."""
    right = np.tile(np.array([0.1] * 3 + [0.9] * 3)[:, None], (1, len(ANGLES)))  # cats, then dogs
    wrong, half = np.where(FAR, 1 - right, right), np.where(FAR, 0.6, right)
    shares = np.where(FAR, [[0.2], [0.4]], [[1.0], [0.9]])
    return Turned(
        {"without": np.stack([wrong, half]), "with": np.stack([right, right])},
        {"without": shares, "with": np.ones_like(shares)},
        100,
    )


@pytest.fixture
def box(record):
    return TurnBox(record)


def test_photos_are_the_same_every_time_and_differ_from_each_other():
    pictures = [
        turned_photos.photo(kind, number).tobytes() for _ in range(2) for kind in ("cat", "dog") for number in range(3)
    ]
    assert pictures[:6] == pictures[6:] and len(set(pictures)) == 6
    assert turned_photos.photo("dog", 1).size == (128, 128)


def test_a_photo_turns_clockwise():
    picture = Image.new("RGB", (40, 40), "white")
    picture.paste("red", (0, 0, 40, 10))  # the top
    right, left = turned_photos.turn(picture, 90), turned_photos.turn(picture, -90)
    assert right.getpixel((37, 20)) == (255, 0, 0) and right.getpixel((3, 20)) == (255, 255, 255)
    assert left.getpixel((3, 20)) == (255, 0, 0) and left.getpixel((37, 20)) == (255, 255, 255)
    assert turned_photos.turn(picture, 0).tobytes() == picture.tobytes()


def test_corners_from_outside_have_the_pixels_of_the_edge():
    colours = turned_photos.turn(Image.new("RGB", (64, 64), "red"), 45).getcolors()
    assert colours == [(64 * 64, (255, 0, 0))]


def test_what_the_networks_say_is_put_in_words(record):
    assert turned_photos.describe(record, "dog", 1, 90) == (
        "dog 2, turned 90 degrees right. Probability of a dog: without augmentation 0.35 (0.10 to 0.60), right in 1 of "
        "2 networks; with augmentation 0.90 (0.90 to 0.90), right in 2 of 2 networks. Of 100 such photos at this "
        "angle, the networks get right 0.30 without and 1.00 with augmentation."
    )
    text = turned_photos.describe(record, "cat", 0, 0)  # for a cat, a low probability is right
    assert text.startswith("cat 1, upright. Probability of a dog: without augmentation 0.10")
    assert text.count("right in 2 of 2 networks") == 2
    assert "turned 90 degrees left" in turned_photos.describe(record, "cat", 0, -90)


class Shy:
    """Takes every photo for a cat, and remembers how many it saw of what size."""

    def __init__(self):
        self.seen = []

    def predict(self, batch, **options):
        self.seen.append(batch.shape)
        assert 0 <= batch.min() < batch.max() <= 1
        return np.full((len(batch), 1), 0.25)


def test_a_network_is_asked_at_every_angle(monkeypatch):
    monkeypatch.setattr(turned_photos, "JUDGED", 4)
    network = Shy()
    said = turned_photos.answers(network, (20, 30))["turned"]
    assert network.seen == [(8, 20, 30, 3)] * len(ANGLES)
    assert np.array_equal(said["probabilities"], np.full((6, len(ANGLES)), 0.25))
    assert said["accuracies"] == [0.5] * len(ANGLES) and said["photos"] == 8


def test_the_kept_record_is_whole_and_small():
    record = turned_photos.load()
    assert (records.REFERENCE / "03_turned_photos.json").stat().st_size < 60_000
    for name in ("without", "with"):
        assert record.probabilities[name].shape == (3, 6, len(ANGLES))
        assert record.accuracies[name].shape == (3, len(ANGLES))
        for values in (record.probabilities[name], record.accuracies[name]):
            assert (values >= 0).all() and (values <= 1).all()
    assert record.photos == 100


def test_the_first_view_is_an_upright_photo_with_its_curves(box, record):
    assert box.sentence == turned_photos.describe(record, "cat", 0, 0)
    assert box.picture.value.count("<img") == 1 and "<svg" in box.picture.value
    assert "probability of a dog, cat 1" in box.picture.value and "on 100 photos" in box.picture.value
    assert box.still().count("<img") == 2 and "<svg" not in box.still() and box.sentence in box.still()
    slider = box.controls[ANGLE]
    assert (slider.min, slider.max, slider.step, slider.value) == (-90, 90, 5, 0)
    assert slider.description == ANGLE and box.controls[PHOTO].description == PHOTO


def test_turning_changes_photo_mark_and_sentence(box):
    before = box.picture.value, box.drawn.tobytes(), box.curves
    box.set(**{ANGLE: 45})
    after = box.picture.value, box.drawn.tobytes(), box.curves
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert ">45</text>" in box.curves and "turned 45 degrees right" in box.sentence


def test_another_photo_has_its_own_curve(box):
    before = box.curves, box.drawn.tobytes()
    box.set(**{PHOTO: "dog 3"})
    assert box.sentence.startswith("dog 3, upright. Probability of a dog: without augmentation 0.90")
    assert box.curves != before[0] and box.drawn.tobytes() != before[1]


def test_without_is_solid_and_with_is_dashed_both_with_a_band(box):
    assert box.curves.count('stroke-dasharray="6 4"') == 2 and box.curves.count("fill-opacity") == 4
    assert box.curves.count(">without</text>") == 2
