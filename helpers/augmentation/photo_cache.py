"""A folder of photos, decoded once, for `model.fit`: augmented batches without `ImageDataGenerator`."""

from __future__ import annotations

import hashlib
import math
import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np
import psutil
import tensorflow as tf
from PIL import Image

from helpers.datasets.photo_files import class_folders, is_clutter, read

CLASS_MODES = ("binary", "sparse", "categorical")


@dataclass(frozen=True, eq=False)
class PhotoCache:
    """Decoded photos of one size, in memory, and batches of them.

    Attributes
    ----------
    paths : tuple of pathlib.Path
        One file per photo, class by class, sorted by name.
    labels : numpy.ndarray
        int64 (photos,): the class, by alphabetical order of the folders.
    class_names : tuple of str
        Names of the class folders.
    image_size : (int, int)
        Height and width in pixels.
    skipped : dict of str to str
        ``'class/name'`` of each entry that is no photo, and why.
    pixels : numpy.ndarray
        uint8 (photos, height, width, 3).
    """

    paths: tuple[Path, ...]
    labels: np.ndarray = field(repr=False)
    class_names: tuple[str, ...]
    image_size: tuple[int, int]
    skipped: dict[str, str]
    pixels: np.ndarray = field(repr=False)

    def __len__(self) -> int:
        return len(self.paths)

    def report(self) -> str:
        """The entries that were left out, by name, then how many photos of which class are where."""
        lines = [f"{name} {reason}, so ignoring." for name, reason in self.skipped.items()]
        counts = ", ".join(f"{np.sum(self.labels == i)} {name}" for i, name in enumerate(self.class_names))
        found = f"Found {len(self)} photos: {counts}. {self.pixels.nbytes / 1e6:.0f} MB of pixels in memory."
        return "\n".join([*lines, found])

    def take(self, numbers: np.ndarray) -> PhotoCache:
        """Some of the photos: for a part that is held out.

        Parameters
        ----------
        numbers : numpy.ndarray
            Which photos: int (chosen,), counted from 0; or a mask, bool (photos,).

        Returns
        -------
        PhotoCache
            All classes keep their names and numbers, also one of which no photo was chosen.

        Raises
        ------
        IndexError
            If there is no photo of such a number; NumPy's message names it.
        """
        numbers = np.arange(len(self))[numbers]
        paths = tuple(self.paths[number] for number in numbers)
        return replace(self, paths=paths, labels=self.labels[numbers], pixels=self.pixels[numbers])

    def batches(
        self,
        batch_size: int,
        transform: Callable[[tf.Tensor], tf.Tensor] | None = None,
        *,
        shuffle: bool = True,
        seed: int | None = None,
        class_mode: str = "binary",
    ) -> Batches:
        """Batches for ``model.fit``: shuffled photo by photo, and transformed, anew in every epoch.

        Parameters
        ----------
        batch_size : int
            Photos a batch; the last batch of an epoch may be smaller.
        transform : RandomTransform or callable, optional
            Applied to each uint8 batch (batch, height, width, 3). A
            :class:`~helpers.augmentation.RandomTransform` gets a seed with every batch, so that its draws are
            reproducible though batches are made in parallel. Another Keras layer is called with
            ``training=True``, any other function with the images alone.
        shuffle : bool
            Whether each epoch has its own order.
        seed : int, optional
            Fixes order and draws of the first, second, ... epoch, together with the seed that
            ``keras.utils.set_random_seed`` sets. Without it, one is drawn from Python's random numbers, which
            that sets as well.
        class_mode : str
            Labels as in ``flow_from_directory``: ``'binary'`` (float32 0 or 1), ``'sparse'`` (int64), or
            ``'categorical'`` (float32, one column per class).

        Returns
        -------
        Batches
            A tf.data.Dataset of pairs (images, labels); ``len()`` is the number of batches.

        Raises
        ------
        ValueError
            If `batch_size` or `class_mode` make no sense for these photos.
        """
        if not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
            raise ValueError(f"batch_size is {batch_size!r}; expected a whole number of at least 1.")
        labels = self._labels_as(class_mode)
        if seed is None:
            seed = random.randrange(2**31)
        numbers = tf.data.Dataset.range(len(self))
        if shuffle:
            numbers = numbers.shuffle(len(self), seed=seed, reshuffle_each_iteration=True)
        seeds = tf.data.Dataset.random(seed, rerandomize_each_iteration=True).batch(2)
        augment = getattr(transform, "augment", None)

        def load(number: tf.Tensor, batch_seed: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            images = tf.numpy_function(self.pixels.__getitem__, [number], tf.uint8, stateful=False)
            images = tf.ensure_shape(images, (None, *self.image_size, 3))
            if augment:
                images = augment(images, batch_seed)
            elif isinstance(transform, keras.Layer):
                images = transform(images, training=True)
            elif transform:
                images = transform(images)
            return images, tf.gather(labels, number)

        batches = tf.data.Dataset.zip(numbers.batch(batch_size), seeds)
        batches = batches.map(load, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)
        described = (batch_size, transform, shuffle, seed, class_mode, self._digest)
        return Batches(batches, described, repeatable=augment is not None or not isinstance(transform, keras.Layer))

    @cached_property
    def _digest(self) -> str:
        """Of pixels and labels."""
        digest = hashlib.blake2b(self.labels.tobytes() + repr(self.image_size).encode(), digest_size=16)
        digest.update(self.pixels)
        return digest.hexdigest()

    def _labels_as(self, class_mode: str) -> np.ndarray:
        if class_mode not in CLASS_MODES:
            raise ValueError(f"class_mode is {class_mode!r}; expected one of {', '.join(CLASS_MODES)}.")
        if class_mode == "sparse":
            return self.labels
        if class_mode == "categorical":
            return np.eye(len(self.class_names), dtype=np.float32)[self.labels]
        if len(self.class_names) != 2:
            raise ValueError(
                f"class_mode is 'binary', but there are {len(self.class_names)} classes: "
                f"{', '.join(self.class_names)}. Use class_mode='categorical' or 'sparse'."
            )
        return self.labels.astype(np.float32)


class Batches(tf.data.Dataset):
    """Batches that know how often they were read, so that an unfinished training can find its place again.

    TensorFlow does not tell where a shuffled dataset stands. But order and draws of an epoch follow from the seed and
    from how many epochs were begun before, which is counted here.

    Attributes
    ----------
    iterations : int
        How many times a reading was begun; ``fit`` begins two for every epoch.
    description : tuple
        What differs for other photos, another transform or another seed.
    repeatable : bool
        Whether the draws follow from the seed; those of a Keras layer as transform do not.
    """

    def __init__(self, batches: tf.data.Dataset, description: tuple, *, repeatable: bool) -> None:
        self._batches, self.description, self.repeatable, self.iterations = batches, description, repeatable, 0
        super().__init__(batches._variant_tensor)

    def __iter__(self) -> Iterator:
        self.iterations += 1
        return super().__iter__()

    @property
    def element_spec(self) -> Any:
        return self._batches.element_spec

    def _inputs(self) -> list[tf.data.Dataset]:
        return [self._batches]


def cache_photos(folder: Path, image_size: tuple[int, int], *, report: bool = True) -> PhotoCache:
    """Decode every photo of a folder once, stretched as ``flow_from_directory`` stretches it, and keep it in memory.

    What is no photo (zero length, cut off, another kind of file) is left out, and printed by name.

    Parameters
    ----------
    folder : pathlib.Path
        Holds one folder per class.
    image_size : (int, int)
        Height and width in pixels.
    report : bool
        Whether to print how many photos of which class there are; what is left out is always printed.

    Returns
    -------
    PhotoCache

    Raises
    ------
    FileNotFoundError, NotADirectoryError
        If `folder` is missing, or a file.
    ValueError
        If there are no classes, or a class without a photo; the message names it.
    MemoryError
        If the pixels need more memory than is free: height x width x 3 bytes a photo, so that 2,000 photos of 150 x 150
        pixels need 135 MB.
    """
    folder, shape = Path(folder).absolute(), (*image_size, 3)
    numbers = {place.name: number for number, place in enumerate(class_folders(folder))}
    found = [entry for name in numbers for entry in sorted((folder / name).iterdir(), key=lambda path: path.name)]
    entries = [entry for entry in found if not is_clutter(entry)]
    needed, free = len(entries) * math.prod(shape), psutil.virtual_memory().available
    if needed > free:
        raise MemoryError(
            f"{len(entries)} photos of {shape[0]} x {shape[1]} pixels need {needed / 1e6:.0f} MB of memory, and "
            f"{free / 1e6:.0f} MB are free. Take a smaller image_size, or read the files anew in every epoch with "
            "flow_from_directory."
        )
    pixels, reasons = _decoded(entries, shape)
    skipped = {f"{entry.parent.name}/{entry.name}": why for entry, why in zip(entries, reasons, strict=True) if why}
    paths = tuple(entry for entry, why in zip(entries, reasons, strict=True) if not why)
    labels = np.array([numbers[path.parent.name] for path in paths], dtype=np.int64)
    photos = PhotoCache(paths, labels, tuple(numbers), tuple(image_size), skipped, pixels)
    for name, number in numbers.items():
        if number not in labels:
            raise ValueError(f"{folder / name} holds no photo that can be read. " + photos.report())
    if report or skipped:
        print(photos.report())
    return photos


def _decoded(entries: list[Path], shape: tuple[int, int, int]) -> tuple[np.ndarray, list[str]]:
    """The pixels of what can be decoded, and for every entry why it cannot, or ''."""
    height, width, _ = shape
    pixels = np.empty((len(entries), *shape), np.uint8)

    def decode(number: int) -> str:
        image, reason = read(entries[number])
        if image is not None:
            pixels[number] = image.convert("RGB").resize((width, height), Image.Resampling.NEAREST)
        return reason

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # Pillow decodes outside Python's lock
        reasons = list(pool.map(decode, range(len(entries))))
    kept = [number for number, reason in enumerate(reasons) if not reason]
    # Closed up in place, and given back from the end: a copy would take the memory twice.
    for place, number in enumerate(kept):
        if place != number:
            pixels[place] = pixels[number]
    pixels.resize((len(kept), *shape), refcheck=False)
    return pixels, reasons
