"""A small training on drawn photos that takes seconds: how few photos, other poses and augmentation change it.

Every run takes the same number of steps, whatever the number of photos, so that all of them get the same chance to
learn and take about the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from helpers.sample import sets

if TYPE_CHECKING:
    import keras

SIDE = 40  # pixels of the photos as the network gets them
STEPS, BATCH = 600, 16
EVERY = 20  # steps between two points of a curve
LAST = 5  # points that a run's final accuracies are averaged over
VALIDATION = 100  # validation photos per class
MOST = 200  # training photos, both classes together
POSES = {
    "upright": sets.UPRIGHT,
    "leaning": sets.Poses(rotation=20, scale=(0.85, 1.12), shift=0.08, mirror=True),
    "reclining": sets.RECLINING,
}


@dataclass(frozen=True)
class Knobs:
    """What one run may change.

    Attributes
    ----------
    photos : int
        Training photos, half of them cats; even, 16 to 200.
    poses : str
        Of the validation cats and dogs, a key of `POSES`; those for training always sit upright.
    augment : bool
        Whether every training photo is changed at random each time it is used.

    Raises
    ------
    ValueError
        If a value is out of its range; the message names it.
    """

    photos: int
    poses: str
    augment: bool

    def __post_init__(self) -> None:
        if not BATCH <= self.photos <= MOST or self.photos % 2:
            raise ValueError(f"photos is {self.photos}; expected an even number from {BATCH} to {MOST}.")
        if self.poses not in POSES:
            raise ValueError(f"poses is {self.poses!r}; expected {', '.join(map(repr, POSES))}.")

    def __str__(self) -> str:
        return f"{self.photos} photos, {self.poses}, {'augmented' if self.augment else 'not augmented'}"


@dataclass(frozen=True)
class Run:
    """The curves of one training.

    Attributes
    ----------
    knobs : Knobs
    steps : numpy.ndarray
        int (points,): batches so far.
    training : numpy.ndarray
        float (points,), 0-1: share of right answers over the batches since the last point, as trained on.
    validation : numpy.ndarray
        float (points,), 0-1: share of right answers on all validation photos.
    """

    knobs: Knobs
    steps: np.ndarray
    training: np.ndarray
    validation: np.ndarray

    @property
    def final(self) -> tuple[float, float]:
        """Training and validation accuracy, means of the last points."""
        return float(self.training[-LAST:].mean()), float(self.validation[-LAST:].mean())

    @property
    def gap(self) -> float:
        """Final training accuracy minus final validation accuracy."""
        training, validation = self.final
        return training - validation


def build_network(seed: int) -> keras.Model:
    """The network: three blocks of convolution and pooling, one dense layer, one output, as in the lessons.

    Its first weights come from `seed` alone, not from Keras' global seed.
    """
    from keras import Input, Sequential, initializers, layers, optimizers

    seeds = iter(np.random.SeedSequence(seed).generate_state(5).tolist())

    def weights() -> initializers.Initializer:
        return initializers.GlorotUniform(seed=next(seeds))

    network = Sequential([Input((SIDE, SIDE, 3))])
    for filters in (16, 32, 64):
        network.add(layers.Conv2D(filters, (3, 3), activation="relu", kernel_initializer=weights()))
        network.add(layers.MaxPooling2D(2, 2))
    network.add(layers.Flatten())
    network.add(layers.Dense(64, activation="relu", kernel_initializer=weights()))
    network.add(layers.Dense(1, activation="sigmoid", kernel_initializer=weights()))
    network.compile(loss="binary_crossentropy", optimizer=optimizers.Adam(1.5e-3), metrics=["accuracy"])
    return network


def augment(photos: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rotate, shift, zoom and mirror every photo at random, as far as lesson 3 does.

    Parameters
    ----------
    photos : numpy.ndarray
        float32 (photos, height, width, 3).
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray
        As `photos`; pixels from outside a photo are those of its edge.
    """
    from keras import ops

    count, side = len(photos), np.array(photos.shape[1:3])
    angle = np.radians(rng.uniform(-40, 40, count))
    zoom = rng.uniform(0.8, 1.2, (2, count))
    shift = rng.uniform(-0.2, 0.2, (count, 2)) * side[::-1]
    zoom[0] *= rng.choice([-1, 1], count)  # mirrored
    # Where each pixel of the new photo comes from in the old one, about its middle; (x, y).
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * zoom
    middle = (side[::-1] - 1) / 2
    offset = middle + shift - np.einsum("ijn,j->ni", turn, middle)
    rows = [turn[0, 0], turn[0, 1], offset[:, 0], turn[1, 0], turn[1, 1], offset[:, 1]]
    transform = np.stack([*rows, np.zeros(count), np.zeros(count)], axis=1).astype("float32")
    moved = ops.image.affine_transform(photos, transform, interpolation="bilinear", fill_mode="nearest")
    return ops.convert_to_numpy(moved)


def load_photos(data: Path, knobs: Knobs, seed: int = 0) -> tuple[tuple, tuple]:
    """The photos of a run, drawn on first use (some seconds).

    Parameters
    ----------
    data : pathlib.Path
        The drawn sets are kept in ``data/sample``.
    knobs : Knobs
    seed : int
        At least 0; another seed draws other animals.

    Returns
    -------
    (images, labels), (images, labels)
        Training, then validation: float32 (photos, 40, 40, 3), 0-1, and float32 (photos,), 1 for dogs.
    """
    half = MOST // 2
    drawn = sets.cats_and_dogs(data, seed=seed, train=half, validation=1, size=64)
    chosen = [kind * half + number for kind in (0, 1) for number in range(knobs.photos // 2)]
    images, labels = _read(drawn / "train")
    judged = sets.cats_and_dogs(
        data, seed=seed, train=1, validation=VALIDATION, validation_poses=POSES[knobs.poses], size=64
    )
    return (images[chosen], labels[chosen]), _read(judged / "validation")


def train(data: Path, knobs: Knobs, *, seed: int = 0, watch: Callable[[int], None] | None = None) -> Run:
    """Train the network from scratch.

    Weights, the order of the photos and the augmentation come from `seed` alone: no global random stream is read
    or moved, so that a training in a widget's thread and one in a cell do not disturb each other. On a CPU, the
    same seed gives the same run; a GPU may add differently from run to run.

    Parameters
    ----------
    data : pathlib.Path
        As in :func:`load_photos`.
    knobs : Knobs
    seed : int
        At least 0.
    watch : callable, optional
        Called with the number of steps taken, at every point of the curves.

    Returns
    -------
    Run
    """
    (photos, labels), judged = load_photos(data, knobs, seed)
    rng = np.random.default_rng(seed)
    network = build_network(seed)
    right, training, validation = [], [], []
    queue = np.array([], dtype=int)
    for step in range(1, STEPS + 1):
        if len(queue) < BATCH:
            queue = np.concatenate([queue, rng.permutation(len(photos))])
        batch, queue = queue[:BATCH], queue[BATCH:]
        pictures = augment(photos[batch], rng) if knobs.augment else photos[batch]
        right.append(float(network.train_on_batch(pictures, labels[batch], return_dict=True)["accuracy"]))
        if step % EVERY == 0:
            training.append(float(np.mean(right)))
            right.clear()
            validation.append(float(network.test_on_batch(*judged, return_dict=True)["accuracy"]))
            if watch:
                watch(step)
    return Run(knobs, np.arange(EVERY, STEPS + 1, EVERY), np.array(training), np.array(validation))


def example_photos(data: Path, knobs: Knobs, *, seed: int = 0, count: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """A few of a run's training photos, as they are trained on, and a few of its validation photos.

    Returns
    -------
    numpy.ndarray, numpy.ndarray
        Each float32 (count, 64, 64, 3), 0-1, cats before dogs.
    """
    few = {"seed": seed, "size": 64}
    shown, _ = _read(sets.cats_and_dogs(data, train=count // 2, validation=1, **few) / "train", side=64)
    poses = POSES[knobs.poses]
    judged, _ = _read(
        sets.cats_and_dogs(data, train=1, validation=count // 2, validation_poses=poses, **few) / "validation",
        side=64,
    )
    return (augment(shown, np.random.default_rng(seed)) if knobs.augment else shown), judged


def describe_runs(runs: Mapping[int, Run]) -> str:
    """Every run in a sentence: number, knobs, final training and validation accuracy, and the gap between them."""
    from helpers.plotting.histories import margin_of_error

    sentences = []
    for number, run in runs.items():
        training, validation = run.final
        sentences.append(
            f"Run {number} ({run.knobs}): training accuracy {training:.2f}, validation accuracy {validation:.2f} give "
            f"or take {margin_of_error(validation, 2 * VALIDATION):.2f}, gap {run.gap:+.2f}."
        )
    return " ".join(sentences)


def _read(folder: Path, side: int = SIDE) -> tuple[np.ndarray, np.ndarray]:
    from helpers.training import validation_sets

    photos = validation_sets.load_photos(folder, (side, side))
    return photos.images, photos.labels.astype("float32")
