"""The ``tf.data`` pipeline of lesson 8, judged by what two epochs of it deliver and how often it reads the photos."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf

from helpers.exercises.checkers.outcome import NotYet, need_function, run, shown
from helpers.exercises.exercise import exercise

PHOTOS, BATCH, SIDE, EPOCHS = 24, 5, 4, 3
CALL = "make_pipeline(photos, augment, batch_size)"


@dataclass
class _Source:
    """Photos whose first channel is their number, and an augmentation that writes a fresh mark into the second."""

    reads: int = 0
    _marks: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def photos(self) -> tf.data.Dataset:
        def read(number: np.ndarray) -> np.ndarray:
            self.reads += 1
            photo = np.zeros((SIDE, SIDE, 3), np.float32)
            photo[..., 0] = number
            return photo

        def load(number: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            photo = tf.numpy_function(read, [number], tf.float32)
            return tf.ensure_shape(photo, (SIDE, SIDE, 3)), number % 2

        return tf.data.Dataset.range(PHOTOS).map(load)

    def augment(self, images: tf.Tensor, training: bool = True) -> tf.Tensor:
        def mark(given: np.ndarray) -> np.ndarray:
            marked = given.copy()
            flat = marked.reshape(-1, SIDE, SIDE, 3)
            flat[..., 1] = self._marks.random((len(flat), 1, 1))
            return marked

        return tf.ensure_shape(tf.numpy_function(mark, [images], tf.float32), images.shape)


@exercise(
    "08",
    "Four steps behind photos: keep what was read, mix, make batches, augment. In which order?",
    "What comes before cache() is done once; what comes behind it is done in every epoch.",
    "shuffle mixes what it is given: photos before batch, whole batches behind it. Its buffer should hold all.",
    "photos.cache().shuffle(1000).batch(batch_size).map(...), where the map returns (augment(images), labels).",
)
def pipeline(make_pipeline: object) -> str:
    """Check reading once, every photo once an epoch, shuffled by photo anew, augmented anew, in batches."""
    need_function(make_pipeline, CALL)
    source = _Source()
    made = run(make_pipeline, source.photos(), source.augment, BATCH, call=CALL)
    if not isinstance(made, tf.data.Dataset):
        raise NotYet(f"{CALL} returns {shown(made)}; expected a tf.data.Dataset: photos with more steps behind it.")
    if made.cardinality() == tf.data.INFINITE_CARDINALITY:
        raise NotYet("The pipeline never ends: leave repeat() out. model.fit begins it anew for every epoch.")
    epochs = [run(lambda: [_arrays(pair) for pair in made], call=CALL) for _ in range(EPOCHS)]
    _check_batches(epochs[0])
    orders = [np.concatenate([images[:, 0, 0, 0] for images, _ in epoch]).astype(int) for epoch in epochs]
    _check_every_photo(epochs, orders)
    marks = [
        dict(zip(order, np.concatenate([images[:, 0, 0, 1] for images, _ in epoch]), strict=True))
        for order, epoch in zip(orders, epochs, strict=True)
    ]
    if not any(marks[0].values()):
        raise NotYet("The photos come out as they went in: augment is never called. Put it into a map.")
    if marks[0] == marks[1]:
        raise NotYet(
            "Every epoch has the same variants: they are made once, and then kept. Put cache() before the map that "
            "augments, not behind it."
        )
    if source.reads > PHOTOS:
        raise NotYet(
            f"The {PHOTOS} photos were read {source.reads} times in {EPOCHS} epochs: each epoch decodes all files "
            "again. Put cache() right behind photos."
        )
    _check_shuffled(epochs, orders)
    return f"{PHOTOS} photos were read {source.reads} times in {EPOCHS} epochs; each had new variants in a new order."


def _arrays(pair: object) -> tuple[np.ndarray, np.ndarray]:
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise NotYet(
            "The pipeline's elements are no pairs of photos and labels. Let the map return (augmented, labels)."
        )
    return tuple(np.asarray(part) for part in pair)


def _check_batches(epoch: list[tuple[np.ndarray, np.ndarray]]) -> None:
    if not epoch:
        raise NotYet("The pipeline delivers nothing at all. Leave drop_remainder out, and filter, if there is one.")
    if epoch[0][0].ndim != 4:
        raise NotYet(
            f"An element holds an array of shape {epoch[0][0].shape}; expected a batch. Add batch(batch_size)."
        )
    if len(epoch[0][0]) != BATCH:
        raise NotYet(f"The first batch has {len(epoch[0][0])} photos; expected batch_size, here {BATCH}.")


def _check_every_photo(epochs: list, orders: list[np.ndarray]) -> None:
    for order in orders:
        counts = Counter(order.tolist())
        missing, twice = PHOTOS - len(counts), sum(count > 1 for count in counts.values())
        if twice:
            raise NotYet(f"In one epoch {twice} of {PHOTOS} photos come more than once. Leave repeat() out.")
        if missing:
            raise NotYet(
                f"In one epoch {missing} of {PHOTOS} photos are missing. Keep the smaller last batch: no "
                "drop_remainder, no take."
            )
    labels = np.concatenate([labels for _, labels in epochs[0]]).ravel()
    if not np.array_equal(labels, orders[0] % 2):
        raise NotYet("The labels no longer belong to their photos. Shuffle pairs, and let one map return both parts.")


def _check_shuffled(epochs: list, orders: list[np.ndarray]) -> None:
    if np.array_equal(orders[0], np.arange(PHOTOS)):
        raise NotYet(
            "The photos come in the order of the files: first one class, then the other. Add shuffle, with a buffer as "
            "large as the set."
        )
    if np.array_equal(orders[0], orders[1]):
        raise NotYet(
            "Every epoch has the same order. Leave reshuffle_each_iteration at True, and shuffle behind cache()."
        )
    companions = [{frozenset(images[:, 0, 0, 0].tolist()) for images, _ in epoch} for epoch in epochs]
    if companions[0] == companions[1] == companions[2]:
        raise NotYet("Whole batches change places, and the same photos always stay together. Shuffle before batch.")
    early = max(number - int(np.argmax(order == number)) for order in orders for number in range(PHOTOS))
    if early < PHOTOS // 3:
        raise NotYet(
            f"A photo comes at most {early} places before its turn: the buffer of shuffle is small. Take one as large "
            "as the set, for example shuffle(1000)."
        )
