"""The drawn faces: the generator alone decides the picture, and the mood shows in mouth, brows and lids only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from helpers.sample.drawing import Pose
from helpers.sample.drawing.canvas import Canvas
from helpers.sample.drawing.colours import brightness
from helpers.sample.drawing.face import GROUNDS, MOODS, _mouth, _pattern, draw_face, face_photo
from helpers.sample.drawing.face_traits import CUTS, EYES, NOSES, new_face

SIZE = 48
PLAIN = {"cut": "none", "glasses": False, "nose": "none", "blush": False, "eyes": "dots"}


def face(seed: int = 0, **traits):
    return replace(new_face(np.random.default_rng(seed)), **traits)


def photo(mood: str, seed: int = 0, pose: Pose | None = None, size: int = SIZE, **traits) -> np.ndarray:
    picture = face_photo(np.random.default_rng([seed, 1]), face(seed, **traits), mood, pose or Pose(), size)
    return np.asarray(picture)


def silhouette(pose: Pose, **traits) -> np.ndarray:
    canvas = Canvas(SIZE, pose, 0.5)
    draw_face(np.random.default_rng(3), canvas, face(3, **traits), "happy")
    return np.asarray(canvas.silhouette) > 0


def mouth(mood: str, seed: int) -> np.ndarray:
    """Where a mouth alone is drawn: bool (height, width)."""
    canvas = Canvas(150, Pose(), 0.5)
    _mouth(np.random.default_rng(seed), canvas, face(seed), {"happy": 0.8, "sad": -0.8}[mood])
    return np.asarray(canvas.silhouette) > 0


@pytest.mark.parametrize("mood", MOODS)
def test_the_generator_alone_decides_the_picture(mood):
    assert photo(mood).shape == (SIZE, SIZE, 3) and photo(mood).dtype == np.uint8
    assert (photo(mood) == photo(mood)).all()
    assert (photo(mood, 1) != photo(mood, 2)).any()


@pytest.mark.parametrize("size", [32, 77])
def test_every_size_and_far_out_pose_can_be_drawn(size):
    for mood in MOODS:
        assert photo(mood, pose=Pose(75, 2.5, (0.6, -0.6), True), size=size).shape == (size, size, 3)
        assert photo(mood, pose=Pose(shift=(3.0, 3.0)), size=size).shape == (size, size, 3)


def test_a_mouth_curves_up_or_down_with_the_mood():
    for seed in range(20):
        for mood in MOODS:
            drawn = mouth(mood, seed)
            columns = np.flatnonzero(drawn.any(0))
            heights = np.array([np.flatnonzero(drawn[:, column]).mean() for column in columns])
            ends, middle = (heights[0] + heights[-1]) / 2, heights[len(heights) // 2]
            assert (ends < middle) == (mood == "happy"), (mood, seed)


def test_the_mood_leaves_the_background_and_the_light_as_they_are():
    for seed in range(5):
        happy, sad = (photo(mood, seed, Pose(scale=0.6), **PLAIN).astype(int) for mood in MOODS)
        corner = np.abs(happy - sad)[:8, :8].mean()
        assert corner < 6  # the grain differs
        assert np.abs(happy - sad).max() > 60


def test_average_colour_does_not_tell_the_moods_apart():
    means = [np.mean([photo(mood, seed, size=32) for seed in range(60)], axis=(0, 1, 2)) for mood in MOODS]
    assert np.abs(means[0] - means[1]).max() < 4


def test_all_traits_occur_and_can_be_drawn():
    crowd = [face(seed) for seed in range(300)]
    assert {one.cut for one in crowd} == set(CUTS)
    assert {one.eyes for one in crowd} == set(EYES) and {one.nose for one in crowd} == set(NOSES)
    assert {one.glasses for one in crowd} == {one.blush for one in crowd} == {False, True}
    bare = photo("sad", **PLAIN)
    for name, values in (("cut", CUTS[1:]), ("eyes", EYES[1:]), ("nose", NOSES[1:]), ("glasses", [True])):
        for value in values:
            assert (photo("sad", **PLAIN | {name: value}) != bare).any(), (name, value)


def test_a_face_keeps_its_colours_whatever_its_mood():
    for seed in range(20):
        one = face(seed)
        assert brightness(one.line) < 0.5 * brightness(one.skin)
        assert brightness(one.hairline) < 0.8 * brightness(one.skin)
    pose = Pose(scale=2.0, shift=(0.0, -0.1))
    for mood in MOODS:
        cheek = [photo(mood, seed, pose, skin=(250, 200, 60), **PLAIN)[20:28, 4:8].mean((0, 1)) for seed in range(6)]
        assert np.all(np.array(cheek)[:, 0] > np.array(cheek)[:, 2] + 60)


def test_a_mirrored_face_is_the_mirror_image():
    there, back = silhouette(Pose(20), cut="cap"), silhouette(Pose(-20, mirrored=True), cut="cap")
    assert (there[:, ::-1] != back).mean() < 0.03
    assert (there != back).mean() > 0.02


def test_scale_and_shift_act_on_the_face():
    area = silhouette(Pose(), cut="none").mean()
    assert silhouette(Pose(scale=0.5), cut="none").mean() == pytest.approx(area / 4, rel=0.1)
    columns = [np.nonzero(silhouette(Pose(scale=0.5, shift=(x, 0.0)), cut="none"))[1].mean() for x in (-0.2, 0.2)]
    assert columns[1] - columns[0] == pytest.approx(0.4 * 2 * SIZE, abs=2)


def test_every_ground_but_the_plain_one_has_a_pattern():
    for kind in GROUNDS:
        shapes = _pattern(np.random.default_rng(0), kind)
        assert bool(shapes) == (kind != "plain") and all(shape.shape[1] == 2 for shape in shapes)


def test_another_mood_is_named():
    with pytest.raises(ValueError, match="mood is 'angry'; expected 'happy' or 'sad'"):
        photo("angry")
