"""The drawn hands: the generator alone decides the picture, and only the gesture tells the classes apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from helpers.sample.drawing import Pose
from helpers.sample.drawing import hand as drawing
from helpers.sample.drawing.canvas import Canvas
from helpers.sample.drawing.colours import SKIN, brightness
from helpers.sample.drawing.hand import BACKGROUNDS, GESTURES, draw_hand, hand_photo
from helpers.sample.drawing.hand_traits import WEAR, new_hand, outline
from helpers.sample.store import Poses

SIZE = 48
POSES = Poses(rotation=6, scale=(0.95, 1.05), shift=0.03)


def hand(seed: int = 0, **traits):
    return replace(new_hand(np.random.default_rng(seed), seed), **traits)


def photo(gesture: str, seed: int = 0, pose: Pose | None = None, size=SIZE, background="plain", **traits) -> np.ndarray:
    rng = np.random.default_rng([seed, 1])
    return np.asarray(hand_photo(rng, hand(seed, **traits), gesture, pose or Pose(), size, background))


def silhouette(gesture: str, pose: Pose | None = None, seed: int = 3, **traits) -> np.ndarray:
    canvas = Canvas(SIZE, pose or Pose(), 0.5)
    draw_hand(np.random.default_rng([seed, 2]), canvas, hand(seed, **traits), gesture)
    return np.asarray(canvas.silhouette) > 0


def crowd(gesture: str, seeds: range) -> np.ndarray:
    """Mean colours of photos whose hands and poses are drawn anew: float (photos, 3)."""
    means = []
    for seed in seeds:
        rng = np.random.default_rng([seed, GESTURES.index(gesture)])
        means.append(np.asarray(hand_photo(rng, hand(seed), gesture, POSES.draw(rng), 32, "plain")).mean((0, 1)))
    return np.array(means)


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("gesture", GESTURES)
def test_the_generator_alone_decides_the_picture(gesture, background):
    first = photo(gesture, background=background)
    assert first.shape == (SIZE, SIZE, 3) and first.dtype == np.uint8
    assert (first == photo(gesture, background=background)).all()
    assert (photo(gesture, 1, background=background) != photo(gesture, 2, background=background)).any()


@pytest.mark.parametrize("size", [32, 77])
def test_every_size_and_far_out_pose_can_be_drawn(size):
    for gesture in GESTURES:
        for pose in (Pose(75, 2.5, (0.6, -0.6), True), Pose(shift=(3.0, 3.0)), Pose(shift=(-5.0, 0.0)), Pose(0, 0.05)):
            assert photo(gesture, pose=pose, size=size).shape == (size, size, 3)


@pytest.mark.parametrize("gesture", GESTURES)
def test_the_arm_comes_from_the_right_and_mirrored_from_the_left(gesture):
    for seed in range(10):
        drawn = silhouette(gesture, seed=seed)
        assert drawn[:, -1].any() and not drawn[:, 0].any() and not drawn[[0, -1]].any()
        drawn = silhouette(gesture, Pose(mirrored=True), seed)
        assert drawn[:, 0].any() and not drawn[:, -1].any()


@pytest.mark.parametrize(("gesture", "fingers", "behind"), [("paper", 4, 22), ("rock", 1, 14), ("scissors", 2, 14)])
def test_the_gesture_decides_how_many_fingers_stand_off(gesture, fingers, behind):
    for seed in range(20):
        drawn = silhouette(gesture, seed=seed, thick=1.0, long=1.0)
        first = np.flatnonzero(drawn.any(0))[0]
        column = drawn[:, first + behind].astype(int)  # of 96 pixels, behind the foremost tip
        assert (np.diff(column) == 1).sum() == fingers, seed


def test_average_colour_and_area_do_not_tell_the_gestures_apart():
    colours = [crowd(gesture, range(150)) for gesture in GESTURES]
    means = np.array([drawn.mean(0) for drawn in colours])
    assert np.ptp(means, axis=0).max() < 4
    assert np.ptp(means, axis=0).max() < 0.2 * colours[0].std(0).min()
    areas = [np.mean([silhouette(gesture, seed=seed).mean() for seed in range(40)]) for gesture in GESTURES]
    assert max(areas) < 1.08 * min(areas)


def test_the_shape_tells_the_gestures_apart():
    mean = [np.mean([silhouette(gesture, seed=seed) for seed in range(30)], axis=0) for gesture in GESTURES]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert np.abs(mean[one] - mean[other]).mean() > 0.05


def test_the_gesture_leaves_the_background_and_the_light_as_they_are():
    for background in BACKGROUNDS:
        corners = [photo(gesture, 4, background=background)[:4, :4].astype(int) for gesture in GESTURES]
        assert np.abs(corners[0] - corners[1]).mean() < 6  # the grain differs
        assert np.abs(corners[0] - corners[2]).mean() < 6


def test_plain_is_near_white_and_a_scene_is_not():
    corners = [photo("rock", seed)[:6, :6] for seed in range(10)]
    assert np.mean(corners) > 232 and np.ptp(np.mean(corners, axis=(0, 1, 2))) < 4
    assert np.mean([photo("rock", seed, background="scene")[:6, :6].mean() for seed in range(10)]) < 210


def test_few_hands_already_cover_all_skin_tones():
    for first in (0, 12):
        tones = np.sort([brightness(hand(number).skin) for number in range(first, first + 12)])
        assert tones[0] < 100 and tones[-1] > 200 and np.diff(tones).max() < 45
    four = np.sort([brightness(hand(number).skin) for number in range(12, 16)])
    assert np.ptp(four) > 80
    assert brightness(SKIN[-1]) - 15 < min(four) and max(four) < brightness(SKIN[0]) + 15


def test_individuals_differ_and_all_traits_occur():
    people = [hand(seed) for seed in range(200)]
    assert len(set(people)) == 200 and hand(7) == hand(7)
    assert {one.wear for one in people} == set(WEAR) and {one.left for one in people} == {False, True}
    bare = photo("rock", wear="none", nails=(200, 160, 150))
    for name, value in [("wear", wear) for wear in WEAR if wear != "none"] + [("nails", (60, 60, 200))]:
        changed = {"wear": "none", "nails": (200, 160, 150)} | {name: value}
        assert (photo("rock", **changed) != bare).any(), (name, value)
    assert all(brightness(one.line) < 0.8 * brightness(one.skin) for one in people)


@pytest.mark.parametrize("gesture", GESTURES)
def test_left_and_mirrored_hands_are_mirror_images(gesture):
    there, back = silhouette(gesture, Pose(20)), silhouette(gesture, Pose(-20, mirrored=True))
    assert (there[:, ::-1] != back).mean() < 0.03 < (there != back).mean()
    right, left = silhouette(gesture, left=False), silhouette(gesture, left=True)
    assert (right[::-1] != left).mean() < 0.03


def test_scale_and_shift_act_on_the_hand():
    small, large = (silhouette("paper", Pose(scale=scale), wear="none") for scale in (0.6, 1.0))
    assert np.ptp(np.nonzero(small.any(0))[0]) < np.ptp(np.nonzero(large.any(0))[0])
    assert small.mean() < 0.75 * large.mean()
    rows = [np.nonzero(silhouette("rock", Pose(scale=0.6, shift=(0.0, y))))[0].mean() for y in (-0.1, 0.1)]
    assert rows[1] - rows[0] == pytest.approx(0.2 * 2 * SIZE, abs=1)


@pytest.mark.parametrize("gesture", GESTURES)
def test_outlines_do_not_cross_themselves(gesture, monkeypatch):
    shapes = []
    monkeypatch.setattr(drawing, "outline", lambda *arguments: shapes.append(outline(*arguments)) or shapes[-1])
    for seed in range(100):
        silhouette(gesture, seed=seed)
        assert crossings(shapes.pop()) == 0, seed


def crossings(shape: np.ndarray) -> int:
    """How often the sides of a polygon cross each other."""
    start, end = shape, np.roll(shape, -1, 0)

    def side(points):
        """On which side of every segment (rows) these points (columns) lie."""
        across, away = (end - start)[:, None], points[None] - start[:, None]
        return np.sign(across[..., 0] * away[..., 1] - across[..., 1] * away[..., 0])

    apart = side(start) * side(end) < 0
    return int((apart & apart.T).sum()) // 2


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="gesture is 'lizard'; expected 'paper', 'rock' or 'scissors'"):
        photo("lizard")
    with pytest.raises(ValueError, match="background is 'beach'; expected 'plain' or 'scene'"):
        photo("rock", background="beach")
