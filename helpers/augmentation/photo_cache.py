"""A folder of photos, decoded once, for `model.fit`: augmented batches without `ImageDataGenerator`."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from PIL import Image

from helpers import runtime
from helpers.datasets.photo_files import class_folders, is_clutter, read

MEMORY_LIMIT = 2**30
CHUNK = 16  # photos that are decoded at a time
DECODING = 1  # another number, and no older file is used again
CLASS_MODES = ("binary", "sparse", "categorical")


@dataclass(frozen=True, eq=False)
class PhotoCache:
    """Decoded photos of one size, in memory or in one file, and batches of them.

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
    pixels : numpy.ndarray or _Records
        uint8 (photos, height, width, 3); indexed by an array of numbers.
    """

    paths: tuple[Path, ...]
    labels: np.ndarray = field(repr=False)
    class_names: tuple[str, ...]
    image_size: tuple[int, int]
    skipped: dict[str, str]
    pixels: np.ndarray | _Records = field(repr=False)

    def __len__(self) -> int:
        return len(self.paths)

    def report(self) -> str:
        """The entries that were left out, by name, then how many photos of which class are where."""
        lines = [f"{name} {reason}, so ignoring." for name, reason in self.skipped.items()]
        counts = ", ".join(f"{np.sum(self.labels == i)} {name}" for i, name in enumerate(self.class_names))
        where = "in memory" if isinstance(self.pixels, np.ndarray) else f"in {self.pixels.path.name}"
        size = len(self) * self.image_size[0] * self.image_size[1] * 3
        return "\n".join([*lines, f"Found {len(self)} photos: {counts}. {size / 1e6:.0f} MB of pixels {where}."])

    def take(self, numbers: np.ndarray) -> PhotoCache:
        """Some of the photos, in memory: for a part that is held out.

        Parameters
        ----------
        numbers : numpy.ndarray
            int (chosen,): which photos, counted from 0.

        Returns
        -------
        PhotoCache
            All classes keep their names and numbers, also one of which no photo was chosen.

        Raises
        ------
        ValueError
            If `numbers` are no whole numbers in a row; of a mask, for example.
        IndexError
            If there is no photo of such a number.
        """
        numbers = np.asarray(numbers)
        if numbers.ndim != 1 or not np.issubdtype(numbers.dtype, np.integer):
            raise ValueError(
                f"numbers are {numbers.dtype} of shape {numbers.shape}; expected whole numbers in a row. Of a mask, "
                "take np.flatnonzero."
            )
        if len(numbers) and not (0 <= numbers.min() and numbers.max() < len(self)):
            raise IndexError(
                f"numbers go from {numbers.min()} to {numbers.max()}; expected 0 to {len(self) - 1}, one per photo."
            )
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
        if isinstance(batch_size, bool) or not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
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
        """Of the pixels, or of the file's name, which is one, and of the labels."""
        digest = hashlib.blake2b(self.labels.tobytes() + repr(self.image_size).encode(), digest_size=16)
        in_memory = isinstance(self.pixels, np.ndarray)
        digest.update(np.ascontiguousarray(self.pixels) if in_memory else self.pixels.path.name.encode())
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


@dataclass(frozen=True)
class _Records:
    """Pixels in one file, photo after photo: read a few at a time, never mapped into memory."""

    path: Path
    image_size: tuple[int, int]

    def __getitem__(self, numbers: np.ndarray) -> np.ndarray:
        found = np.empty((len(numbers), *self.image_size, 3), np.uint8)
        with self.path.open("rb", buffering=0) as file:
            for photo, number in zip(found, numbers, strict=True):
                file.seek(int(number) * photo.nbytes)
                if file.readinto(photo) != photo.nbytes:
                    raise OSError(f"{self.path} ends too early. Delete it and run this again.")
        return found


def cache_photos(
    folder: Path,
    image_size: tuple[int, int],
    *,
    memory_limit: int = MEMORY_LIMIT,
    cache_folder: Path | None = None,
    report: bool = True,
) -> PhotoCache:
    """Decode every photo of a folder once, stretched as ``flow_from_directory`` stretches it.

    The pixels stay in memory as long as they are at most `memory_limit`; beyond that they go into one file,
    which later calls use again as long as no photo was added, removed or changed. What is no photo (zero
    length, cut off, another kind of file) is left out, and printed by name.

    Parameters
    ----------
    folder : pathlib.Path
        Holds one folder per class.
    image_size : (int, int)
        Height and width in pixels.
    memory_limit : int
        Bytes of pixels, height x width x 3 a photo; 2,000 photos of 150 x 150 pixels have 135 million.
    cache_folder : pathlib.Path, optional
        Where the file goes; by default ``cache`` in the course's data folder.
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
        If there are no classes, or a class without a photo; the message names it. If `cache_folder` lies in `folder`.
    OSError
        If the disk has no room for the file.
    """
    folder = Path(folder).absolute()
    classes = class_folders(folder)
    found = [entry for place in classes for entry in sorted(place.iterdir(), key=lambda path: path.name)]
    entries = [entry for entry in found if not is_clutter(entry)]
    needed = len(entries) * image_size[0] * image_size[1] * 3
    if needed <= memory_limit:
        store = np.empty((len(entries), *image_size, 3), np.uint8)
        skipped = _decode_into(store, entries, image_size)
        kept = len(entries) - len(skipped)
        # Smaller by the files that are no photos: numpy gives that memory back without a copy.
        store.resize((kept, *image_size, 3), refcheck=False)
    else:
        cache_folder = (Path(cache_folder) if cache_folder else runtime.settings().data / "cache").absolute()
        if cache_folder.is_relative_to(folder):
            raise ValueError(
                f"cache_folder {cache_folder} lies among the photos of {folder}. Choose a place beside it."
            )
        store, skipped = _decode_to_file(entries, image_size, needed, cache_folder)
    paths = tuple(entry for entry in entries if _name(entry) not in skipped)
    numbers = {place.name: number for number, place in enumerate(classes)}
    labels = np.array([numbers[path.parent.name] for path in paths], dtype=np.int64)
    photos = PhotoCache(paths, labels, tuple(numbers), tuple(image_size), skipped, store)
    for name, number in numbers.items():
        if number not in labels:
            raise ValueError(f"{folder / name} holds no photo that can be read. " + photos.report())
    if report or skipped:
        print(photos.report())
    return photos


def _name(entry: Path) -> str:
    return f"{entry.parent.name}/{entry.name}"


def _decoded(entries: list[Path], image_size: tuple[int, int]) -> Iterator[tuple[Path, np.ndarray | None, str]]:
    """Each entry with its pixels, or with the reason why there are none; a few at a time."""
    height, width = image_size

    def decode(entry: Path) -> tuple[np.ndarray | None, str]:
        image, reason = read(entry)
        if image is None:
            return None, reason
        return np.asarray(image.convert("RGB").resize((width, height), Image.Resampling.NEAREST)), ""

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # Pillow decodes outside Python's lock
        for start in range(0, len(entries), CHUNK):
            chunk = entries[start : start + CHUNK]
            for entry, (pixels, reason) in zip(chunk, pool.map(decode, chunk), strict=True):
                yield entry, pixels, reason


def _decode_into(store: np.ndarray, entries: list[Path], image_size: tuple[int, int]) -> dict[str, str]:
    skipped, filled = {}, 0
    for entry, pixels, reason in _decoded(entries, image_size):
        if pixels is None:
            skipped[_name(entry)] = reason
        else:
            store[filled] = pixels
            filled += 1
    return skipped


def _decode_to_file(
    entries: list[Path], image_size: tuple[int, int], needed: int, cache_folder: Path
) -> tuple[_Records, dict[str, str]]:
    """The photos in a file whose name is their fingerprint; there whole, or not at all."""
    digest = hashlib.sha256(repr((DECODING, tuple(image_size))).encode())
    for entry in entries:
        found = entry.lstat() if entry.is_symlink() and not entry.exists() else entry.stat()
        digest.update(f"{entry}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    path = cache_folder / f"photos-{digest.hexdigest()[:16]}.uint8"
    notes = path.with_suffix(".json")
    skipped = _whole(path, notes, needed, len(entries))
    if skipped is not None:
        return _Records(path, tuple(image_size)), skipped
    cache_folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(cache_folder).free
    if free < needed:
        raise OSError(
            f"The pixels need {needed / 1e6:.0f} MB in {cache_folder}, where {free / 1e6:.0f} MB are free. Make room, "
            "name another cache_folder, or take smaller photos."
        )
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    skipped = {}
    try:
        with unfinished.open("wb") as file:
            for entry, pixels, reason in _decoded(entries, image_size):
                if pixels is None:
                    skipped[_name(entry)] = reason
                else:
                    file.write(pixels)
        unfinished.replace(path)
        unfinished.write_text(json.dumps(skipped, indent=1), encoding="utf-8")
        unfinished.replace(notes)
    finally:
        unfinished.unlink(missing_ok=True)
    return _Records(path, tuple(image_size)), skipped


def _whole(path: Path, notes: Path, needed: int, entries: int) -> dict[str, str] | None:
    """What was skipped when the file was made, if file and notes are there and belong together."""
    try:
        skipped = json.loads(notes.read_text(encoding="utf-8"))
        whole = path.stat().st_size == needed // entries * (entries - len(skipped))
    except (OSError, ValueError):
        return None
    return skipped if whole else None
