"""A small training on drawn photos that takes seconds: how few photos, other poses and augmentation change it.

Every run takes the same number of steps, whatever the number of photos, so that all of them get the same chance to
learn and take about the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from keras import layers

from helpers.augmentation.generator_settings import LESSON, draw_uniforms
from helpers.augmentation.transforms import transform
from helpers.plotting.training_curves import margin_of_error
from helpers.sample import sets
from helpers.training import validation_sets

SIDE = 40  # pixels of the photos as the network gets them
STEPS, BATCH = 600, 16
EVERY = 20  # steps between two points of a curve
LAST = 5  # points that a run's final accuracies are averaged over
VALIDATION = 100  # validation photos per class
MOST = 200  # training photos, both classes together
EXAMPLES = 8  # photos of a kind that are shown, both classes together
SEED = 0  # of the drawn animals, the first weights, the order of the photos and the augmentation
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
    """

    photos: int
    poses: str
    augment: bool

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


def build_network() -> keras.Model:
    """The network: three blocks of convolution and pooling, one dense layer, one output, as in the lessons.

    Its first weights are the same each time, whatever Keras' global seed.
    """
    seeds = iter(np.random.SeedSequence(SEED).generate_state(5).tolist())

    def weights() -> keras.Initializer:
        return keras.initializers.GlorotUniform(seed=next(seeds))

    network = keras.Sequential([keras.Input((SIDE, SIDE, 3))])
    for filters in (16, 32, 64):
        network.add(layers.Conv2D(filters, (3, 3), activation="relu", kernel_initializer=weights()))
        network.add(layers.MaxPooling2D(2, 2))
    network.add(layers.Flatten())
    network.add(layers.Dense(64, activation="relu", kernel_initializer=weights()))
    network.add(layers.Dense(1, activation="sigmoid", kernel_initializer=weights()))
    network.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(1.5e-3), metrics=["accuracy"])
    return network


def augment(photos: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Photos, float32 (photos, height, width, 3), each changed at random as in lesson 3."""
    uniforms = draw_uniforms(rng, len(photos))
    changed = [transform(photo, LESSON.parameters(u, photo.shape)) for photo, u in zip(photos, uniforms, strict=True)]
    return np.stack(changed)


def load_photos(data: Path, knobs: Knobs) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """The photos of a run, drawn on first use (some seconds) and kept in ``data/sample``.

    Returns
    -------
    (images, labels), (images, labels)
        Training, then validation: float32 (photos, 40, 40, 3), 0-1, and float32 (photos,), 1 for dogs.
    """
    half = MOST // 2
    images, labels = _read(_drawn(data, train=half, validation=1) / "train", SIDE)
    chosen = [kind * half + number for kind in (0, 1) for number in range(knobs.photos // 2)]
    judged = _drawn(data, train=1, validation=VALIDATION, validation_poses=POSES[knobs.poses])
    return (images[chosen], labels[chosen]), _read(judged / "validation", SIDE)


def train(data: Path, knobs: Knobs, watch: Callable[[int], None] = lambda step: None) -> Run:
    """Train the network from scratch.

    No global random stream is read or moved, so that a training in a widget's thread and one in a cell do not disturb
    each other. On a CPU, every run is the same; a GPU may add differently from run to run.

    Parameters
    ----------
    data : pathlib.Path
        As in :func:`load_photos`.
    knobs : Knobs
    watch : callable
        Called with the number of steps taken, at every point of the curves.
    """
    (photos, labels), judged = load_photos(data, knobs)
    rng = np.random.default_rng(SEED)
    network = build_network()
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
            watch(step)
    return Run(knobs, np.arange(EVERY, STEPS + 1, EVERY), np.array(training), np.array(validation))


def example_photos(data: Path, knobs: Knobs) -> tuple[np.ndarray, np.ndarray]:
    """A few of a run's training photos, as they are trained on, and a few of its validation photos.

    Returns
    -------
    numpy.ndarray, numpy.ndarray
        Each float32 (`EXAMPLES`, 64, 64, 3), 0-1, cats before dogs.
    """
    half = EXAMPLES // 2
    shown, _ = _read(_drawn(data, train=half, validation=1) / "train", 64)
    if knobs.augment:
        shown = augment(shown, np.random.default_rng(SEED))
    judged = _drawn(data, train=1, validation=half, validation_poses=POSES[knobs.poses])
    return shown, _read(judged / "validation", 64)[0]


def describe_runs(runs: Mapping[int, Run]) -> str:
    """Every run in a sentence: number, knobs, final training and validation accuracy, and the gap between them."""
    sentences = []
    for number, run in runs.items():
        training, validation = run.training[-LAST:].mean(), run.validation[-LAST:].mean()
        sentences.append(
            f"Run {number} ({run.knobs}): training accuracy {training:.2f}, validation accuracy {validation:.2f} give "
            f"or take {margin_of_error(validation, 2 * VALIDATION):.2f}, gap {training - validation:+.2f}."
        )
    return " ".join(sentences)


def _drawn(data: Path, **options: object) -> Path:
    return sets.cats_and_dogs(data, seed=SEED, size=64, **options)


def _read(folder: Path, side: int) -> tuple[np.ndarray, np.ndarray]:
    photos = validation_sets.load_photos(folder, (side, side))
    return photos.images, photos.labels.astype("float32")
