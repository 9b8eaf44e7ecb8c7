"""Race the fast augmentation against ImageDataGenerator and Keras' own layers, once the pictures are the same.

python -m data_scripts.benchmark_augmentation [--photos FOLDER] [--rounds N] [--out FILE]

All contenders run in one process, one after the other in every round, and are compared by images per second of
processor time, so that a busy machine does not matter. A ratio is that of two figures of one round; the median
over the rounds is what counts. Without a folder of photos (one folder per class), the real cats and dogs are
taken if they have been downloaded, else drawn ones.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from tensorflow.keras.preprocessing.image import ImageDataGenerator

from helpers import runtime
from helpers.augmentation import generator_settings, resampling
from helpers.augmentation.photo_cache import cache_photos
from helpers.augmentation.random_transform import RandomTransform
from helpers.augmentation.transforms import FILL_MODES, transform
from helpers.datasets import registry
from helpers.sample import sets

SIDE, BATCH = 150, 20
LESSON = generator_settings.LESSON.keywords()
# Key of bench.json: the part, and whose rate is divided by whose.
RATIOS = {
    "kernel_vs_generator": ("kernel", "ours, batch 20", "ImageDataGenerator"),
    "kernel_vs_four_layers": ("kernel", "ours, batch 20", "four layers"),
    "files_vs_generator": ("files", "ours, later epochs", "flow_from_directory"),
    "first_epoch_vs_generator": ("files", "ours, first epoch", "flow_from_directory"),
    # Cost of an augmented epoch: images per second the other way round.
    "epoch_vs_plain": ("epoch", "plain, cached", "ours, cached"),
}
BASE = {"kernel": "ImageDataGenerator", "files": "flow_from_directory", "epoch": "plain, cached"}
# By name, the work and the number of images in it.
Contenders = dict[str, tuple[Callable[[], object], int]]


def fidelity(photos: np.ndarray, seed: int = 0) -> dict[str, float]:
    """Largest difference to the generator, images in 0-1: for every fill mode, on square and other photos.

    Parameters
    ----------
    photos : numpy.ndarray
        uint8 (photos, side, side, 3).
    seed : int
        Of the draws.
    """
    np.random.seed(seed)
    found = {}
    for shape, images in {"square": photos, "not square": photos[:, : photos.shape[1] * 2 // 3]}.items():
        for fill_mode in FILL_MODES:
            # Shear and vertical flips as well, which the lesson's settings hardly show.
            settings = LESSON | dict(shear_range=20, vertical_flip=True, fill_mode=fill_mode, rescale=1 / 255)
            generator = ImageDataGenerator(**settings)
            layer, differences = RandomTransform.from_generator(generator, swap_axes=True), []
            for image in images:
                drawn = generator.get_random_transform(image.shape)
                expected = transform(image, drawn, fill_mode) / 255
                differences.append(np.abs(layer.apply(image[np.newaxis], drawn)[0] - expected).max())
            found[f"{shape}, {fill_mode}"] = float(max(differences))
    return found


def stock_layers() -> keras.Model:
    """The lesson's augmentation from four layers of Keras (without the shear of 0.2 degrees), and the rescaling."""
    return keras.Sequential(
        [
            layers.RandomFlip("horizontal"),
            layers.RandomRotation(40 / 360, fill_mode="nearest"),
            layers.RandomTranslation(0.2, 0.2, fill_mode="nearest"),
            layers.RandomZoom((-0.2, 0.2), (-0.2, 0.2), fill_mode="nearest"),
            layers.Rescaling(1 / 255),
        ]
    )


def repeated(work: Callable[[], object], times: int) -> Callable[[], object]:
    return lambda: [work() for _ in range(times)]


def read_through(batches: Iterable) -> Callable[[], object]:
    return lambda: [None for _ in batches]


def kernel_contenders(photos: np.ndarray) -> Contenders:
    """Augmentation of decoded batches."""
    batch, hundred = tf.constant(photos[:BATCH]), tf.constant(np.resize(photos, (100, *photos.shape[1:])))
    generator, layer = ImageDataGenerator(**LESSON, rescale=1 / 255), RandomTransform(**LESSON, rescale=1 / 255, seed=0)

    def by_generator() -> None:
        for photo in photos[:BATCH]:
            generator.standardize(generator.random_transform(photo.astype("float32")))

    def compiled(augment: Callable) -> Callable:
        return tf.function(lambda images: augment(images, training=True))

    def mapped(augment: Callable, times: int) -> Callable[[], object]:
        repeats = tf.data.Dataset.from_tensors(batch).repeat(times)
        return read_through(repeats.map(lambda images: augment(images, training=True)))

    ours, stack = compiled(layer), stock_layers()
    as_layers = compiled(stack)
    found = {
        "ImageDataGenerator": (repeated(by_generator, 10), 10 * BATCH),
        "ours, batch 20": (repeated(lambda: ours(batch), 100), 100 * BATCH),
        "ours, batch 100": (repeated(lambda: ours(hundred), 20), 2000),
        "ours, in map": (mapped(layer, 100), 100 * BATCH),
        "four layers": (repeated(lambda: as_layers(batch), 10), 10 * BATCH),
        "four layers, in map": (mapped(stack, 10), 10 * BATCH),
    }
    for name, work in optional_contenders(photos[:BATCH]).items():
        found[name] = (repeated(work, 40), 40 * BATCH)
    return found


def optional_contenders(photos: np.ndarray) -> dict[str, Callable[[], object]]:
    """What other libraries do, where they are installed; each works on one thread."""
    found = {}
    try:
        import cv2

        cv2.setNumThreads(1)
        rng, drawn = np.random.default_rng(0), RandomTransform(**LESSON).draw((0, 1), len(photos), SIDE, SIDE)
        # OpenCV counts columns before rows. The matrices are made beforehand: this is the warping alone.
        matrices = resampling.matrices(drawn, len(photos), SIDE, SIDE).numpy()[:, ::-1][:, :, [1, 0, 2]]
        how = dict(flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)

        def warp() -> None:
            for photo, matrix in zip(photos, matrices, strict=True):
                warped = cv2.warpAffine(photo.astype("float32"), matrix, (SIDE, SIDE), **how)
                (cv2.flip(warped, 1) if rng.random() < 0.5 else warped) * np.float32(1 / 255)

        found["cv2.warpAffine, float32"] = warp
    except ImportError:
        pass
    try:
        import albumentations

        affine = dict(scale=(0.8, 1.2), keep_ratio=False, rotate=(-40, 40), shear=(-0.2, 0.2), p=1)
        affine |= dict(translate_percent=(-0.2, 0.2), border_mode=1)
        pipeline = albumentations.Compose([albumentations.Affine(**affine), albumentations.HorizontalFlip(p=0.5)])
        found["albumentations, uint8"] = lambda: [pipeline(image=photo)["image"] for photo in photos]
    except ImportError:
        pass
    return found


def flow_from(folder: Path) -> keras.utils.PyDataset:
    """Augmented batches from files, as lesson 3 has them."""
    generator = ImageDataGenerator(**LESSON, rescale=1 / 255)
    return generator.flow_from_directory(folder, target_size=(SIDE, SIDE), batch_size=BATCH, class_mode="binary")


def file_contenders(folder: Path, images: int) -> Contenders:
    """From files to augmented batches of 20, a whole epoch each."""
    flow, stack = flow_from(folder), stock_layers()
    decoded = keras.utils.image_dataset_from_directory(
        folder, label_mode="binary", image_size=(SIDE, SIDE), batch_size=BATCH, interpolation="nearest", verbose=False
    ).map(lambda x, y: (stack(x, training=True), y), num_parallel_calls=tf.data.AUTOTUNE)

    def batches() -> tf.data.Dataset:
        photos = cache_photos(folder, (SIDE, SIDE), report=False)
        return photos.batches(BATCH, RandomTransform(**LESSON, rescale=1 / 255))

    def first_epoch() -> None:
        resampling._compiled_gather.cache_clear()  # compiling is part of the first epoch
        read_through(batches())()

    return {
        "flow_from_directory": (lambda: [flow[i] for i in range(len(flow))], images),
        "decoded every epoch, four layers": (read_through(decoded), images),
        "ours, first epoch": (first_epoch, images),
        "ours, later epochs": (read_through(batches()), images),
    }


def lesson_network() -> keras.Model:
    """The network of lesson 3 at the course's settings."""
    network = keras.Sequential([keras.Input((SIDE, SIDE, 3))])
    for filters in (32, 64, 128, 128):
        network.add(layers.Conv2D(filters, (3, 3), activation="relu"))
        network.add(layers.MaxPooling2D(2, 2))
    network.add(layers.Flatten())
    network.add(layers.Dense(512, activation="relu"))
    network.add(layers.Dense(1, activation="sigmoid"))
    network.compile(loss="binary_crossentropy", optimizer=keras.optimizers.RMSprop(learning_rate=1e-4))
    return network


def epoch_contenders(folder: Path, images: int) -> Contenders:
    """Training on so many images: the same network, fed by each contender."""
    photos, network = cache_photos(folder, (SIDE, SIDE), report=False), lesson_network()
    count = max(1, min(images, len(photos)) // BATCH)
    stack, flow = stock_layers(), flow_from(folder)
    transforms = {
        "plain, cached": RandomTransform(rescale=1 / 255),
        "ours, cached": RandomTransform(**LESSON, rescale=1 / 255),
        "four layers, cached": lambda images: stack(images, training=True),
    }
    feeds: dict[str, Callable[[], Iterator]] = {"flow_from_directory": lambda: (flow[i] for i in range(count))}
    for name, augment in transforms.items():
        feeds[name] = photos.batches(BATCH, augment).take(count).__iter__

    def trained(feed: Callable[[], Iterator]) -> Callable[[], object]:
        return lambda: [network.train_on_batch(x, y) for x, y in feed()]

    return {name: (trained(feed), count * BATCH) for name, feed in feeds.items()}


def table(rounds: dict[str, list[dict[str, float]]]) -> str:
    """Images per second of processor time: median, smallest and largest of the rounds, and the median ratio."""
    lines = []
    for part, measured in rounds.items():
        lines.append(f"\n{part}: images per CPU-second, median (smallest to largest), against {BASE[part]}")
        for name in measured[0]:
            rates = [one[name] for one in measured]
            ratio = np.median([one[name] / one[BASE[part]] for one in measured])
            lines.append(f"  {name:<34}{np.median(rates):8.0f}  ({min(rates):.0f} to {max(rates):.0f}){ratio:10.2f}")
    return "\n".join(lines)


def race(parts: dict[str, Contenders], rounds: int) -> dict[str, list[dict[str, float]]]:
    """Images per second of this process's processor time: for every part and round, by contender."""
    for contenders in parts.values():
        for work, _ in contenders.values():
            work()  # compiled and warm
    measured: dict[str, list[dict[str, float]]] = {part: [] for part in parts}
    for number in range(rounds):
        for part, contenders in parts.items():
            rates = {}
            # The order turns round, so that a drift of the machine does not favour one.
            for name in list(contenders)[:: -1 if number % 2 else 1]:
                work, images = contenders[name]
                started = time.process_time()
                work()
                rates[name] = images / (time.process_time() - started)
            measured[part].append({name: rates[name] for name in contenders})
        print(f"round {number + 1} of {rounds}", flush=True)
    return measured


def bench(folder: Path, *, rounds: int, epoch_images: int) -> dict[str, object]:
    """Everything that `bench.json` holds."""
    photos = cache_photos(folder, (SIDE, SIDE))
    pixels = photos.pixels[np.linspace(0, len(photos) - 1, 200).astype(int)]
    differences = fidelity(pixels[:50])
    print(f"largest difference to ImageDataGenerator, 0-1: {max(differences.values()):.1e}", flush=True)
    parts = {
        "kernel": kernel_contenders(pixels),
        "files": file_contenders(folder, len(photos)),
        "epoch": epoch_contenders(folder, epoch_images),
    }
    measured = race(parts, rounds)
    print(table(measured))
    ratios = {
        key: float(np.median([one[contender] / one[other] for one in measured[part]]))
        for key, (part, contender, other) in RATIOS.items()
    }
    return {"fidelity_max_difference": max(differences.values()), **ratios} | {
        "fidelity": differences,
        "photos": f"{len(photos)} from {folder.name}",
        "machine": runtime.versions() | {"date": datetime.date.today().isoformat(), "cores": os.cpu_count()},
        "rounds": measured,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 1 if the pictures differ, since no speed counts then."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="a folder with one folder of photos per class")
    parser.add_argument("--rounds", type=int, default=7, help="default 7")
    parser.add_argument("--epoch-images", type=int, default=200, help="images a cell of the epoch, default 200")
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"))
    options = parser.parse_args(arguments)
    folder, data = options.photos, runtime.start().data
    if folder is None and registry.is_present("cats_and_dogs_filtered"):
        folder = registry.fetch("cats_and_dogs_filtered") / "train"
    elif folder is None:
        folder = sets.cats_and_dogs(data, train=1000, validation=1, size=SIDE) / "train"  # as many as lesson 3 has
    found = bench(folder, rounds=options.rounds, epoch_images=options.epoch_images)
    print()
    for name in ("fidelity_max_difference", *RATIOS):
        print(f"{name}: {found[name]:.3g}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"Written to {options.out}.")
    return int(found["fidelity_max_difference"] > 1e-4)


if __name__ == "__main__":
    sys.exit(main())
