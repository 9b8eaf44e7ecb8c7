"""The drawing: what is drawn depends on the generator alone, poses move it, classes share their colours."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.sample.drawing import Pose, individual_photo, new_individual, pet_photo
from helpers.sample.drawing.canvas import Canvas
from helpers.sample.drawing.cat import draw_cat
from helpers.sample.drawing.dog import draw_dog
from helpers.sample.drawing.geometry import chain, curve, ellipse, limb, symmetric, turn
from helpers.sample.drawing.horse import draw_horse
from helpers.sample.drawing.horse_traits import GAITS
from helpers.sample.drawing.human import CUTS, GARMENTS, HABITS, draw_human

SIZE = 48
KINDS = ("cat", "dog", "horse", "human")


def photo(kind: str, seed: int, pose: Pose | None = None, background: str = "scene", size: int = SIZE) -> np.ndarray:
    rng, pose = np.random.default_rng(seed), pose or Pose()
    if kind in ("cat", "dog"):
        return np.asarray(pet_photo(rng, kind, pose, size))
    figure = new_individual(np.random.default_rng(seed), kind, seed)
    return np.asarray(individual_photo(rng, figure, pose, size, background))


def silhouette(kind: str, pose: Pose, seed: int = 0) -> np.ndarray:
    canvas, rng = Canvas(SIZE, pose, 0.5), np.random.default_rng(seed)
    if kind in ("cat", "dog"):
        {"cat": draw_cat, "dog": draw_dog}[kind](rng, canvas)
    else:
        figure = new_individual(np.random.default_rng(seed), kind, seed)
        {"horse": draw_horse, "human": draw_human}[kind](rng, canvas, figure)
    return np.asarray(canvas.silhouette) > 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_generator_alone_decides_the_picture(kind):
    assert photo(kind, 1).shape == (SIZE, SIZE, 3) and photo(kind, 1).dtype == np.uint8
    assert (photo(kind, 1) == photo(kind, 1)).all()
    assert (photo(kind, 1) != photo(kind, 2)).any()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [32, 77])
def test_every_size_and_far_out_pose_can_be_drawn(kind, size):
    for seed in range(3):
        assert photo(kind, seed, Pose(75, 2.5, (0.6, -0.6), True), size=size).shape == (size, size, 3)
    away = photo(kind, 0, Pose(shift=(3.0, 3.0)), background="plain", size=size)
    if kind in ("horse", "human"):
        assert away.min() > 240


@pytest.mark.parametrize("kind", KINDS)
def test_a_mirrored_figure_is_the_mirror_image(kind):
    there, back = silhouette(kind, Pose(20)), silhouette(kind, Pose(-20, mirrored=True))
    assert (there[:, ::-1] != back).mean() < 0.03
    assert (there != back).mean() > 0.02


@pytest.mark.parametrize("kind", KINDS)
def test_scale_and_shift_act_on_the_figure(kind):
    area = silhouette(kind, Pose()).mean()
    assert silhouette(kind, Pose(scale=0.5)).mean() == pytest.approx(area / 4, rel=0.25)
    columns = [np.nonzero(silhouette(kind, Pose(scale=0.5, shift=(x, 0.0))))[1].mean() for x in (-0.2, 0.2)]
    assert columns[1] - columns[0] == pytest.approx(0.4 * 2 * SIZE, abs=2)


def test_every_habit_cut_and_garment_can_be_drawn():
    rng = np.random.default_rng(0)
    horses = [new_individual(rng, "horse", number) for number in range(60)]
    humans = [new_individual(rng, "human", number) for number in range(60)]
    assert {horse.gait for horse in horses} == set(GAITS)
    assert {human.habit for human in humans} == set(HABITS)
    assert {human.cut for human in humans} == set(CUTS) and {human.garment for human in humans} == set(GARMENTS)
    for figure in horses + humans:
        assert np.asarray(individual_photo(rng, figure, Pose(), 32, "plain")).min() < 180


def test_a_figure_keeps_its_colours_from_photo_to_photo():
    for kind in ("horse", "human"):
        means = []
        for seed in range(3):
            figure = new_individual(np.random.default_rng(seed), kind, seed)
            rngs = map(np.random.default_rng, range(8))
            shots = [np.asarray(individual_photo(rng, figure, Pose(), 64, "plain")) for rng in rngs]
            means.append([shot[shot.min(2) < 200].mean(0) for shot in shots])
        means = np.array(means)
        assert means.std(1).mean() < 0.5 * means.mean(1).std(0).mean()


@pytest.mark.parametrize(("first", "second", "most"), [("cat", "dog", 10), ("horse", "human", 16)])
def test_average_colour_does_not_tell_the_classes_apart(first, second, most):
    means = [np.mean([photo(kind, seed, size=32) for seed in range(60)], axis=(0, 1, 2)) for kind in (first, second)]
    assert np.abs(means[0] - means[1]).max() < most


def test_geometry():
    square = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
    assert turn(np.array([1.0, 0.0]), 90) == pytest.approx([0, 1])
    assert turn(square, 30, (0.5, 0.5)).mean(0) == pytest.approx([0.5, 0.5])
    assert curve(square, steps=5).shape == (20, 2) and curve(square, closed=False, steps=5).shape == (16, 2)
    assert curve(square)[::6] == pytest.approx(square)
    assert curve(square, closed=False)[[0, -1]] == pytest.approx(square[[0, -1]])
    assert ellipse(1, 2, 3, 4, 10).mean(0) == pytest.approx([1, 2])
    tube = limb([(0, 0), (0, 1)], [0.2, 0.2])
    assert np.abs(tube[:, 0]).max() == pytest.approx(0.1) and tube[:, 1].max() > 1.05
    assert chain((0, 0), (1, 1), (0, 90)) == pytest.approx(np.array([(0, 0), (0, 1), (1, 1)]))
    assert symmetric([(0, 0), (1, 1), (0, 2)]).tolist() == [[0, 0], [1, 1], [0, 2], [-1, 1]]


def test_poses_nest():
    point = np.array([0.1, -0.2])
    outer = Pose(30, 1.5, (0.1, 0.0), True)
    assert outer.within(0.5, (0.2, 0.1)).apply(point) == pytest.approx(outer.apply(0.5 * point + [0.2, 0.1]))
